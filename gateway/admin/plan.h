#pragma once

#include "gateway/base/json.h"
#include "gateway/base/secret.h"

#include <cstddef>
#include <string>
#include <vector>

namespace rollcall::admin {

/// One thing that `apply` adds, changes, removes or leaves to its owner.
struct PlanItem {
  /// "organization", "seats", "connection", "scim_connection", "token", "deployment", "project",
  /// "role", "user", "group", "membership", "mapping", "service_user", "grant", "license_mapping".
  std::string kind;
  /// As the file names it; of a token "owner/name", of a membership "group/user", of a grant "user
  /// ada: viewer on deployment/prod".
  std::string id;
  /// What of it changes, or why it is kept.
  std::string note;
};

struct PlannedToken {
  std::string id;
  /// One of both.
  std::string scim_connection;
  std::string service_user;
  std::string name;
  Secret secret;
};

/// Something that a person has: a group, a role on a scope, a licence. One of the three names is
/// set.
struct Holding {
  std::string user;
  std::string group;
  std::string role;
  std::string scope;
  std::string license;
};

struct Plan {
  std::string organization;
  std::vector<PlanItem> added;
  std::vector<PlanItem> changed;
  std::vector<PlanItem> removed;
  /// Differs from the file, or is not in it, but belongs to another door ("scim-managed").
  std::vector<PlanItem> kept;
  /// Which people gain and lose what by all of it, however it reaches them.
  std::vector<Holding> gains;
  std::vector<Holding> loses;
  /// People whose gains and losses are too many to list.
  std::size_t people_not_listed = 0;
  /// Created now; the only time their secrets are seen.
  std::vector<PlannedToken> created_tokens;

  bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};

/// `secrets`: whether the tokens were really created, so that they are shown.
json::Object to_json(const Plan& plan, bool secrets);

}  // namespace rollcall::admin
