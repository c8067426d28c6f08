#include "tests/gateway/directory/grants_fixture.h"

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::Words;

class GrantsTest : public test::GrantsFixture {
 protected:
  GrantsTest() {
    add_deployment("prod", {"core", "ml"});
    add_deployment("dev", {"core"});
    add_deployment("pr-17", {"core"}, DeploymentKind::branch);
  }
};

// S23, S27
TEST_F(GrantsTest, KeepWhoGaveThemAndTouchNoOtherDeployment) {
  const Subject bea = add_user("bea");
  must(put(bea, "viewer", "deployment/prod"));
  const Grant added = must(put(bea, "admin", "deployment/dev"));
  EXPECT_EQ(added.origin, GrantOrigin::manual);
  EXPECT_EQ(added.since, directory.clock().now());
  EXPECT_EQ(added.by, "local operator");
  EXPECT_EQ(held(bea), (Words{"admin@deployment/dev", "viewer@deployment/prod"}));
  const Grant found =
      must(read([&](Transaction& tx) { return tx.grants(tenant.organization).get(added.id); }));
  EXPECT_EQ(found.scope.str(), "deployment/dev");
  EXPECT_EQ(found.subject, bea);
}

// S21, F1
TEST_F(GrantsTest, OfTheLadderReplaceEachOtherOnOneScope) {
  const Subject bea = add_user("bea");
  const Grant viewer = must(put(bea, "viewer", "deployment/prod"));
  const Grant editor = must(put(bea, "editor", "deployment/prod"));
  EXPECT_EQ(held(bea), Words{"editor@deployment/prod"});
  EXPECT_NE(viewer.id, editor.id);
  const auto removed = events("permission.removed");
  const auto added = events("permission.added");
  ASSERT_EQ(removed.size(), 1U);
  ASSERT_EQ(added.size(), 2U);
  EXPECT_EQ(removed[0].detail, R"({"before":{"role":"viewer","scope":"deployment/prod"}})");
  EXPECT_EQ(added[1].detail, R"({"after":{"role":"editor","scope":"deployment/prod"}})");
  EXPECT_TRUE(added[1].object.starts_with("user/"));
}

// F3
TEST_F(GrantsTest, OfCustomRolesStandBesideTheLadder) {
  must(write([&](Transaction& tx) {
    return tx.roles(tenant.organization).add({.key = "wiper", .permissions = {"assets.wipe"}});
  }));
  const Subject bea = add_user("bea");
  must(put(bea, "viewer", "deployment/prod"));
  must(put(bea, "wiper", "deployment/prod"));
  EXPECT_EQ(held(bea), (Words{"viewer@deployment/prod", "wiper@deployment/prod"}));
}

// S23
TEST_F(GrantsTest, ThatAreThereAlreadyAreLeftUntouched) {
  const Subject bea = add_user("bea");
  const Grant first = must(put(bea, "viewer", "deployment/prod"));
  directory.clock().advance(1s);
  const Grant again = must(put(bea, "viewer", "deployment/prod"));
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.since, first.since);
  EXPECT_EQ(events("permission.added").size(), 1U);
}

// S28, F10
TEST_F(GrantsTest, OnBranchesAreOnesOfTheirOwn) {
  const Subject bea = add_user("bea");
  must(put(bea, "editor", "deployment/prod"));
  const Grant branches = must(put(bea, "launcher", "all_branch_deployments"));
  must(put(bea, "viewer", "branch/pr-17"));
  must(remove(branches));
  EXPECT_EQ(held(bea), (Words{"editor@deployment/prod", "viewer@branch/pr-17"}));
}

// S17
TEST_F(GrantsTest, OfAnInvitedUserAreStoredBeforeTheFirstSignIn) {
  static constexpr sql::Sql invite{"UPDATE users SET state = 0 WHERE position = $1"};
  const Subject bea = add_user("bea");
  run(invite, {bea.position});
  must(put(bea, "editor", "deployment/prod"));
  EXPECT_EQ(held(bea), Words{"editor@deployment/prod"});
}

