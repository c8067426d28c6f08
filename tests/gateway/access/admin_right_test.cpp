#include "gateway/access/admin_right.h"

#include "tests/gateway/access/world.h"

#include <algorithm>

namespace rollcall::access::test {
namespace {

bool gives(const Role& role, AdminRight right) {
  return std::ranges::any_of(permissions_of(right), [&](Permission permission) {
    return role.permissions.test(permission.index());
  });
}

// S4, S5, F6, F34
TEST(AdminRights, AreGivenByRolesOfBothVocabularies) {
  struct Case {
    AdminRight right;
    /// The weakest role of the ladder, and sets that have it or not.
    std::string_view ladder;
    std::string_view having;
    std::string_view lacking;
  };
  constexpr std::string_view top = "organization_admin";
  constexpr Case cases[] = {
      {AdminRight::read_people, "viewer", "stakeholder", "analyst"},
      {AdminRight::add_users, "admin", "project_creator", "developer"},
      {AdminRight::manage_users, top, "security_admin", "developer"},
      {AdminRight::read_groups, "viewer", "developer", "analyst"},
      {AdminRight::manage_groups, top, "security_admin", "project_creator"},
      {AdminRight::manage_grants, top, "security_admin", "project_creator"},
      {AdminRight::manage_roles, top, "security_admin", "admin"},
      {AdminRight::manage_licenses, top, "project_creator", "billing_admin"},
      {AdminRight::manage_billing, top, "billing_admin", "security_admin"},
      {AdminRight::manage_connections, top, "security_admin", "billing_admin"},
      {AdminRight::manage_scim, top, "security_admin", "billing_admin"},
      {AdminRight::manage_service_users, top, "account_admin", "security_admin"},
      {AdminRight::manage_deployments, top, "project_creator", "admin"},
      {AdminRight::manage_settings, top, "account_admin", "security_admin"},
      {AdminRight::manage_ip_rules, top, "security_admin", "billing_admin"},
      {AdminRight::revoke_tokens, top, "account_admin", "account_viewer"},
      {AdminRight::read_audit, top, "account_viewer", "billing_admin"},
  };
  for (const Case& tested : cases) {
    const int lowest = *find_builtin_role(Preset::none, tested.ladder)->rank;
    for (const Role& role : builtin_roles(Preset::none)) {
      if (!role.rank) continue;
      EXPECT_EQ(gives(role, tested.right), *role.rank >= lowest)
          << role.key << " right " << static_cast<int>(tested.right);
    }
    EXPECT_TRUE(gives(*find_builtin_role(Preset::dbt, tested.having), tested.right))
        << tested.having << " right " << static_cast<int>(tested.right);
    EXPECT_FALSE(gives(*find_builtin_role(Preset::dbt, tested.lacking), tested.right))
        << tested.lacking << " right " << static_cast<int>(tested.right);
  }
}

// All count for the organization as a whole, so that a call can ask for them without a scope.
TEST(AdminRights, AreOrganizationWide) {
  for (int right = 0; right <= static_cast<int>(AdminRight::read_audit); ++right) {
    const auto list = permissions_of(static_cast<AdminRight>(right));
    ASSERT_FALSE(list.empty());
    for (const Permission permission : list) {
      EXPECT_TRUE(permissions()[permission.index()].organization_wide) << permission.key();
    }
  }
}

}  // namespace
}  // namespace rollcall::access::test
