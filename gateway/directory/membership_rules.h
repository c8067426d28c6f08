#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/door.h"
#include "gateway/directory/group.h"

#include <optional>
#include <string_view>

namespace rollcall {

class Transaction;
struct Organization;

// The rules of groups and memberships that depend on the door (spec/access 3.3e).

/// feature_not_in_plan unless the plan has this group: groups (S18), for the dbt preset rbac unless
/// it is one of the fixed Owner, Member and Everyone (F47, S60).
Result<> check_plan_has(const Organization& organization, std::string_view group_name);

/// Who decides whether a user is in a group.
enum class Authority { manual, sso, scim };
Authority authority_over(bool user_scim_managed, bool group_scim_managed, bool group_managed);

/// What an enabled SCIM connection lets people do to what it manages: all while none is enabled.
enum class ManualGroups { free, may_be_overwritten, refused };
ManualGroups manual_groups(Transaction& transaction, OrganizationKey organization);
/// conflict with code "scim_enabled".
Error scim_decides();

/// As AdminsKept where only what one group gives is taken: costs one look at the group's grants
/// unless one of them makes admins.
class GroupAdminsKept {
 public:
  GroupAdminsKept(Transaction& transaction, OrganizationKey organization, const Group& group);
  /// After the change; as AdminsKept::check().
  Result<> check(Door door);

 private:
  /// Nothing if the group makes no admins.
  std::optional<AdminsKept> kept_;
};

}  // namespace rollcall
