// Decisions in an organization of the Dagster+ kind.
#include "tests/gateway/access/world.h"

namespace rollcall::access::test {
namespace {

/// fixtures/hooli.yaml.
class Hooli : public testing::Test {
 protected:
  Hooli() {
    world.deployment("prod", "viewer", {"core", "ml"});
    world.deployment("dev", "editor", {"core"});
    world.deployment("vault", std::nullopt, {"pii"});
    world.deployment("pr-17", std::nullopt, {"core"}, DeploymentKind::branch);
    ada = world.user("ada");
    bea = world.user("bea");
    cy = world.user("cy");
    world.grant(World::subject(*ada), "organization_admin", "org");
    world.grant(World::subject(*bea), "editor", "code_location/prod/ml");
    world.grant(World::subject(*cy), "admin", "deployment/dev");
    data_eng = world.group("data-eng", {*bea, *cy});
    oncall = world.group("oncall", {*bea});
    world.grant(World::subject(*data_eng), "launcher", "deployment/prod");
    world.grant(World::subject(*data_eng), "editor", "all_branch_deployments");
    world.grant(World::subject(*oncall), "viewer", "deployment/prod");
  }

  World world{Preset::dagster, "pro"};
  std::optional<User> ada, bea, cy;
  std::optional<Group> data_eng, oncall;
};

// S20, S25, S28, F7
TEST_F(Hooli, GivesTheRolesThatItsFixtureExpects) {
  EXPECT_EQ(world.role(*bea, "deployment/prod"), "launcher");
  EXPECT_EQ(world.role(*bea, "code_location/prod/ml"), "editor");
  EXPECT_EQ(world.role(*bea, "code_location/prod/core"), "launcher");
  EXPECT_EQ(world.role(*bea, "branch/pr-17"), "editor");
  EXPECT_EQ(world.role(*bea, "deployment/vault"), "none");
}

// S5, F6
TEST_F(Hooli, LetsADeploymentsAdminAddUsersAndNoMore) {
  EXPECT_TRUE(world.may(*cy, "users.add", "org"));
  EXPECT_EQ(world.ask(*cy, "users.add", "org").role, "admin");
  EXPECT_FALSE(world.may(*cy, "users.manage", "org"));
  EXPECT_FALSE(world.may(*bea, "users.add", "org"));
  EXPECT_TRUE(world.may(*cy, "teams.grant", "deployment/dev"));
  EXPECT_FALSE(world.may(*cy, "teams.grant", "deployment/prod"));
  const auto rights = must(world.rights.get_now(world.principal(*cy)));
  EXPECT_TRUE(rights->holds(*Permission::find("users.add")));
  EXPECT_FALSE(rights->holds(*Permission::find("teams.grant")));
  EXPECT_FALSE(rights->holds(*Permission::find("runs.launch")));
}

// S5: to add to the organization takes a whole deployment.
TEST_F(Hooli, LetsTheAdminOfALocationOrOfBranchesAddNobody) {
  const User dee = world.user("dee");
  world.grant(World::subject(dee), "admin", "code_location/prod/ml");
  world.grant(World::subject(dee), "admin", "all_branch_deployments");
  EXPECT_EQ(world.role(dee, "branch/pr-17"), "admin");
  EXPECT_FALSE(world.may(dee, "users.add", "org"));
  EXPECT_TRUE(world.may(dee, "users.view", "org"));
}

// S4, F1
TEST_F(Hooli, LetsAnOrganizationAdminDoEverythingEverywhere) {
  const auto all = permissions();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].family != PermissionFamily::ladder) continue;
    for (const std::string_view on : {"org", "deployment/vault", "code_location/pr-17/core"}) {
      EXPECT_TRUE(world.may(*ada, all[i].key, on)) << all[i].key << " on " << on;
    }
  }
  EXPECT_EQ(world.role(*ada, "branch/never-heard-of"), "organization_admin");
}

// S1
TEST_F(Hooli, RefusesWhereNothingWasGranted) {
  const Answer answer = world.ask(*cy, "runs.view", "deployment/vault");
  EXPECT_FALSE(answer.allowed);
  EXPECT_EQ(answer.reason, Reason::no_grant);
  EXPECT_FALSE(answer.role);
  EXPECT_FALSE(answer.license);
}

// S13, S14, S28: what a default gave is told apart from what somebody decided.
TEST_F(Hooli, AnswersDefaultWhereOnlyADefaultDecides) {
  EXPECT_EQ(world.ask(*bea, "schedules.edit", "deployment/dev").reason, Reason::default_);
  EXPECT_EQ(world.ask(*cy, "runs.view", "deployment/prod").reason, Reason::grant);
  const User dee = world.user("dee");
  EXPECT_EQ(world.ask(dee, "runs.view", "deployment/prod").reason, Reason::default_);
  EXPECT_EQ(world.ask(dee, "runs.view", "branch/pr-17").reason, Reason::default_);
  EXPECT_EQ(world.ask(dee, "runs.launch", "deployment/prod").reason, Reason::no_grant);
}

