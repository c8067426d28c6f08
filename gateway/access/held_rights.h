#pragma once

#include "gateway/access/organization_rules.h"
#include "gateway/access/rights.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::access {

/// One grant that a principal holds, itself or through a group.
struct HeldGrant {
  /// Its row.
  std::int64_t position;
  /// The row of the group it came through; 0 for an own one.
  std::int64_t group;
  /// Place of the role in the rules: the smaller, the stronger.
  std::size_t place;
  Scope scope;
  Environments environments;
  GrantOrigin origin;
  /// Permissions that it gives in the organization as a whole.
  PermissionSet everywhere;
};

/// A principal as the store has it, with the grants that count.
struct Holdings {
  bool deactivated = false;
  /// None where licences are off.
  std::optional<License> license;
  /// The strongest role first, those that someone decided before defaults.
  std::vector<HeldGrant> grants;
};

/// not_found for a principal that is gone.
Result<Holdings> read_holdings(Transaction& transaction, const Principal& principal,
                               const OrganizationRules& rules);

/// The ladder's lowest role, which a deployment's code locations never go below (F8).
const Role& viewer();
bool is_agent(const Role& role);

/// How a question was decided.
struct Decision {
  bool allowed = false;
  Reason reason = Reason::no_grant;
  /// The role that answers; null if none reaches the scope.
  const Role* role = nullptr;
  /// The grant that decided, or the strongest that reaches but does not allow; null for a licence.
  const HeldGrant* grant = nullptr;
};

/// Rights compiled from holdings: a decision looks at each grant once and allocates nothing.
class HeldRights final : public Rights {
 public:
  HeldRights(std::shared_ptr<const OrganizationRules> rules, Holdings holdings);

  Answer decide(const Question& question, std::string_view address) const override;
  bool holds(Permission permission) const override;

  Decision weigh(const Question& question, std::string_view address) const;
  const OrganizationRules& rules() const { return *rules_; }
  const std::optional<License>& license() const { return holdings_.license; }

 private:
  bool fixed() const;
  Decision weigh_license(const Question& question) const;
  Decision weigh_grants(const Question& question) const;

  std::shared_ptr<const OrganizationRules> rules_;
  Holdings holdings_;
  /// What holds in the organization as a whole.
  PermissionSet everywhere_;
};

/// As read_rights().
Result<std::shared_ptr<const HeldRights>> read_held_rights(Transaction& transaction,
                                                           const Principal& principal);

}  // namespace rollcall::access
