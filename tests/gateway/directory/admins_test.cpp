#include "tests/gateway/directory/grants_fixture.h"

namespace rollcall {
namespace {

using test::must;
using test::Words;

constexpr sql::Sql set_state{"UPDATE users SET state = $2 WHERE position = $1"};
constexpr sql::Sql set_license{"UPDATE users SET license = $2 WHERE position = $1"};

class AdminsTest : public test::GrantsFixture {};

// F11
TEST_F(AdminsTest, AreUsersWithTheRoleDirectlyOrByAGroupEachOnce) {
  const Subject team = add_group("admins");
  must(put(team, "organization_admin", "org"));
  EXPECT_EQ(admins(), 0U);
  const Subject ada = add_member("ada", team);
  add_member("bea", team);
  must(put(ada, "organization_admin", "org"));
  must(put(add_user("cy"), "organization_admin", "org"));
  must(put(add_service_user("bot"), "organization_admin", "org"));
  EXPECT_EQ(admins(), 3U);
  EXPECT_EQ(admins(2), 2U);
}

// F1
TEST_F(AdminsTest, OfADeploymentDoNotCount) {
  add_deployment("prod");
  must(put(add_user("cy"), "admin", "deployment/prod"));
  EXPECT_EQ(admins(), 0U);
}

// F11
TEST_F(AdminsTest, WhoAreInvitedCountAndDeactivatedDoNot) {
  const Subject ada = add_user("ada");
  must(put(ada, "organization_admin", "org"));
  run(set_state, {ada.position, static_cast<std::int64_t>(UserState::invited)});
  EXPECT_EQ(admins(), 1U);
  run(set_state, {ada.position, static_cast<std::int64_t>(UserState::deactivated)});
  EXPECT_EQ(admins(), 0U);
}

// S18, F32
TEST_F(AdminsTest, HoldTheRoleInAWayThatPlanAndPolicyKnow) {
  const Subject team = add_group("admins");
  must(put(team, "organization_admin", "org"));
  add_member("ada", team);
  must(put(add_user("bea"), "organization_admin", "org"));
  EXPECT_EQ(admins(), 2U);
  set_plan("starter");
  EXPECT_EQ(admins(), 1U);
  set_plan("pro");
  change_policy([](Policy& policy) { policy.direct_user_grants = false; });
  EXPECT_EQ(admins(), 1U);
}

// F11
TEST_F(AdminsTest, AreNotAllLostToAPolicyOrAPlan) {
  const auto update = [&](auto change) {
    return write([&](Transaction& tx) -> Result<> {
      Organization wanted = tx.organization(tenant.organization);
      change(wanted);
      CHECK_OK(tx.organizations().update(wanted));
      return {};
    });
  };
  const auto no_direct_grants = [](Organization& wanted) {
    wanted.policy.direct_user_grants = false;
  };
  const Subject bea = add_user("bea");
  const Grant direct = must(put(bea, "organization_admin", "org"));
  EXPECT_EQ(update(no_direct_grants).error().code(), "last_admin");
  EXPECT_EQ(admins(), 1U);

  const Subject team = add_group("admins");
  must(put(team, "organization_admin", "org"));
  add_member("ada", team);
  must(update(no_direct_grants));
  const auto starter = [](Organization& wanted) { wanted.plan = "starter"; };
  EXPECT_EQ(update(starter).error().code(), "last_admin");
  EXPECT_EQ(admins(), 1U);
}

struct DoorCase {
  const char* name;
  Source source;
  bool refused;
};
class LastAdmin : public AdminsTest, public testing::WithParamInterface<DoorCase> {};

// F11, X13
TEST_P(LastAdmin, StaysWhenPeopleWrite) {
  const Grant grant = must(put(add_user("ada"), "organization_admin", "org"));
  const auto done = remove(grant, GetParam().source);
  ASSERT_EQ(static_cast<bool>(done), !GetParam().refused);
  if (GetParam().refused) {
    EXPECT_EQ(done.error().fault(), Fault::conflict);
    EXPECT_EQ(done.error().code(), "last_admin");
    EXPECT_EQ(admins(), 1U);
    EXPECT_TRUE(events("permission.removed").empty());
  } else {
    EXPECT_EQ(admins(), 0U);
    EXPECT_EQ(events("organization.no_admin").size(), 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(Doors, LastAdmin,
                         testing::Values(DoorCase{"Api", Source::api, true},
                                         DoorCase{"Cli", Source::cli, true},
                                         DoorCase{"Scim", Source::scim, false},
                                         DoorCase{"Sso", Source::sso, false},
                                         DoorCase{"System", Source::system, false}),
                         [](const auto& param) { return param.param.name; });

// F11
TEST_F(AdminsTest, MayGoWhileAnotherIsLeft) {
  const Subject team = add_group("admins");
  const Grant by_group = must(put(team, "organization_admin", "org"));
  add_member("ada", team);
  const Grant own = must(put(add_user("bea"), "organization_admin", "org"));
  must(remove(own));
  EXPECT_EQ(remove(by_group).error().code(), "last_admin");
  must(put(add_user("cy"), "organization_admin", "org"));
  EXPECT_TRUE(remove(by_group));
}

// F11
TEST_F(AdminsTest, ThatNeverWereAreNotMissed) {
  const Subject team = add_group("empty");
  const Grant grant = must(put(team, "organization_admin", "org"));
  EXPECT_TRUE(remove(grant));
  EXPECT_TRUE(events("organization.no_admin").empty());
}

// F11
TEST_F(AdminsTest, AreCheckedAgainstWhatWasBefore) {
  must(write([&](Transaction& tx) -> Result<> {
    Grants grants = tx.grants(tenant.organization);
    EXPECT_TRUE(grants.check_admin_left(0));
    EXPECT_EQ(grants.check_admin_left(1).error().code(), "last_admin");
    return {};
  }));
}

class SetAdminsTest : public test::GrantsFixture {
 protected:
  SetAdminsTest() : GrantsFixture(Preset::dbt) {}
};

// S57, S58, S77, F38
TEST_F(SetAdminsTest, NeedALicenseThatLetsThemUseTheirSet) {
  const Subject owners = add_group("Owners");
  must(put(owners, "account_admin", "all_projects"));
  const Subject olga = add_member("olga", owners);
  EXPECT_EQ(admins(), 1U);
  for (const auto& [license, counts] :
       {std::pair{License::developer, 1U}, std::pair{License::analyst, 1U},
        std::pair{License::it, 0U}, std::pair{License::read_only, 0U}}) {
    run(set_license, {olga.position, static_cast<std::int64_t>(license)});
    EXPECT_EQ(admins(), counts) << type_of(license).key;
  }
  change_policy([](Policy& policy) { policy.licenses = false; });
  EXPECT_EQ(admins(), 1U);
  const auto again = write([&](Transaction& tx) -> Result<> {
    Organization wanted = tx.organization(tenant.organization);
    wanted.policy.licenses = true;
    CHECK_OK(tx.organizations().update(wanted));
    return {};
  });
  EXPECT_EQ(again.error().code(), "last_admin");
}

// S77, F45
TEST_F(SetAdminsTest, AreOwnersTooAndNotProjectAdmins) {
  add_project("big");
  const Subject members = add_group("Members");
  add_member("kim", members);
  must(put(members, "admin", "all_projects"));
  EXPECT_EQ(admins(), 0U);
  must(put(members, "owner", "org"));
  EXPECT_EQ(admins(), 1U);
}

}  // namespace
}  // namespace rollcall
