#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/license.h"
#include "gateway/catalogue/permission.h"
#include "gateway/catalogue/scope.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/grants.h"
#include "gateway/http/async.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::access {

/// Who asks: a user or a service user of an organization, by its row.
struct Principal {
  OrganizationKey organization;
  SubjectKind kind;
  std::int64_t position;
  friend auto operator<=>(const Principal&, const Principal&) = default;
};

/// "May they do this here?", or without a permission: "which role do they have here?".
struct Question {
  std::optional<Permission> permission;
  Scope scope;
};

/// Why the answer is what it is, in the contract's words (access/check).
enum class Reason { grant, license, default_, no_grant, ip_rule, deactivated };
std::string_view name(Reason reason);

/// One link of the chain that decided: "idp_group", "mapping", "membership", "group", "grant",
/// "role", "license".
struct Step {
  std::string_view kind;
  std::string id;
  std::string name;
  std::optional<Timestamp> since;
  std::string by;
};

struct Answer {
  bool allowed = false;
  /// The role that answers: of the ladder the strongest that reaches the scope; of the sets the
  /// strongest that decided; the set that a fixed licence stands for; none if no grant reaches.
  std::optional<std::string> role;
  std::optional<License> license;
  Reason reason = Reason::no_grant;
  /// Filled by Rights::explain() only.
  std::vector<Step> path;
};

/// What one principal may do (spec/access 3.3b), computed from its state, licence, grants and
/// those of its groups at one instant. Immutable; any thread.
class Rights {
 public:
  virtual ~Rights() = default;
  /// Answers from memory. `address` is the client's, for the organization's IP rules; empty skips
  /// them.
  virtual Answer decide(const Question& question, std::string_view address = {}) const = 0;
  /// Whether the permission is held for the organization as a whole: on org, or anywhere if it is
  /// organization-wide.
  virtual bool holds(Permission permission) const = 0;
};

using RightsPtr = std::shared_ptr<const Rights>;

/// The rights as the transaction sees them, its own changes included; not_found for a principal
/// that is gone.
Result<RightsPtr> read_rights(Transaction& transaction, const Principal& principal);

/// Rights of principals, cached until a commit changes what they were computed from. Thread-safe.
class RightsCache {
 public:
  /// `most` principals are kept; the one not used for longest gives way.
  explicit RightsCache(Directory& directory, std::size_t most = 100'000);
  ~RightsCache();

  /// From memory; null if they must be read.
  RightsPtr recall(const Principal& principal);
  /// From memory or the store; not_found for a principal that is gone.
  Awaitable<Result<RightsPtr>> get(Principal principal);
  /// The same on a thread that may block.
  Result<RightsPtr> get_now(const Principal& principal);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The answer with the chain that decided, read afresh within the transaction.
Result<Answer> explain(Transaction& transaction, const Principal& principal,
                       const Question& question, std::string_view address = {});

}  // namespace rollcall::access
