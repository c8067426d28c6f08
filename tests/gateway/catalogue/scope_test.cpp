#include "gateway/catalogue/scope.h"

#include <gtest/gtest.h>

#include <string>

namespace rollcall {
namespace {

Scope scope(std::string_view text) {
  auto parsed = Scope::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Scope{};
}

TEST(Scopes, ReadAndWriteTheFormsOfTheContract) {
  for (const std::string_view text :
       {"org", "deployment/prod", "code_location/prod/ml", "branch/pr-17", "all_branch_deployments",
        "project/big project", "all_projects", "environment/p/staging"}) {
    EXPECT_EQ(scope(text).str(), text);
  }
}

TEST(Scopes, RefuseEverythingElse) {
  const std::string longest(128, 'x');
  EXPECT_TRUE(Scope::parse("deployment/" + longest));
  for (const std::string& text :
       {std::string(), std::string("Org"), std::string("org/"), std::string("org/x"),
        std::string("deployment"), std::string("deployment/"), std::string("deployment/a/b"),
        std::string("code_location/prod"), std::string("code_location/prod/"),
        std::string("code_location//ml"), std::string("code_location/a/b/c"),
        std::string("all_projects/p"), std::string("job/x"), std::string("branch/a\nb"),
        std::string("branch/a\0b", 10), "deployment/" + longest + "x"}) {
    const auto parsed = Scope::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().fault(), Fault::invalid_value);
  }
}

// S22, S27, S28, F10
TEST(Scopes, CoverWhatIsBelowThemInTheTree) {
  struct Case {
    const char* granted;
    const char* resource;
    bool covered;
    DeploymentKind deployment = DeploymentKind::full;
  };
  constexpr auto branch = DeploymentKind::branch;
  constexpr Case cases[] = {
      {"org", "org", true},
      {"org", "code_location/prod/ml", true},
      {"org", "branch/pr-17", true},
      {"org", "environment/p/staging", true},
      {"deployment/prod", "deployment/prod", true},
      {"deployment/prod", "deployment/dev", false},
      {"deployment/prod", "org", false},
      {"deployment/prod", "code_location/prod/ml", true},
      {"deployment/prod", "code_location/dev/ml", false},
      {"deployment/prod", "branch/prod", false},
      {"deployment/prod", "branch/pr-17", false},
      {"deployment/prod", "all_branch_deployments", false},
      {"deployment/pr-17", "code_location/pr-17/core", false, branch},
      {"code_location/prod/ml", "code_location/prod/ml", true},
      {"code_location/prod/ml", "code_location/prod/core", false},
      {"code_location/prod/ml", "deployment/prod", false},
      {"all_branch_deployments", "branch/pr-17", true},
      {"all_branch_deployments", "all_branch_deployments", true},
      {"all_branch_deployments", "code_location/pr-17/core", true, branch},
      {"all_branch_deployments", "code_location/prod/core", false},
      {"all_branch_deployments", "deployment/prod", false},
      {"branch/pr-17", "branch/pr-17", true},
      {"branch/pr-17", "branch/pr-18", false},
      {"branch/pr-17", "code_location/pr-17/core", true, branch},
      {"all_projects", "project/p", true},
      {"all_projects", "environment/p/staging", true},
      {"all_projects", "all_projects", true},
      {"all_projects", "org", false},
      {"all_projects", "deployment/prod", false},
      {"project/p", "project/p", true},
      {"project/p", "project/q", false},
      {"project/p", "environment/p/staging", true},
      {"project/p", "environment/q/staging", false},
      {"project/p", "all_projects", false},
      {"environment/p/staging", "environment/p/staging", true},
      {"environment/p/staging", "environment/p/production", false},
      {"environment/p/staging", "project/p", false},
  };
  for (const Case& tested : cases) {
    EXPECT_EQ(covers(scope(tested.granted), scope(tested.resource), tested.deployment),
              tested.covered)
        << tested.granted << " covers " << tested.resource;
  }
}

// F39
TEST(EnvironmentCategories, AreFoundByNameAndOtherAsGeneral) {
  for (const auto category : {EnvironmentCategory::production, EnvironmentCategory::staging,
                              EnvironmentCategory::development, EnvironmentCategory::other}) {
    EXPECT_EQ(find_environment_category(name(category)), category);
    EXPECT_NE(all_environments & bit(category), 0);
  }
  EXPECT_EQ(find_environment_category("general"), EnvironmentCategory::other);
  EXPECT_FALSE(find_environment_category("prod"));
}

}  // namespace
}  // namespace rollcall
