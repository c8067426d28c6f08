#include "tests/gateway/directory/grants_fixture.h"

namespace rollcall {
namespace {

using test::must;
using test::Words;

class ScopeTreeTest : public test::GrantsFixture {
 protected:
  template <class Work>
  auto change(Work work) {
    return write([&](Transaction& tx) {
      ScopeTree tree = tx.scope_tree(tenant.organization);
      return work(tree);
    });
  }
  Deployment deployment(std::string_view name) {
    return must(
        read([&](Transaction& tx) { return tx.scope_tree(tenant.organization).deployment(name); }));
  }
  Project project(std::string_view id) {
    return must(
        read([&](Transaction& tx) { return tx.scope_tree(tenant.organization).project(id); }));
  }
  bool exists(std::string_view scope) {
    return read([&](Transaction& tx) {
      return static_cast<bool>(
          tx.scope_tree(tenant.organization).check_exists(must(Scope::parse(scope))));
    });
  }
};

// S26
TEST_F(ScopeTreeTest, ListsDeploymentsInOrderOfCreationWithTheirCodeLocations) {
  add_deployment("prod", {"core", "ml"}, DeploymentKind::full, "editor");
  add_deployment("dev");
  add_deployment("a-branch", {"core"}, DeploymentKind::branch, "viewer");
  const auto all =
      read([&](Transaction& tx) { return tx.scope_tree(tenant.organization).deployments(); });
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "prod");
  EXPECT_EQ(all[0].code_locations, (Words{"core", "ml"}));
  EXPECT_EQ(all[0].default_role, "editor");
  EXPECT_EQ(all[1].name, "dev");
  EXPECT_EQ(all[2].kind, DeploymentKind::branch);
  EXPECT_EQ(all[2].default_role, std::nullopt) << "branches have no role of their own by default";
}

// S28
TEST_F(ScopeTreeTest, HasOneSpaceOfNamesForDeploymentsAndBranches) {
  add_deployment("prod");
  const auto taken = change([](ScopeTree& tree) {
    return tree.add(Deployment{.name = "prod", .kind = DeploymentKind::branch});
  });
  EXPECT_EQ(taken.error().fault(), Fault::uniqueness);
  add_project("prod");
  EXPECT_EQ(change([](ScopeTree& tree) { return tree.add(Project{.id = "prod"}); }).error().fault(),
            Fault::uniqueness);
}

struct RefusedDeployment {
  const char* name;
  Deployment wanted;
  Fault fault = Fault::invalid_value;
};
class BadDeployment : public ScopeTreeTest,
                      public testing::WithParamInterface<RefusedDeployment> {};

// S14, S24, F27
TEST_P(BadDeployment, IsRefused) {
  set_plan("starter");
  const auto added = change([](ScopeTree& tree) { return tree.add(GetParam().wanted); });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault(), GetParam().fault);
  EXPECT_TRUE(events("deployment.added").empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadDeployment,
    testing::Values(
        RefusedDeployment{"NoName", {.name = ""}}, RefusedDeployment{"Slash", {.name = "a/b"}},
        RefusedDeployment{"TooLong", {.name = std::string(129, 'a')}},
        RefusedDeployment{"BadLocation", {.name = "a", .code_locations = {"x/y"}}},
        RefusedDeployment{"OneLocationTwice", {.name = "a", .code_locations = {"x", "y", "x"}}},
        RefusedDeployment{"TooManyLocations", {.name = "a", .code_locations = Words(1001, "x")}},
        RefusedDeployment{"UnknownDefaultRole", {.name = "a", .default_role = "wizard"}},
        RefusedDeployment{"DefaultRoleOfTheOrganization",
                          {.name = "a", .default_role = "organization_admin"}},
        RefusedDeployment{"DefaultRoleOfAgents", {.name = "a", .default_role = "agent"}},
        RefusedDeployment{
            "LauncherOutsideThePlan", {.name = "a", .default_role = "launcher"}, Fault::forbidden}),
    [](const auto& param) { return param.param.name; });

// S22, S25
TEST_F(ScopeTreeTest, TakesGrantsOfARemovedCodeLocationWithIt) {
  add_deployment("prod", {"core", "ml"});
  add_deployment("prod2", {"ml"});
  const Subject bea = add_user("bea");
  must(put(bea, "editor", "code_location/prod/core"));
  must(put(bea, "editor", "code_location/prod/ml"));
  must(put(bea, "editor", "code_location/prod2/ml"));
  Deployment wanted = deployment("prod");
  wanted.code_locations = {"core", "new"};
  must(change([&](ScopeTree& tree) { return tree.update(wanted); }));
  EXPECT_EQ(held(bea), (Words{"editor@code_location/prod/core", "editor@code_location/prod2/ml"}));
  EXPECT_EQ(deployment("prod").code_locations, (Words{"core", "new"}));
  EXPECT_EQ(deployment("prod").version, 2);
}

// S27
TEST_F(ScopeTreeTest, TakesGrantsOnAndBelowARemovedDeploymentWithIt) {
  add_deployment("prod", {"core"});
  add_deployment("prod-2", {"core"});
  add_deployment("pr-1", {"core"}, DeploymentKind::branch);
  const Subject bea = add_user("bea");
  for (const auto* scope : {"deployment/prod", "deployment/prod-2", "branch/pr-1"}) {
    must(put(bea, "viewer", scope));
  }
  for (const auto* scope :
       {"code_location/prod/core", "code_location/prod-2/core", "code_location/pr-1/core"}) {
    must(put(bea, "editor", scope));
  }
  must(change([](ScopeTree& tree) { return tree.remove_deployment("prod"); }));
  must(change([](ScopeTree& tree) { return tree.remove_deployment("pr-1"); }));
  EXPECT_EQ(held(bea), (Words{"editor@code_location/prod-2/core", "viewer@deployment/prod-2"}));
  EXPECT_EQ(events("permission.removed").size(), 4U);
  EXPECT_FALSE(exists("deployment/prod"));
  EXPECT_EQ(change([](ScopeTree& tree) { return tree.remove_deployment("prod"); }).error().fault(),
            Fault::not_found);
}

// F30
TEST_F(ScopeTreeTest, WritesAnAuditRowForEachChangeAndNoneForNone) {
  add_deployment("prod", {"core"});
  must(change([&](ScopeTree& tree) { return tree.update(deployment("prod")); }));
  EXPECT_EQ(deployment("prod").version, 1);
  EXPECT_TRUE(events("deployment.changed").empty());
  Deployment wanted = deployment("prod");
  wanted.default_role.reset();
  const std::uint64_t epoch = directory->access_epochs().shared();
  must(change([&](ScopeTree& tree) { return tree.update(wanted); }));
  EXPECT_GT(directory->access_epochs().shared(), epoch);
  const auto changed = events("deployment.changed");
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].object, "deployment/prod");
  EXPECT_EQ(changed[0].detail, R"({"before":{"default_role":"viewer","code_locations":["core"]},)"
                               R"("after":{"default_role":null,"code_locations":["core"]}})");
  must(change([](ScopeTree& tree) { return tree.remove_deployment("prod"); }));
  EXPECT_EQ(events("deployment.removed").size(), 1U);
}