// S43, F29
TEST_F(GrantsTest, OfServiceUsersAreLikeThoseOfUsers) {
  const Subject bot = add_service_user("bot");
  must(put(bot, "launcher", "deployment/prod"));
  must(put(bot, "editor", "code_location/prod/ml"));
  must(put(bot, "viewer", "all_branch_deployments"));
  EXPECT_EQ(grants_of(bot).size(), 3U);
  EXPECT_TRUE(events("permission.added")[0].object.starts_with("service_user/"));
  const Subject agent = add_service_user("agent", ServiceUserKind::agent);
  for (const auto* scope : {"org", "deployment/prod", "all_branch_deployments"}) {
    EXPECT_TRUE(put(agent, "agent", scope)) << scope;
  }
}

enum class Who { user, group, service_user, agent };
struct RefusedCase {
  const char* name;
  Who who;
  std::string role;
  std::string scope;
  Fault fault;
  std::string_view code;
  std::string plan = "pro";
  Environments environments = 0;
};

class RefusedGrant : public GrantsTest, public testing::WithParamInterface<RefusedCase> {
 protected:
  Subject subject() {
    switch (GetParam().who) {
      case Who::user:
        return add_user("bea");
      case Who::group:
        return add_group("team");
      case Who::service_user:
        return add_service_user("bot");
      case Who::agent:
        return add_service_user("bot", ServiceUserKind::agent);
    }
    return add_user("bea");
  }
};

// S18, S24, S64, F1, F3, F29, F39
TEST_P(RefusedGrant, ChangesNothing) {
  must(write([&](Transaction& tx) {
    return tx.roles(tenant.organization).add({.key = "wiper", .permissions = {"assets.wipe"}});
  }));
  const Subject holder = subject();
  set_plan(GetParam().plan);
  const auto refused = put(holder, GetParam().role, GetParam().scope, GetParam().environments);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), GetParam().fault);
  EXPECT_EQ(refused.error().code(), GetParam().code);
  EXPECT_EQ(held(holder), Words{});
  EXPECT_TRUE(events("permission.added").empty());
}

constexpr auto invalid = Fault::invalid_value;
INSTANTIATE_TEST_SUITE_P(
    Put, RefusedGrant,
    testing::Values(
        RefusedCase{"UnknownRole", Who::user, "wizard", "org", Fault::not_found, "not_found"},
        RefusedCase{"APermission", Who::group, "runs.launch", "deployment/prod", invalid,
                    "invalid_value"},
        RefusedCase{"UnknownDeployment", Who::user, "viewer", "deployment/none", Fault::not_found,
                    "not_found"},
        RefusedCase{"UnknownLocation", Who::user, "editor", "code_location/dev/ml",
                    Fault::not_found, "not_found"},
        RefusedCase{"UnknownProject", Who::user, "viewer", "project/p", Fault::not_found,
                    "not_found"},
        RefusedCase{"ABranchAsADeployment", Who::user, "viewer", "deployment/pr-17",
                    Fault::not_found, "not_found"},
        RefusedCase{"ADeploymentAsABranch", Who::user, "viewer", "branch/prod", Fault::not_found,
                    "not_found"},
        RefusedCase{"AnAdminOfTheOrganizationOnADeployment", Who::user, "organization_admin",
                    "deployment/prod", invalid, "invalid_value"},
        RefusedCase{"AnAdminOfTheOrganizationOnProjects", Who::user, "organization_admin",
                    "all_projects", invalid, "invalid_value"},
        RefusedCase{"ADeploymentRoleOnTheOrganization", Who::user, "admin", "org", invalid,
                    "invalid_value"},
        RefusedCase{"ADeploymentRoleOnProjects", Who::user, "admin", "all_projects", invalid,
                    "invalid_value"},
        RefusedCase{"AgentOfAUser", Who::user, "agent", "org", invalid, "invalid_value"},
        RefusedCase{"AgentOfAGroup", Who::group, "agent", "org", invalid, "invalid_value"},
        RefusedCase{"AgentOfAnotherServiceUser", Who::service_user, "agent", "org", invalid,
                    "invalid_value"},
        RefusedCase{"AgentOfOneLocation", Who::agent, "agent", "code_location/prod/ml", invalid,
                    "invalid_value"},
        RefusedCase{"EnvironmentsOfTheLadder", Who::user, "editor", "deployment/prod", invalid,
                    "invalid_value", "pro", all_environments},
        RefusedCase{"NoSuchEnvironments", Who::user, "editor", "deployment/prod", invalid,
                    "invalid_value", "pro", 0x10},
        RefusedCase{"TeamsOutsideThePlan", Who::group, "viewer", "deployment/prod",
                    Fault::forbidden, "feature_not_in_plan", "starter"},
        RefusedCase{"LauncherOutsideThePlan", Who::user, "launcher", "deployment/prod",
                    Fault::forbidden, "feature_not_in_plan", "starter"},
        RefusedCase{"LocationsOutsideThePlan", Who::user, "editor", "code_location/prod/ml",
                    Fault::forbidden, "feature_not_in_plan", "starter"},
        RefusedCase{"CustomRolesOutsideThePlan", Who::user, "wiper", "deployment/prod",
                    Fault::forbidden, "feature_not_in_plan", "starter"}),
    [](const auto& param) { return param.param.name; });

