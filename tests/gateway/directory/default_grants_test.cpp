#include "tests/gateway/directory/grants_fixture.h"

namespace rollcall {
namespace {

using test::must;
using test::Words;

class DefaultGrantsTest : public test::GrantsFixture {
 protected:
  DefaultGrantsTest() {
    add_deployment("prod");
    add_deployment("dev");
    add_deployment("pr-17", {}, DeploymentKind::branch);
  }
};

// S13, S14, F13, F27
TEST_F(DefaultGrantsTest, AreThoseOfEachFullDeploymentAndOfBranches) {
  add_deployment("lab", {}, DeploymentKind::full, "editor");
  add_deployment("vault", {"pii"}, DeploymentKind::full, std::nullopt);
  const Subject earlier = add_user("ada");
  const Subject bea = add_user("bea");
  change_policy([](Policy& policy) { policy.default_deployment_roles = true; });
  add_defaults(bea);
  const Words wanted{"editor@deployment/lab", "viewer@all_branch_deployments",
                     "viewer@deployment/dev", "viewer@deployment/prod"};
  EXPECT_EQ(held(bea), wanted);
  for (const Grant& grant : grants_of(bea)) EXPECT_EQ(grant.origin, GrantOrigin::default_);
  EXPECT_EQ(held(earlier), Words{});
  add_defaults(bea);
  EXPECT_EQ(events("permission.added").size(), wanted.size());
}

// S14
TEST_F(DefaultGrantsTest, LeaveRolesAloneThatAUserHas) {
  const Subject bea = add_user("bea");
  must(put(bea, "admin", "deployment/prod"));
  change_policy([](Policy& policy) { policy.default_deployment_roles = true; });
  add_defaults(bea);
  EXPECT_EQ(held(bea), (Words{"admin@deployment/prod", "viewer@all_branch_deployments",
                              "viewer@deployment/dev"}));
}

struct NoDefaultCase {
  const char* name;
  void (*change)(Organization& organization);
  Words left;
};
class DefaultGrants : public DefaultGrantsTest,
                      public testing::WithParamInterface<NoDefaultCase> {};

// S13, S24, X12
TEST_P(DefaultGrants, FollowPolicyAndPlan) {
  add_deployment("lab", {}, DeploymentKind::full, "launcher");
  const Subject bea = add_user("bea");
  change_organization([](Organization& wanted) {
    wanted.policy.default_deployment_roles = true;
    GetParam().change(wanted);
  });
  add_defaults(bea);
  EXPECT_EQ(held(bea), GetParam().left);
}

INSTANTIATE_TEST_SUITE_P(
    Of, DefaultGrants,
    testing::Values(
        NoDefaultCase{"NoDefaultRoles",
                      [](Organization& wanted) { wanted.policy.default_deployment_roles = false; },
                      {}},
        NoDefaultCase{"NoDirectGrants",
                      [](Organization& wanted) { wanted.policy.direct_user_grants = false; },
                      {}},
        NoDefaultCase{
            "NoBranchRole",
            [](Organization& wanted) { wanted.policy.default_branch_role.reset(); },
            {"launcher@deployment/lab", "viewer@deployment/dev", "viewer@deployment/prod"}},
        NoDefaultCase{
            "ABranchRoleThatIsNone",
            [](Organization& wanted) { wanted.policy.default_branch_role = "gone"; },
            {"launcher@deployment/lab", "viewer@deployment/dev", "viewer@deployment/prod"}},
        NoDefaultCase{
            "APlanWithoutLaunchers",
            [](Organization& wanted) { wanted.plan = "starter"; },
            {"viewer@all_branch_deployments", "viewer@deployment/dev", "viewer@deployment/prod"}}),
    [](const auto& param) { return param.param.name; });

class WithoutDeployments : public test::GrantsFixture {};

// X12
TEST_F(WithoutDeployments, NewUsersGetNoRoles) {
  const Subject bea = add_user("bea");
  change_policy([](Policy& policy) { policy.default_deployment_roles = true; });
  add_defaults(bea);
  EXPECT_EQ(held(bea), Words{});
}

}  // namespace
}  // namespace rollcall