// S61
TEST_F(ScopeTreeTest, KeepsProjectsWithTheirEnvironments) {
  add_project("big", {{"main", EnvironmentCategory::production},
                      {"ci", EnvironmentCategory::other},
                      {"adhoc", EnvironmentCategory::other}});
  Project wanted = project("big");
  ASSERT_EQ(wanted.environments.size(), 3U);
  EXPECT_EQ(wanted.environments[0],
            (rollcall::Environment{"main", EnvironmentCategory::production}));
  wanted.name = "The Big Project";
  wanted.environments.pop_back();
  must(change([&](ScopeTree& tree) { return tree.update(wanted); }));
  EXPECT_EQ(project("big").name, "The Big Project");
  EXPECT_EQ(project("big").environments.size(), 2U);
  EXPECT_EQ(project("big").version, 2);
  EXPECT_EQ(events("project.changed").size(), 1U);
  must(change([](ScopeTree& tree) { return tree.remove_project("big"); }));
  EXPECT_EQ(
      read([&](Transaction& tx) { return tx.scope_tree(tenant.organization).projects(); }).size(),
      0U);
}

// F39
TEST_F(ScopeTreeTest, RefusesAProjectWithTwoProductions) {
  for (const auto& environments :
       {std::vector<rollcall::Environment>{{"a", EnvironmentCategory::production},
                                           {"b", EnvironmentCategory::production}},
        std::vector<rollcall::Environment>{{"a", EnvironmentCategory::other},
                                           {"a", EnvironmentCategory::staging}}}) {
    const auto added = change([&](ScopeTree& tree) {
      return tree.add(Project{.id = "p", .environments = environments});
    });
    EXPECT_EQ(added.error().fault(), Fault::invalid_value);
  }
}

struct ScopeCase {
  const char* name;
  std::string_view scope;
  bool exists;
};
class ScopeThatIsNamed : public ScopeTreeTest, public testing::WithParamInterface<ScopeCase> {};

