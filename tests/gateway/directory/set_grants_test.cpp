#include "tests/gateway/directory/grants_fixture.h"

namespace rollcall {
namespace {

using test::must;
using test::Words;

class SetGrantsTest : public test::GrantsFixture {
 protected:
  SetGrantsTest() : GrantsFixture(Preset::dbt) {
    add_project("analytics", {{"production", EnvironmentCategory::production}});
    add_project("big");
  }
};

// S63, F32
TEST_F(SetGrantsTest, AreNotForUsersDirectly) {
  const auto refused = put(add_user("kim"), "job_viewer", "project/big");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::invalid_value);
  EXPECT_EQ(refused.error().code(), "direct_grants_disabled");
}

// S50, S51, S61, S76, S77
TEST_F(SetGrantsTest, OfAGroupReachTheAccountAndProjects) {
  const Subject owners = add_group("Owners");
  const Grant everything = must(put(owners, "account_admin", "all_projects"));
  must(put(owners, "job_admin", "project/analytics"));
  must(put(owners, "job_viewer", "project/analytics"));
  must(put(owners, "git_admin", "project/big"));
  must(put(owners, "billing_admin", "org"));
  must(put(owners, "job_viewer", "all_projects"));
  EXPECT_EQ(grants_of(owners).size(), 6U);
  must(remove(everything));
  EXPECT_EQ(held(owners),
            (Words{"billing_admin@org", "git_admin@project/big", "job_admin@project/analytics",
                   "job_viewer@all_projects", "job_viewer@project/analytics"}));
}

// S64, S76, F38
TEST_F(SetGrantsTest, FitTheLevelOfTheirSet) {
  const Subject group = add_group("Data");
  for (const auto& [role, scope] :
       {std::pair{"account_admin", "project/big"}, std::pair{"job_admin", "org"},
        std::pair{"jobs:W", "project/big"}, std::pair{"job_admin", "all_branch_deployments"}}) {
    const auto refused = put(group, role, scope);
    ASSERT_FALSE(refused) << role << scope;
    EXPECT_EQ(refused.error().fault(), Fault::invalid_value);
  }
  EXPECT_TRUE(put(group, "job_admin", "environment/analytics/production"));
}

// F35, F39
TEST_F(SetGrantsTest, NameTheEnvironmentsTheyMayWrite) {
  const Subject group = add_group("Data");
  const Environments some = bit(EnvironmentCategory::staging) | bit(EnvironmentCategory::other);
  const Grant narrow = must(put(group, "analyst", "project/big", some));
  EXPECT_EQ(narrow.environments, some);
  const Grant wide = must(put(group, "analyst", "project/big", all_environments));
  ASSERT_EQ(grants_of(group).size(), 1U);
  EXPECT_EQ(grants_of(group)[0].environments, all_environments);
  EXPECT_EQ(events("permission.removed")[0].detail,
            R"({"before":{"role":"analyst","scope":"project/big",)"
            R"("environments":["staging","other"]}})");
  EXPECT_EQ(put(group, "job_viewer", "project/big", some).error().fault(), Fault::invalid_value);
}

// S60, F45, F47
TEST_F(SetGrantsTest, WithoutRbacAreTheFixedOnesOfTheFixedGroups) {
  const Subject owner = add_group("Owner");
  const Subject member = add_group("Member");
  const Subject data = add_group("Data");
  const Subject bot = add_service_user("bot");
  set_plan("starter");
  must(put(owner, "owner", "org"));
  must(put(member, "member", "all_projects"));
  for (const auto& [subject, role] : {std::pair{data, "member"}, std::pair{owner, "member"},
                                      std::pair{member, "analyst"}, std::pair{bot, "job_runner"}}) {
    EXPECT_EQ(put(subject, role, "all_projects").error().code(), "feature_not_in_plan") << role;
  }
}

}  // namespace
}  // namespace rollcall
