#include "tests/gateway/directory/grants_fixture.h"

namespace rollcall {
namespace {

using test::must;
using test::Words;

class RolesTest : public test::GrantsFixture {
 protected:
  explicit RolesTest(Preset preset = Preset::dagster) : GrantsFixture(preset) {}
  template <class Work>
  auto change(Work work) {
    return write([&](Transaction& tx) {
      Roles roles = tx.roles(tenant.organization);
      return work(roles);
    });
  }
  Result<CustomRole> add(const CustomRole& wanted) {
    return change([&](Roles& roles) { return roles.add(wanted); });
  }
  Role get(std::string_view key) {
    return must(read([&](Transaction& tx) { return tx.roles(tenant.organization).get(key); }));
  }
  static bool may(const Role& role, std::string_view permission) {
    return role.permissions.test(Permission::find(permission).value().index());
  }
};

// F3
TEST_F(RolesTest, OfOnesOwnAddPermissionsToTheRoleTheyAreBasedOn) {
  const CustomRole added = must(add({.key = "asset-wiper",
                                     .name = "Asset wiper",
                                     .description = "Wipes assets.",
                                     .icon = "broom",
                                     .based_on = "viewer",
                                     .permissions = {"assets.wipe"}}));
  EXPECT_EQ(added.version, 1);
  EXPECT_EQ(added.icon, "broom");
  const Role role = get("asset-wiper");
  EXPECT_FALSE(role.builtin);
  EXPECT_FALSE(role.rank);
  EXPECT_TRUE(may(role, "assets.wipe"));
  EXPECT_TRUE(may(role, "runs.view"));
  EXPECT_FALSE(may(role, "runs.launch"));
  const auto events_added = events("role.added");
  ASSERT_EQ(events_added.size(), 1U);
  EXPECT_EQ(events_added[0].object, "role/asset-wiper");
}

// S75, F1
TEST_F(RolesTest, AreListedBuiltInOnesFirst) {
  must(add({.key = "b"}));
  must(add({.key = "a"}));
  const auto roles = read([&](Transaction& tx) { return tx.roles(tenant.organization).list(); });
  const auto builtin = builtin_roles(Preset::dagster);
  ASSERT_EQ(roles.size(), builtin.size() + 2);
  EXPECT_EQ(roles[0].key, "organization_admin");
  EXPECT_EQ(roles[builtin.size()].key, "a");
  EXPECT_EQ(roles.back().key, "b");
}

struct RefusedRole {
  const char* name;
  CustomRole wanted;
  Fault fault = Fault::invalid_value;
};
class BadRole : public RolesTest, public testing::WithParamInterface<RefusedRole> {};

// S64, F3
TEST_P(BadRole, IsRefused) {
  must(add({.key = "taken"}));
  const auto added = add(GetParam().wanted);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault(), GetParam().fault);
  EXPECT_EQ(events("role.added").size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadRole,
    testing::Values(RefusedRole{"Taken", {.key = "taken"}, Fault::uniqueness},
                    RefusedRole{"BuiltIn", {.key = "viewer"}, Fault::uniqueness},
                    RefusedRole{"NoKey", {.key = ""}}, RefusedRole{"UpperCase", {.key = "Wiper"}},
                    RefusedRole{"LongKey", {.key = std::string(64, 'a')}},
                    RefusedRole{"LongName", {.key = "a", .name = std::string(201, 'a')}},
                    RefusedRole{"UnknownPermission", {.key = "a", .permissions = {"assets.eat"}}},
                    RefusedRole{"PermissionOfTheSets", {.key = "a", .permissions = {"jobs:W"}}},
                    RefusedRole{"ProjectLevel", {.key = "a", .level = RoleLevel::project}},
                    RefusedRole{"UnknownBase", {.key = "a", .based_on = "wizard"}},
                    RefusedRole{"CustomBase", {.key = "a", .based_on = "taken"}},
                    RefusedRole{"BaseOfAnotherLevel",
                                {.key = "a", .based_on = "organization_admin"}}),
    [](const auto& param) { return param.param.name; });

// F3, S60
TEST_F(RolesTest, OfOnesOwnNeedThePlan) {
  set_plan("starter");
  EXPECT_EQ(add({.key = "a"}).error().code(), "feature_not_in_plan");
}

// S74
TEST_F(RolesTest, ThatAreBuiltInNeverChange) {
  for (const Role& role : builtin_roles(Preset::dagster)) {
    const auto updated = change([&](Roles& roles) { return roles.update({.key = role.key}); });
    const auto removed = change([&](Roles& roles) { return roles.remove(role.key); });
    EXPECT_EQ(updated.error().fault(), Fault::conflict);
    EXPECT_EQ(updated.error().code(), "builtin_role");
    EXPECT_EQ(removed.error().code(), "builtin_role");
  }
}

// F3
TEST_F(RolesTest, AreNotRemovedWhileGranted) {
  must(add({.key = "wiper", .permissions = {"assets.wipe"}}));
  add_deployment("prod");
  const Grant grant = must(put(add_user("bea"), "wiper", "deployment/prod"));
  const auto remove_role = [&] {
    return change([](Roles& roles) { return roles.remove("wiper"); });
  };
  const auto refused = remove_role();
  EXPECT_EQ(refused.error().fault(), Fault::conflict);
  EXPECT_EQ(refused.error().code(), "role_granted");
  must(remove(grant));
  EXPECT_TRUE(remove_role());
  EXPECT_EQ(remove_role().error().fault(), Fault::not_found);
  EXPECT_EQ(events("role.removed").size(), 1U);
}

// S23, F3
TEST_F(RolesTest, ChangeForAllWhoHoldThem) {
  CustomRole wanted = must(add({.key = "wiper", .permissions = {"assets.wipe"}}));
  add_deployment("prod");
  must(put(add_user("bea"), "wiper", "deployment/prod"));
  const std::uint64_t epoch = directory->access_epochs().shared();
  must(change([&](Roles& roles) { return roles.update(wanted); }));
  EXPECT_TRUE(events("role.changed").empty()) << "nothing differs";
  wanted.permissions = {"alerts.edit"};
  EXPECT_EQ(must(change([&](Roles& roles) { return roles.update(wanted); })).version, 2);
  EXPECT_FALSE(may(get("wiper"), "assets.wipe"));
  EXPECT_TRUE(may(get("wiper"), "alerts.edit"));
  EXPECT_GT(directory->access_epochs().shared(), epoch);
  EXPECT_EQ(events("role.changed").size(), 1U);
  wanted.level = RoleLevel::organization;
  EXPECT_EQ(change([&](Roles& roles) { return roles.update(wanted); }).error().code(),
            "role_granted");
  EXPECT_EQ(change([](Roles& roles) { return roles.update({.key = "none"}); }).error().fault(),
            Fault::not_found);
}

// S3
TEST_F(RolesTest, OfAnotherOrganizationAreNotFound) {
  must(add({.key = "wiper"}));
  const test::Tenant other = directory.add_tenant("other");
  EXPECT_EQ(read([&](Transaction& tx) { return tx.roles(other.organization).get("wiper"); })
                .error()
                .fault(),
            Fault::not_found);
}

class SetRolesTest : public RolesTest {
 protected:
  SetRolesTest() : RolesTest(Preset::dbt) {}
};

// S75, F38
TEST_F(SetRolesTest, HaveTheKeysOfTheirDocumentation) {
  const auto roles = read([&](Transaction& tx) { return tx.roles(tenant.organization).list(); });
  Words keys;
  for (const Role& role : roles) keys.push_back(role.key);
  std::ranges::sort(keys);
  EXPECT_EQ(keys, (Words{"account_admin",
                         "account_viewer",
                         "admin",
                         "analyst",
                         "billing_admin",
                         "cost_management_admin",
                         "cost_management_viewer",
                         "database_admin",
                         "developer",
                         "fusion_admin",
                         "git_admin",
                         "job_admin",
                         "job_runner",
                         "job_viewer",
                         "manage_marketplace_apps",
                         "member",
                         "metadata_only",
                         "notification_manager",
                         "owner",
                         "project_creator",
                         "readonly",
                         "security_admin",
                         "semantic_layer_only",
                         "stakeholder",
                         "team_admin",
                         "webhooks_only"}));
}

// F39, S60
TEST_F(SetRolesTest, OfOnesOwnTakeEnvironmentsIfTheirBaseDoes) {
  must(add({.key = "coder",
            .level = RoleLevel::project,
            .based_on = "analyst",
            .permissions = {"jobs:R"}}));
  EXPECT_TRUE(get("coder").takes_environments());
  must(add({.key = "watcher", .level = RoleLevel::project, .permissions = {"jobs:W"}}));
  EXPECT_FALSE(get("watcher").takes_environments());
  EXPECT_TRUE(may(get("watcher"), "jobs:R"));
  EXPECT_EQ(add({.key = "a", .level = RoleLevel::deployment}).error().fault(),
            Fault::invalid_value);
  set_plan("starter");
  EXPECT_EQ(add({.key = "a", .level = RoleLevel::project}).error().code(), "feature_not_in_plan");
}

}  // namespace
}  // namespace rollcall