// S64
TEST_F(GrantsTest, SayThatARoleIsNoPermission) {
  const auto refused = put(add_group("team"), "runs.launch", "deployment/prod");
  EXPECT_NE(refused.error().detail().find("a grant takes a role, not a permission"),
            std::string::npos);
}

struct OverrideCase {
  const char* name;
  const char* deployment_role;
  const char* location_role;
  bool accepted;
};
class Override : public GrantsTest, public testing::WithParamInterface<OverrideCase> {};

// S25, F9
TEST_P(Override, IsStrictlyAboveTheRoleOnTheDeployment) {
  const Subject bea = add_user("bea");
  const std::string_view role = GetParam().deployment_role;
  if (!role.empty()) {
    must(put(bea, std::string(role), role == "organization_admin" ? "org" : "deployment/prod"));
  }
  const auto done = put(bea, GetParam().location_role, "code_location/prod/ml");
  ASSERT_EQ(static_cast<bool>(done), GetParam().accepted);
  if (!done) EXPECT_EQ(done.error().fault(), Fault::invalid_value);
}

INSTANTIATE_TEST_SUITE_P(
    Roles, Override,
    testing::Values(OverrideCase{"EditorOverViewer", "viewer", "editor", true},
                    OverrideCase{"LauncherOverViewer", "viewer", "launcher", true},
                    OverrideCase{"AdminOverEditor", "editor", "admin", true},
                    OverrideCase{"LauncherOverNothing", "", "launcher", true},
                    OverrideCase{"ViewerOverNothing", "", "viewer", false},
                    OverrideCase{"ViewerUnderLauncher", "launcher", "viewer", false},
                    OverrideCase{"TheSame", "editor", "editor", false},
                    OverrideCase{"LauncherUnderEditor", "editor", "launcher", false},
                    OverrideCase{"UnderAdmin", "admin", "editor", false},
                    OverrideCase{"TheSameAsAdmin", "admin", "admin", false},
                    OverrideCase{"OfAnOrganizationAdmin", "organization_admin", "admin", false}),
    [](const auto& param) { return param.param.name; });

// S25, F9, F10
TEST_F(GrantsTest, OnALocationGoWhenTheyAddNothingAnyMore) {
  const Subject bea = add_user("bea");
  must(put(bea, "launcher", "code_location/prod/core"));
  must(put(bea, "admin", "code_location/prod/ml"));
  must(put(bea, "launcher", "code_location/dev/core"));
  must(put(bea, "launcher", "code_location/pr-17/core"));
  must(put(bea, "editor", "deployment/prod"));
  EXPECT_EQ(held(bea),
            (Words{"admin@code_location/prod/ml", "editor@deployment/prod",
                   "launcher@code_location/dev/core", "launcher@code_location/pr-17/core"}));
  EXPECT_EQ(events("permission.removed").size(), 1U);
  must(put(bea, "launcher", "all_branch_deployments"));
  must(put(bea, "organization_admin", "org"));
  EXPECT_EQ(held(bea), (Words{"editor@deployment/prod", "launcher@all_branch_deployments",
                              "organization_admin@org"}));
}

