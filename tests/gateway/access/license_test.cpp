// What a licence gives and takes whatever the roles.
#include "tests/gateway/access/world.h"

namespace rollcall::access::test {
namespace {

class Licenses : public testing::Test {
 protected:
  Licenses() {
    world.project("p1", {{"production", EnvironmentCategory::production}});
    world.project("p2", {});
    admins = world.group("Admins");
    world.grant(World::subject(*admins), "account_admin", "all_projects");
  }
  User member(const std::string& name, License license) {
    User user = world.user(name, license);
    world.join(*admins, user);
    return user;
  }

  World world{Preset::dbt, "enterprise"};
  std::optional<Group> admins;
};

// S56
TEST_F(Licenses, OfDevelopersCutNothing) {
  const User dee = member("dee", License::developer);
  const Answer answer = world.ask(dee, "billing:W", "org");
  EXPECT_TRUE(answer.allowed);
  EXPECT_EQ(answer.reason, Reason::grant);
  EXPECT_EQ(answer.license, License::developer);
}

// S49, S57
TEST_F(Licenses, ToReadLetReadEveryProjectAndWriteNone) {
  const User kim = member("kim", License::read_only);
  const User lone = world.user("lone", License::read_only);
  const auto all = permissions();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].family != PermissionFamily::sets) continue;
    const bool of_project = !all[i].organization_wide;
    const bool read = of_project && all[i].key.ends_with(":R") && all[i].key != "permissions:R";
    const Role* readonly = find_builtin_role(Preset::dbt, "readonly");
    for (const User& user : {kim, lone}) {
      const Answer answer = world.ask(user, all[i].key, "project/p2");
      EXPECT_EQ(answer.allowed, read || readonly->permissions.test(i)) << all[i].key;
      EXPECT_EQ(answer.reason, Reason::license);
      EXPECT_EQ(answer.role, "readonly");
    }
  }
  EXPECT_FALSE(must(world.rights.get_now(world.principal(kim)))
                   ->holds(*Permission::find("account_settings:W")));
}

// S58, F41
TEST_F(Licenses, OfItLetManagePeopleAndBillingAlone) {
  const User ivan = member("ivan", License::it);
  for (const std::string_view key :
       {"groups:W", "members:W", "licenses:W", "auth_provider:W", "billing:W"}) {
    EXPECT_TRUE(world.may(ivan, key, "org")) << key;
  }
  for (const std::string_view key : {"jobs:R", "jobs:W", "develop:W"}) {
    EXPECT_FALSE(world.may(ivan, key, "project/p1")) << key;
  }
  EXPECT_EQ(world.ask(ivan, "jobs:W", "project/p1").reason, Reason::license);
  EXPECT_EQ(world.ask(ivan, "groups:W", "org").role, "security_admin");
  EXPECT_EQ(world.ask(ivan, "billing:W", "org").role, "billing_admin");
  EXPECT_FALSE(world.may(ivan, "connections:W", "org"));
  world.settings([](Organization& wanted) { wanted.policy.it_connections = true; });
  EXPECT_TRUE(world.may(ivan, "connections:W", "org"));
}

// S53
TEST_F(Licenses, ThatChangeCountForTheNextDecision) {
  const User keeper = member("keeper", License::developer);
  const User dee = member("dee", License::developer);
  EXPECT_TRUE(world.may(dee, "jobs:W", "project/p1"));
  world.change([&](Transaction& tx) -> Result<User> {
    TRY(const User current, tx.users(world.organization).get(dee.id));
    return tx.users(world.organization).set_license(current, License::read_only);
  });
  EXPECT_FALSE(world.may(dee, "jobs:W", "project/p1"));
  EXPECT_TRUE(world.may(keeper, "jobs:W", "project/p1"));
}

// S48: the same on all projects; where the policy has no licences none counts.
TEST_F(Licenses, CountOnlyWhereThePolicyHasThem) {
  const User kim = member("kim", License::read_only);
  EXPECT_FALSE(world.may(kim, "jobs:W", "project/p1"));
  EXPECT_FALSE(world.may(kim, "jobs:W", "project/p2"));
  world.settings([](Organization& wanted) { wanted.policy.licenses = false; });
  const Answer answer = world.ask(kim, "jobs:W", "project/p1");
  EXPECT_TRUE(answer.allowed);
  EXPECT_FALSE(answer.license);
}

// S37: service users have none.
TEST_F(Licenses, AreNoMatterOfServiceUsers) {
  const ServiceUser bot = world.service_user("airflow");
  world.grant(World::subject(bot), "job_runner", "project/p1");
  const Answer answer = world.ask(bot, "runs:W", "project/p1");
  EXPECT_TRUE(answer.allowed);
  EXPECT_FALSE(answer.license);
}

}  // namespace
}  // namespace rollcall::access::test