// S20
TEST_F(Hooli, LetsTheStrongestOfAllGrantsWin) {
  const User dee = world.user("dee");
  world.join(*data_eng, dee);
  world.join(*oncall, dee);
  EXPECT_EQ(world.role(dee, "deployment/prod"), "launcher");
  world.grant(World::subject(dee), "admin", "deployment/prod");
  EXPECT_EQ(world.role(dee, "deployment/prod"), "admin");
  EXPECT_EQ(world.role(dee, "code_location/prod/ml"), "admin");
}

// S21
TEST_F(Hooli, LetsALauncherLaunchButNotChangeSettings) {
  EXPECT_TRUE(world.may(*bea, "runs.launch", "deployment/prod"));
  EXPECT_FALSE(world.may(*bea, "deployment_settings.edit", "deployment/prod"));
}

// S22: locations that came later or that only the platform knows.
TEST_F(Hooli, GivesADeploymentsRoleToAllItsLocations) {
  EXPECT_EQ(world.role(*cy, "code_location/dev/core"), "admin");
  EXPECT_EQ(world.role(*cy, "code_location/dev/added-later"), "admin");
}

// S25
TEST_F(Hooli, LetsALocationsRoleAddOnlyThere) {
  EXPECT_TRUE(world.may(*bea, "code_locations.edit", "code_location/prod/ml"));
  EXPECT_TRUE(world.may(*bea, "runs.launch", "code_location/prod/ml"));
  EXPECT_FALSE(world.may(*bea, "code_locations.edit", "code_location/prod/core"));
  EXPECT_FALSE(world.may(*bea, "code_locations.edit", "deployment/prod"));
}

// S27
TEST_F(Hooli, KeepsDeploymentsApart) {
  const User dee = world.user("dee");
  world.grant(World::subject(dee), "admin", "deployment/vault");
  EXPECT_EQ(world.role(dee, "deployment/vault"), "admin");
  EXPECT_EQ(world.role(dee, "deployment/prod"), "viewer");
}

// S28, F10
TEST_F(Hooli, KeepsBranchesAndFullDeploymentsApart) {
  const User dee = world.user("dee");
  world.grant(World::subject(dee), "admin", "deployment/prod");
  EXPECT_EQ(world.role(dee, "branch/pr-17"), "viewer");
  const auto own = world.change([&](Transaction& tx) -> Result<std::vector<Grant>> {
    return tx.grants(world.organization).of(World::subject(dee));
  });
  for (const Grant& grant : own) {
    if (grant.scope.kind == ScopeKind::all_branch_deployments) world.revoke(grant.id);
  }
  EXPECT_EQ(world.role(dee, "branch/pr-17"), "none");
  EXPECT_EQ(world.role(dee, "code_location/pr-17/core"), "none");
  world.grant(World::subject(dee), "launcher", "all_branch_deployments");
  EXPECT_EQ(world.role(dee, "branch/made-tomorrow"), "launcher");
  EXPECT_EQ(world.role(dee, "code_location/pr-17/core"), "launcher");
  EXPECT_EQ(world.role(dee, "deployment/vault"), "none");
}

// F8
TEST_F(Hooli, HidesNoLocationOfADeploymentFromWhoHoldsAnyRoleThere) {
  world.change([&](Transaction& tx) {
    CustomRole role;
    role.key = "wiper";
    role.name = "Wiper";
    role.permissions = {"alerts.edit"};
    return tx.roles(world.organization).add(role);
  });
  const User dee = world.user("dee");
  world.grant(World::subject(dee), "wiper", "deployment/vault");
  EXPECT_TRUE(world.may(dee, "alerts.edit", "deployment/vault"));
  EXPECT_TRUE(world.may(dee, "runs.view", "code_location/vault/pii"));
  EXPECT_FALSE(world.may(dee, "runs.launch", "code_location/vault/pii"));
  EXPECT_EQ(world.role(dee, "deployment/vault"), "wiper");
  world.grant(World::subject(dee), "viewer", "deployment/vault");
  EXPECT_EQ(world.role(dee, "deployment/vault"), "viewer");
  EXPECT_TRUE(world.may(dee, "alerts.edit", "deployment/vault"));
}

// S34, S43, F29
TEST_F(Hooli, LetsServiceUsersDoWhatTheyWereGranted) {
  const ServiceUser bot = world.service_user("ci-bot");
  EXPECT_FALSE(world.may(bot, "runs.view", "deployment/prod"));
  world.grant(World::subject(bot), "launcher", "deployment/prod");
  EXPECT_TRUE(world.may(bot, "runs.launch", "deployment/prod"));
  EXPECT_FALSE(world.may(bot, "runs.launch", "deployment/dev"));
  const ServiceUser agent = world.service_user("agent-eu", ServiceUserKind::agent);
  world.grant(World::subject(agent), "agent", "org");
  EXPECT_TRUE(world.may(agent, "runs.launch", "branch/pr-17"));
  EXPECT_TRUE(world.may(agent, "env_vars.view", "code_location/vault/pii"));
  EXPECT_FALSE(world.may(agent, "env_vars.edit", "deployment/prod"));
  EXPECT_EQ(world.role(agent, "deployment/prod"), "agent");
}

