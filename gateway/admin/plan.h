#pragma once

#include "gateway/base/json.h"
#include "gateway/base/secret.h"

#include <string>
#include <vector>

namespace rollcall::admin {

/// One thing that `apply` adds, changes, removes or leaves to its owner.
struct PlanItem {
  /// "organization", "connection", "scim_connection", "token", "user", "group", "membership".
  std::string kind;
  /// As the file names it; of a token "connection/name", of a membership "group/user".
  std::string id;
  /// What of it changes, or why it is kept.
  std::string note;
};

struct PlannedToken {
  std::string id;
  std::string scim_connection;
  std::string name;
  Secret secret;
};

struct Plan {
  std::string organization;
  std::vector<PlanItem> added;
  std::vector<PlanItem> changed;
  std::vector<PlanItem> removed;
  /// Differs from the file, or is not in it, but belongs to another door ("scim-managed").
  std::vector<PlanItem> kept;
  /// Created now; the only time their secrets are seen.
  std::vector<PlannedToken> created_tokens;

  bool empty() const { return added.empty() && changed.empty() && removed.empty(); }
};

/// `secrets`: whether the tokens were really created, so that they are shown.
json::Object to_json(const Plan& plan, bool secrets);

}  // namespace rollcall::admin