// S26, S28, S61
TEST_P(ScopeThatIsNamed, ExistsIfTheTreeHasIt) {
  add_deployment("prod", {"core"});
  add_deployment("pr-1", {"core"}, DeploymentKind::branch);
  add_project("big", {{"main", EnvironmentCategory::production}});
  EXPECT_EQ(exists(GetParam().scope), GetParam().exists);
}

INSTANTIATE_TEST_SUITE_P(
    Scopes, ScopeThatIsNamed,
    testing::Values(ScopeCase{"Org", "org", true}, ScopeCase{"Projects", "all_projects", true},
                    ScopeCase{"Branches", "all_branch_deployments", true},
                    ScopeCase{"Deployment", "deployment/prod", true},
                    ScopeCase{"NoDeployment", "deployment/dev", false},
                    ScopeCase{"BranchAsDeployment", "deployment/pr-1", false},
                    ScopeCase{"Branch", "branch/pr-1", true},
                    ScopeCase{"DeploymentAsBranch", "branch/prod", false},
                    ScopeCase{"Location", "code_location/prod/core", true},
                    ScopeCase{"LocationOfABranch", "code_location/pr-1/core", true},
                    ScopeCase{"NoLocation", "code_location/prod/ml", false},
                    ScopeCase{"NoDeploymentOfALocation", "code_location/dev/core", false},
                    ScopeCase{"Project", "project/big", true},
                    ScopeCase{"NoProject", "project/small", false},
                    ScopeCase{"Environment", "environment/big/main", true},
                    ScopeCase{"NoEnvironment", "environment/big/ci", false}),
    [](const auto& param) { return param.param.name; });

class NewDeployment : public ScopeTreeTest {
 protected:
  NewDeployment() {
    add_deployment("prod");
    ada_ = add_user("ada");
    bea_ = add_user("bea");
    static constexpr sql::Sql deactivate{"UPDATE users SET state = 2 WHERE position = $1"};
    run(deactivate, {bea_.position});
    change_policy([](Policy& policy) { policy.default_deployment_roles = true; });
  }

  Subject ada_{SubjectKind::user, 0};
  Subject bea_{SubjectKind::user, 0};
};

// X12
TEST_F(NewDeployment, GivesTheUsersThereAreItsDefaultRole) {
  add_deployment("dev", {}, DeploymentKind::full, "editor");
  EXPECT_EQ(held(ada_), Words{"editor@deployment/dev"});
  EXPECT_EQ(grants_of(ada_)[0].origin, GrantOrigin::default_);
  EXPECT_EQ(held(bea_), Words{}) << "deactivated";
}

// X12, F27
TEST_F(NewDeployment, WithoutADefaultRoleGivesNothing) {
  add_deployment("vault", {}, DeploymentKind::full, std::nullopt);
  add_deployment("pr-1", {}, DeploymentKind::branch);
  EXPECT_EQ(held(ada_), Words{});
}

// X12
TEST_F(NewDeployment, GivesNothingWhereThePolicyHasNoDefaultRoles) {
  change_policy([](Policy& policy) { policy.default_deployment_roles = false; });
  add_deployment("dev");
  EXPECT_EQ(held(ada_), Words{});
}

// X12, F13
TEST_F(NewDeployment, ThatIsTheFirstBringsTheRoleOnBranchesToo) {
  must(change([](ScopeTree& tree) { return tree.remove_deployment("prod"); }));
  add_deployment("dev");
  EXPECT_EQ(held(ada_), (Words{"viewer@all_branch_deployments", "viewer@deployment/dev"}));
  add_deployment("lab");
  EXPECT_EQ(grants_of(ada_).size(), 3U);
}

// X12
TEST_F(NewDeployment, ReachesEveryUserPageByPage) {
  constexpr int many = 1203;
  static constexpr sql::Sql count{"SELECT count(*) FROM grants WHERE scope = 'deployment/dev'"};
  static constexpr sql::Sql clone{
      "INSERT INTO users (id, organization, user_name, user_name_key, display_name, state, "
      "created_by, scim_managed, version, created, modified) "
      "SELECT randomblob(16), organization, $2, $2, $2, 1, 0, 0, 1, 0, 0 FROM users "
      "WHERE position = $1"};
  must(write([&](Transaction& tx) -> Result<> {
    for (int i = 0; i < many; ++i) {
      tx.session().execute(clone, {ada_.position, "u" + std::to_string(i)});
    }
    return {};
  }));
  add_deployment("dev");
  EXPECT_EQ(read([&](Transaction& tx) { return tx.session().query(count, {}).integer(0); }),
            many + 1);
}

}  // namespace
}  // namespace rollcall