// S3
TEST_F(GrantsTest, OfSubjectsAndOrganizationsElsewhereAreNotFound) {
  const Subject bea = add_user("bea");
  const Grant grant = must(put(bea, "viewer", "deployment/prod"));
  const test::Tenant other = directory.add_tenant("other");
  must(write([&](Transaction& tx) -> Result<> {
    Grants grants = tx.grants(other.organization);
    const NewGrant wanted{
        .subject = bea, .role = "organization_admin", .scope = must(Scope::parse("org"))};
    EXPECT_EQ(grants.put(wanted).error().fault(), Fault::not_found);
    EXPECT_EQ(grants.get(grant.id).error().fault(), Fault::not_found);
    EXPECT_EQ(grants.remove(grant.id).error().fault(), Fault::not_found);
    EXPECT_TRUE(grants.of(bea).empty());
    EXPECT_TRUE(grants.list({}, 0, 10).empty());
    return {};
  }));
  EXPECT_EQ(
      put({SubjectKind::group, bea.position + 100}, "viewer", "deployment/prod").error().fault(),
      Fault::not_found);
}

// S2
TEST_F(GrantsTest, AreListedBySubjectRoleAndScopePageByPage) {
  const Subject ada = add_user("ada");
  const Subject bea = add_user("bea");
  const Subject team = add_group("team");
  must(put(ada, "viewer", "deployment/prod"));
  must(put(bea, "viewer", "deployment/prod"));
  must(put(team, "editor", "deployment/prod"));
  must(put(bea, "viewer", "deployment/dev"));
  const auto list = [&](const GrantSelection& selection, std::int64_t after, std::size_t limit) {
    return read([&](Transaction& tx) {
      return tx.grants(tenant.organization).list(selection, after, limit);
    });
  };
  const Scope prod = must(Scope::parse("deployment/prod"));
  EXPECT_EQ(list({}, 0, 10).size(), 4U);
  EXPECT_EQ(list({.subject = bea}, 0, 10).size(), 2U);
  EXPECT_EQ(list({.subject = bea, .scope = prod}, 0, 10).size(), 1U);
  EXPECT_EQ(list({.subject = bea, .role = "editor"}, 0, 10).size(), 0U);
  EXPECT_EQ(list({.role = "viewer"}, 0, 10).size(), 3U);
  EXPECT_EQ(list({.scope = prod}, 0, 10).size(), 3U);
  EXPECT_EQ(list({.role = "viewer", .scope = prod}, 0, 10).size(), 2U);
  const auto first = list({.role = "viewer"}, 0, 2);
  ASSERT_EQ(first.size(), 2U);
  const auto rest = list({.role = "viewer"}, first.back().position, 2);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].scope.str(), "deployment/dev");
}

// S29
TEST_F(GrantsTest, OfASubjectThatGoesAwayGoWithIt) {
  const Subject bea = add_user("bea");
  const Subject cy = add_user("cy");
  must(put(bea, "viewer", "deployment/prod"));
  must(put(bea, "editor", "deployment/dev"));
  must(put(cy, "viewer", "deployment/prod"));
  must(write([&](Transaction& tx) -> Result<> {
    tx.grants(tenant.organization).remove_all_of(bea);
    return {};
  }));
  EXPECT_EQ(held(bea), Words{});
  EXPECT_EQ(held(cy), Words{"viewer@deployment/prod"});
  EXPECT_EQ(events("permission.removed").size(), 2U);
}

// S19, S65
TEST_F(GrantsTest, AreSeenByTheNextDecision) {
  const AccessEpochs& epochs = directory->access_epochs();
  const Subject bea = add_user("bea");
  const Subject team = add_group("team");
  const std::uint64_t own = epochs.user(bea.position);
  const std::uint64_t shared = epochs.shared();
  const Grant grant = must(put(bea, "viewer", "deployment/prod"));
  EXPECT_GT(epochs.user(bea.position), own);
  EXPECT_EQ(epochs.shared(), shared);
  const std::uint64_t before_removal = epochs.user(bea.position);
  must(remove(grant));
  EXPECT_GT(epochs.user(bea.position), before_removal);
  must(put(team, "viewer", "deployment/prod"));
  EXPECT_GT(epochs.shared(), shared);
}

}  // namespace
}  // namespace rollcall