// S18, S24, S33: what a smaller plan does not include is kept and counts for nothing.
TEST_F(Hooli, LetsGrantsRestThatThePlanDoesNotInclude) {
  const ServiceUser bot = world.service_user("ci-bot");
  world.grant(World::subject(bot), "editor", "deployment/prod");
  const ServiceUser agent = world.service_user("agent-eu", ServiceUserKind::agent);
  world.grant(World::subject(agent), "agent", "org");
  world.settings([](Organization& wanted) { wanted.plan = "starter"; });
  EXPECT_EQ(world.role(*bea, "deployment/prod"), "viewer");
  EXPECT_EQ(world.role(*bea, "code_location/prod/ml"), "viewer");
  EXPECT_EQ(world.role(*bea, "branch/pr-17"), "viewer");
  EXPECT_EQ(world.role(bot, "deployment/prod"), "none");
  EXPECT_EQ(world.role(agent, "deployment/prod"), "agent");
  EXPECT_EQ(world.role(*ada, "deployment/vault"), "organization_admin");
  world.settings([](Organization& wanted) { wanted.plan = "pro"; });
  EXPECT_EQ(world.role(*bea, "code_location/prod/ml"), "editor");
  EXPECT_EQ(world.role(bot, "deployment/prod"), "editor");
}

// S63
TEST_F(Hooli, IgnoresOwnGrantsWhereThePolicyDoesNotAllowThem) {
  world.settings([](Organization& wanted) { wanted.policy.direct_user_grants = false; });
  EXPECT_EQ(world.role(*cy, "deployment/dev"), "none");
  EXPECT_EQ(world.role(*cy, "deployment/prod"), "launcher");
}

// S29
TEST_F(Hooli, AllowsTheDeactivatedNothing) {
  world.change([&](Transaction& tx) -> Result<User> {
    TRY(const User current, tx.users(world.organization).get(cy->id));
    UserProfile profile = current.profile;
    profile.active = false;
    return tx.users(world.organization).update(current, profile);
  });
  const Answer answer = world.ask(*cy, "runs.view", "deployment/dev");
  EXPECT_FALSE(answer.allowed);
  EXPECT_EQ(answer.reason, Reason::deactivated);
  EXPECT_FALSE(
      must(world.rights.get_now(world.principal(*cy)))->holds(*Permission::find("users.add")));
}

// S17
TEST_F(Hooli, AnswersForTheInvitedAsForOthers) {
  const User dee = world.change([&](Transaction& tx) {
    NewUser wanted;
    wanted.invited = true;
    return tx.users(world.organization).add(rollcall::test::user_profile("dee"), wanted);
  });
  world.join(*data_eng, dee);
  EXPECT_TRUE(world.may(dee, "runs.launch", "deployment/prod"));
}

// S29
TEST_F(Hooli, DoesNotKnowWhoWasRemovedOrBelongsElsewhere) {
  must(world.rights.get_now(world.principal(*cy)));
  world.change([&](Transaction& tx) { return tx.users(world.organization).remove(cy->id); });
  const auto removed = world.rights.get_now(world.principal(*cy));
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().fault(), Fault::not_found);
  const OrganizationKey other =
      world.change([](Transaction& tx) { return tx.organizations().add("other"); }).key;
  EXPECT_FALSE(world.rights.get_now({other, SubjectKind::user, bea->position}));
  EXPECT_FALSE(world.rights.get_now({other, SubjectKind::service_user, bea->position}));
  EXPECT_FALSE(world.rights.get_now({world.organization, SubjectKind::group, data_eng->position}));
}

// F60
TEST_F(Hooli, LetsTheAddressDecideFirst) {
  world.settings([](Organization& wanted) {
    wanted.policy.ip_rules = {.enabled = true, .allow = {"192.0.2.0/24"}, .deny = {}};
  });
  EXPECT_TRUE(world.ask(*ada, "runs.view", "deployment/prod", "192.0.2.7").allowed);
  const Answer blocked = world.ask(*ada, "runs.view", "deployment/prod", "198.51.100.1");
  EXPECT_FALSE(blocked.allowed);
  EXPECT_EQ(blocked.reason, Reason::ip_rule);
  EXPECT_TRUE(world.ask(*ada, "runs.view", "deployment/prod").allowed);
  world.settings([](Organization& wanted) { wanted.plan = "starter"; });
  EXPECT_TRUE(world.ask(*ada, "runs.view", "deployment/prod", "198.51.100.1").allowed);
}

}  // namespace
}  // namespace rollcall::access::test
