#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/license.h"
#include "gateway/catalogue/permission.h"
#include "gateway/catalogue/scope.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/grants.h"

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
  /// The strongest role that reaches the scope; none if no grant does.
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
  /// Whether the permission is held anywhere in the organization, as an organization-wide one is.
  virtual bool holds(Permission permission) const = 0;
};

/// Rights of principals, cached until a commit changes what they were computed from. Thread-safe.
class RightsCache {
 public:
  /// `most` principals are kept; the one not used for longest gives way.
  explicit RightsCache(Directory& directory, std::size_t most = 100'000);
  ~RightsCache();

  /// From memory; null if it must be loaded.
  std::shared_ptr<const Rights> recall(const Principal& principal);
  /// Computes them in a read transaction and keeps them; not_found for a principal that is gone.
  Result<std::shared_ptr<const Rights>> load(Transaction& transaction, const Principal& principal);
  /// Either, on a thread that may block.
  Result<std::shared_ptr<const Rights>> get_now(const Principal& principal);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The answer with the chain that decided, read afresh within the transaction.
Result<Answer> explain(Transaction& transaction, const Principal& principal,
                       const Question& question, std::string_view address = {});

}  // namespace rollcall::access
