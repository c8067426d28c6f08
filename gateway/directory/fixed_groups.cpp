#include "gateway/directory/fixed_groups.h"

#include "gateway/base/text.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

constexpr std::array fixed_groups{
    FixedGroup{.name = "Owner", .role = "owner", .assign_by_default = false},
    FixedGroup{.name = "Member", .role = "member", .assign_by_default = true},
    FixedGroup{.name = "Everyone", .role = "", .assign_by_default = true}};

GroupProfile profile_of(const FixedGroup& fixed) {
  GroupProfile profile;
  profile.display_name = fixed.name;
  profile.document = "\"displayName\":\"" + profile.display_name + "\"";
  profile.schemas = {"urn:ietf:params:scim:schemas:core:2.0:Group"};
  return profile;
}

}  // namespace

const FixedGroup* find_fixed_group(std::string_view name) {
  const std::string key = fold(name);
  const auto found = std::ranges::find_if(
      fixed_groups, [&](const FixedGroup& fixed) { return fold(fixed.name) == key; });
  return found == fixed_groups.end() ? nullptr : &*found;
}

Result<> add_fixed_groups(Transaction& transaction, const Organization& organization) {
  if (organization.preset != Preset::dbt || organization.has(Feature::rbac)) return {};
  Groups groups = transaction.groups(organization.key);
  for (const FixedGroup& fixed : fixed_groups) {
    TRY(const Group added, groups.add(profile_of(fixed)));
    CHECK_OK(groups.set_options(added, {.assign_by_default = fixed.assign_by_default}));
    if (fixed.role.empty()) continue;
    CHECK_OK(transaction.grants(organization.key)
                 .put({.subject = {SubjectKind::group, added.position},
                       .role = std::string(fixed.role),
                       .scope = {.kind = ScopeKind::all_projects}}));
  }
  return {};
}

}  // namespace rollcall
