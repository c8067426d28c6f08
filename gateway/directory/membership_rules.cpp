#include "gateway/directory/membership_rules.h"

#include "gateway/directory/fixed_groups.h"
#include "gateway/directory/transaction.h"

#include <algorithm>

namespace rollcall {
Result<> check_plan_has(const Organization& organization, std::string_view group_name) {
  if (organization.preset != Preset::dbt) return require(organization, Feature::groups);
  if (find_fixed_group(group_name)) return {};
  return require(organization, Feature::rbac);
}

Authority authority_over(bool user_scim_managed, bool group_scim_managed, bool group_managed) {
  if (user_scim_managed && group_scim_managed) return Authority::scim;
  if (!user_scim_managed && group_managed) return Authority::sso;
  return Authority::manual;
}

ManualGroups manual_groups(Transaction& transaction, OrganizationKey organization) {
  ManualGroups allowed = ManualGroups::free;
  for (const auto& connection : transaction.organizations().scim_connections(organization)) {
    if (!connection.enabled) continue;
    const Preset preset = transaction.organization(organization).preset;
    if (!read_scim_options(connection.options, preset).manual_groups) return ManualGroups::refused;
    allowed = ManualGroups::may_be_overwritten;
  }
  return allowed;
}

Error scim_decides() {
  return Error(Fault::conflict,
               "The identity provider manages this through SCIM: change it there, or let the SCIM "
               "connection have manual_groups.")
      .with_code("scim_enabled");
}

GroupAdminsKept::GroupAdminsKept(Transaction& transaction, OrganizationKey organization,
                                 const Group& group) {
  const auto held = transaction.grants(organization).of({SubjectKind::group, group.position});
  if (held.empty()) return;
  const Preset preset = transaction.organization(organization).preset;
  const auto makes_admins = [&](const Grant& grant) { return is_admin_role(preset, grant.role); };
  if (std::ranges::any_of(held, makes_admins)) kept_.emplace(transaction, organization);
}

Result<> GroupAdminsKept::check(Door door) { return kept_ ? kept_->check(door) : Result<>(); }

}  // namespace rollcall
