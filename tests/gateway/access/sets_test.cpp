// Decisions in an organization of the dbt kind.
#include "tests/gateway/access/world.h"

namespace rollcall::access::test {
namespace {

/// fixtures/jaffle.yaml.
class Jaffle : public testing::Test {
 protected:
  Jaffle() {
    const Environment production{"production", EnvironmentCategory::production};
    const Environment staging{"staging", EnvironmentCategory::staging};
    const Environment development{"development", EnvironmentCategory::development};
    const Environment other{"qa", EnvironmentCategory::other};
    world.project("internal-analytics", {production, staging, development});
    world.project("big-project", {production, staging, development, other});
    olga = world.user("olga");
    euclid = world.user("euclid");
    kim = world.user("kim");
    owners = world.group("Owners", {*olga});
    analysts = world.group("Analysts", {*euclid});
    contractors = world.group("Contractors", {*kim});
    account_admin = world.grant(World::subject(*owners), "account_admin", "all_projects");
    world.grant(World::subject(*owners), "job_admin", "project/internal-analytics");
    world.grant(World::subject(*analysts), "analyst", "project/big-project",
                bit(EnvironmentCategory::development) | bit(EnvironmentCategory::staging) |
                    bit(EnvironmentCategory::other));
    world.grant(World::subject(*contractors), "job_viewer", "project/big-project");
  }

  World world{Preset::dbt, "enterprise"};
  std::optional<User> olga, euclid, kim;
  std::optional<Group> owners, analysts, contractors;
  std::optional<GrantId> account_admin;
};

// S77
TEST_F(Jaffle, LetsOwnersDoEverythingUntilAccountAdminIsTakenFromThem) {
  for (const std::string_view on :
       {"org", "project/big-project", "project/made-tomorrow", "environment/big-project/qa"}) {
    EXPECT_TRUE(world.may(*olga, "jobs:W", on)) << on;
    EXPECT_TRUE(world.may(*olga, "billing:W", on)) << on;
    EXPECT_EQ(world.role(*olga, on), "account_admin") << on;
  }
  const User second = world.user("second");
  world.grant(World::subject(world.group("Second", {second})), "account_admin", "org");
  world.revoke(*account_admin);
  EXPECT_TRUE(world.may(*olga, "jobs:W", "project/internal-analytics"));
  EXPECT_EQ(world.role(*olga, "project/internal-analytics"), "job_admin");
  EXPECT_FALSE(world.may(*olga, "jobs:R", "project/big-project"));
  EXPECT_FALSE(world.may(*olga, "billing:W", "org"));
}

// S76
TEST_F(Jaffle, LetsViewersViewRunnersRunAndAdminsEdit) {
  EXPECT_TRUE(world.may(*kim, "runs:R", "project/big-project"));
  EXPECT_FALSE(world.may(*kim, "runs:W", "project/big-project"));
  const User runner = world.user("runner");
  world.grant(World::subject(world.group("Runners", {runner})), "job_runner",
              "project/big-project");
  EXPECT_TRUE(world.may(runner, "runs:W", "project/big-project"));
  EXPECT_FALSE(world.may(runner, "jobs:W", "project/big-project"));
}

// F35, F39
TEST_F(Jaffle, WritesJobsOnlyWhereTheEnvironmentsCategoryWasGiven) {
  struct Case {
    const char* permission;
    const char* on;
    bool allowed;
  };
  constexpr Case cases[] = {
      {"jobs:W", "environment/big-project/development", true},
      {"runs:W", "environment/big-project/staging", true},
      {"jobs:W", "environment/big-project/qa", true},
      {"jobs:W", "environment/big-project/production", false},
      {"jobs:R", "environment/big-project/production", true},
      {"jobs:W", "project/big-project", false},
      {"environments:W", "environment/big-project/development", false},
      {"develop:W", "environment/big-project/production", true},
      // Environments that only the platform knows go by their name.
      {"jobs:W", "environment/big-project/unheard-of", true},
      {"jobs:W", "environment/internal-analytics/development", false},
  };
  for (const Case& tested : cases) {
    EXPECT_EQ(world.may(*euclid, tested.permission, tested.on), tested.allowed)
        << tested.permission << " on " << tested.on;
  }
  const User dee = world.user("dee");
  world.grant(World::subject(world.group("Developers", {dee})), "developer", "project/big-project",
              all_environments);
  EXPECT_TRUE(world.may(dee, "jobs:W", "environment/big-project/production"));
  EXPECT_TRUE(world.may(dee, "jobs:W", "project/big-project"));
}

// S50, F34: account permissions of a project's set count for the account.
TEST_F(Jaffle, LetsAccountPermissionsOfAProjectsSetCountForTheAccount) {
  EXPECT_TRUE(world.may(*euclid, "licenses:R", "org"));
  EXPECT_FALSE(world.may(*euclid, "members:R", "org"));
  EXPECT_FALSE(world.may(*euclid, "projects:W", "org"));
  EXPECT_EQ(world.ask(*euclid, "licenses:R", "org").role, "analyst");
}

// S50, S51, S61
TEST_F(Jaffle, UnitesWhatSeveralGroupsGive) {
  const User dee = world.user("dee");
  world.grant(World::subject(world.group("Git", {dee})), "git_admin", "project/big-project");
  world.grant(World::subject(world.group("Billing", {dee})), "billing_admin", "org");
  const Group jobs = world.group("Jobs", {dee});
  world.grant(World::subject(jobs), "job_viewer", "project/internal-analytics");
  EXPECT_TRUE(world.may(dee, "repositories:W", "project/big-project"));
  EXPECT_FALSE(world.may(dee, "repositories:W", "project/internal-analytics"));
  EXPECT_TRUE(world.may(dee, "runs:R", "project/internal-analytics"));
  EXPECT_TRUE(world.may(dee, "billing:W", "org"));
  world.leave(jobs, dee);
  EXPECT_FALSE(world.may(dee, "runs:R", "project/internal-analytics"));
}

// S65, S23
TEST_F(Jaffle, ChangesAllMembersWithTheirGroupAtOnce) {
  const User lee = world.user("lee");
  world.join(*contractors, lee);
  EXPECT_FALSE(world.may(*kim, "jobs:W", "project/big-project"));
  EXPECT_FALSE(world.may(lee, "jobs:W", "project/big-project"));
  const GrantId added =
      world.grant(World::subject(*contractors), "job_admin", "project/big-project");
  EXPECT_TRUE(world.may(*kim, "jobs:W", "project/big-project"));
  EXPECT_TRUE(world.may(lee, "jobs:W", "project/big-project"));
  world.revoke(added);
  EXPECT_FALSE(world.may(lee, "jobs:W", "project/big-project"));
  EXPECT_TRUE(world.may(lee, "jobs:R", "project/big-project"));
}

// S60, F47
TEST_F(Jaffle, LetsSetsRestWhereThePlanHasNoRbac) {
  world.settings([](Organization& wanted) { wanted.plan = "starter"; });
  EXPECT_EQ(world.role(*euclid, "project/big-project"), "none");
  EXPECT_EQ(world.role(*olga, "project/big-project"), "account_admin");
}

}  // namespace
}  // namespace rollcall::access::test
