#include "gateway/directory/sql.h"
#include "tests/gateway/access/world.h"

namespace rollcall::access::test {
namespace {

std::vector<std::string_view> kinds(const Answer& answer) {
  std::vector<std::string_view> out;
  for (const Step& step : answer.path) out.push_back(step.kind);
  return out;
}
using Kinds = std::vector<std::string_view>;

// S47
TEST(Explain, NamesTheChainFromTheMembershipToTheLicense) {
  World world(Preset::dbt, "enterprise");
  world.project("p1", {});
  const User kim = world.user("kim");
  const Group group = world.group("Runners", {kim});
  const GrantId grant = world.grant(World::subject(group), "job_runner", "project/p1");
  const Answer answer = world.explain(kim, "runs:W", "project/p1");
  EXPECT_TRUE(answer.allowed);
  EXPECT_EQ(answer.reason, Reason::grant);
  ASSERT_EQ(kinds(answer), (Kinds{"membership", "group", "grant", "role", "license"}));
  EXPECT_EQ(answer.path[0].name, "manual");
  EXPECT_EQ(answer.path[0].since, world.directory.clock().now());
  EXPECT_EQ(answer.path[1].id, group.id.str());
  EXPECT_EQ(answer.path[1].name, "Runners");
  EXPECT_EQ(answer.path[2].id, grant.str());
  EXPECT_EQ(answer.path[2].name, "project/p1");
  EXPECT_EQ(answer.path[2].by, "local operator");
  EXPECT_EQ(answer.path[2].since, world.directory.clock().now());
  EXPECT_EQ(answer.path[3].id, "job_runner");
  EXPECT_EQ(answer.path[3].name, "Job Runner");
  EXPECT_EQ(answer.path[4].id, "developer");
}

// S47, S57
TEST(Explain, NamesTheLicenseThatDecidedWhateverTheRoles) {
  World world(Preset::dbt, "enterprise");
  world.project("p1", {});
  const User kim = world.user("kim", License::read_only);
  const Group group = world.group("Admins", {kim});
  world.grant(World::subject(group), "account_admin", "org");
  const Answer answer = world.explain(kim, "jobs:W", "project/p1");
  EXPECT_FALSE(answer.allowed);
  EXPECT_EQ(answer.reason, Reason::license);
  ASSERT_EQ(kinds(answer), (Kinds{"role", "license"}));
  EXPECT_EQ(answer.path[0].id, "readonly");
  EXPECT_EQ(answer.path[1].id, "read_only");
}

// S20
TEST(Explain, NamesAnOwnGrantAndWhatARefusalCameFrom) {
  World world(Preset::dagster, "pro");
  world.deployment("prod", "viewer", {});
  world.deployment("vault", std::nullopt, {});
  const User bea = world.user("bea");
  const Answer refused = world.explain(bea, "runs.launch", "deployment/prod");
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.reason, Reason::no_grant);
  ASSERT_EQ(kinds(refused), (Kinds{"grant", "role"}));
  EXPECT_EQ(refused.path[1].id, "viewer");
  EXPECT_EQ(kinds(world.explain(bea, "runs.view", "deployment/vault")), Kinds{});
  EXPECT_EQ(world.explain(bea, "runs.view", "deployment/prod").reason, Reason::default_);
}

// S62, S70: what a sign-in made is followed back to the IdP's group.
TEST(Explain, FollowsASignInsMembershipToTheIdpsGroup) {
  World world(Preset::dbt, "enterprise");
  world.project("p1", {});
  const User kim = world.user("kim");
  const Group group = world.group("Engineers", {kim});
  world.grant(World::subject(group), "developer", "project/p1");
  const MappingId mapping =
      world
          .change([&](Transaction& tx) {
            return tx.mappings(world.organization).add(group, "*", MappingKind::exact, "eng");
          })
          .id;
  // As a sign-in writes it.
  static constexpr sql::Sql made_by_sign_in{
      "UPDATE memberships SET origin = 1, connection = 'okta', rule = 'eng' "
      "WHERE group_position = $1"};
  world.change([&](Transaction& tx) -> Result<> {
    tx.session().execute(made_by_sign_in, {group.position});
    return {};
  });
  const Answer answer = world.explain(kim, "develop:W", "project/p1");
  ASSERT_EQ(kinds(answer),
            (Kinds{"idp_group", "mapping", "membership", "group", "grant", "role", "license"}));
  EXPECT_EQ(answer.path[0].id, "okta");
  EXPECT_EQ(answer.path[0].name, "eng");
  EXPECT_EQ(answer.path[1].id, mapping.str());
  EXPECT_EQ(answer.path[2].name, "sso");
  EXPECT_EQ(answer.path[2].by, "connection/okta");
}

// F60, S29
TEST(Explain, HasNoChainWhereTheAddressOrTheStateDecided) {
  World world(Preset::dagster, "pro");
  world.deployment("prod", "viewer", {});
  const User bea = world.user("bea");
  world.settings([](Organization& wanted) {
    wanted.policy.ip_rules = {.enabled = true, .allow = {}, .deny = {"192.0.2.0/24"}};
  });
  const Answer answer = must(world.directory->read_now([&](Transaction& tx) {
    return explain(tx, world.principal(bea), {std::nullopt, scope("deployment/prod")}, "192.0.2.1");
  }));
  EXPECT_EQ(answer.reason, Reason::ip_rule);
  EXPECT_TRUE(answer.path.empty());
}

TEST(Reasons, HaveTheNamesOfTheContract) {
  EXPECT_EQ(name(Reason::grant), "grant");
  EXPECT_EQ(name(Reason::license), "license");
  EXPECT_EQ(name(Reason::default_), "default");
  EXPECT_EQ(name(Reason::no_grant), "no_grant");
  EXPECT_EQ(name(Reason::ip_rule), "ip_rule");
  EXPECT_EQ(name(Reason::deactivated), "deactivated");
}

}  // namespace
}  // namespace rollcall::access::test
