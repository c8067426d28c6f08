#include "gateway/catalogue/role.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace rollcall {
namespace {

// As spec/access F34 and F35 write them, in the order of columns that they state.
constexpr const char* account_columns = "AA BA MM PC SA VW AD AN DA DV GA JA JR JV MD SL SH TA WH";
constexpr const char* account_matrix = R"(
account_settings      W - - R R R | R - R - R - - - - - - R -
audit_logs            R - - - R R | - - - - - - - - - - - - -
auth_provider         W - - - W R | - - - - - - - - - - - - -
billing               W W - - - R | - - - - - - - - - - - - -
connections           W - - W - - | R R R R R R - - - - R R -
groups                W - - R W R | R - R R R - - - - - R R -
invitations           W - - W W R | W R R R R R - R - - R R -
ip_restrictions       W - - - W R | - - - - - - - - - - - - -
licenses              W - - W W R | W R R R R R - R - - - R -
marketplace_app       - - W - - - | - - - - - - - - - - - - -
members               W - - W W R | W - R R R - - - - - R R -
project_create        W - - W - - | - - - - - - - - - - - - -
public_models         R R - R R R | R R R R R R - R R R R R R
service_tokens        W - - - R R | - - - - - - - - - - - - -
webhooks              W - - - - - | W - - W - - - - - - - - W
)";
constexpr const char* project_columns = "AA BA PC SA VW AD AN DA DV GA JA JR JV MD SL SH TA WH";
constexpr const char* project_matrix = R"(
env_credentials       W - W - R | W W W W R W - - - - R R -
custom_env_vars       W - W - R | W W W W W W - R - - R W -
data_platform_configs W - W - R | W W W W R W - - - - R R -
develop               W - W - - | W W - W - - - - - - - - -
environments          W - W - R | W R R R R W - R - - R R -
jobs                  W - W - R | W R* R* R* R* W R R - - R R* -
metadata_api          R - R - R | R R R R R R - R R - R R -
permissions           W - W W R | W - R R R - - - - - - R -
projects              W - W R R | W W W W W R - R - - R W -
repositories          W - W - R | W - R R W - - - - - R R -
runs                  W - W - R | W R* R* R* R* W W R - - R R* -
semantic_layer_config W - W - R | W R W R R R - - - W R R -
)";

/// F33, F38.
std::string_view key_of(std::string_view column) {
  constexpr std::array<std::array<std::string_view, 2>, 19> keys{{{"AA", "account_admin"},
                                                                  {"BA", "billing_admin"},
                                                                  {"MM", "manage_marketplace_apps"},
                                                                  {"PC", "project_creator"},
                                                                  {"SA", "security_admin"},
                                                                  {"VW", "account_viewer"},
                                                                  {"AD", "admin"},
                                                                  {"AN", "analyst"},
                                                                  {"DA", "database_admin"},
                                                                  {"DV", "developer"},
                                                                  {"GA", "git_admin"},
                                                                  {"JA", "job_admin"},
                                                                  {"JR", "job_runner"},
                                                                  {"JV", "job_viewer"},
                                                                  {"MD", "metadata_only"},
                                                                  {"SL", "semantic_layer_only"},
                                                                  {"SH", "stakeholder"},
                                                                  {"TA", "team_admin"},
                                                                  {"WH", "webhooks_only"}}};
  for (const auto& [known, key] : keys) {
    if (known == column) return key;
  }
  return {};
}

bool holds(const PermissionSet& set, const std::string& key) {
  const auto permission = Permission::find(key);
  return permission && set.test(permission->index());
}

/// What a role may with a thing, as a cell of the matrix says it.
std::string cell_of(const Role& role, const std::string& thing) {
  if (holds(role.permissions, thing + ":W")) return "W";
  if (!holds(role.permissions, thing + ":R")) return "-";
  return holds(role.environment_permissions, thing + ":W") ? "R*" : "R";
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) {
    if (word != "|") out.push_back(word);
  }
  return out;
}

void expect_matrix(const char* columns, const char* matrix) {
  const std::vector<std::string> labels = words(columns);
  std::istringstream lines(matrix);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> cells = words(line);
    if (cells.empty()) continue;
    ASSERT_EQ(cells.size(), labels.size() + 1) << line;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const Role* role = find_builtin_role(Preset::dbt, key_of(labels[i]));
      ASSERT_TRUE(role) << labels[i];
      EXPECT_EQ(cell_of(*role, cells[0]), cells[i + 1]) << cells[0] << " of " << role->key;
    }
  }
}

// S74, F34
TEST(Sets, HaveTheAccountPermissionsOfTheMatrix) { expect_matrix(account_columns, account_matrix); }

// S74, F35
TEST(Sets, HaveTheProjectPermissionsOfTheMatrix) { expect_matrix(project_columns, project_matrix); }

// S75, F38
TEST(Sets, AreAllThatTheDocumentationNames) {
  const std::vector<std::string> keys = words(
      "account_admin account_viewer admin analyst billing_admin cost_management_admin "
      "cost_management_viewer database_admin developer fusion_admin git_admin job_admin job_runner "
      "job_viewer manage_marketplace_apps member metadata_only notification_manager owner "
      "project_creator readonly security_admin semantic_layer_only stakeholder team_admin "
      "webhooks_only");
  EXPECT_EQ(builtin_roles(Preset::dbt).size(), keys.size());
  for (const std::string& key : keys) {
    const Role* role = find_builtin_role(Preset::dbt, key);
    ASSERT_TRUE(role) << key;
    EXPECT_TRUE(role->builtin);
    EXPECT_TRUE(role->permissions.any()) << key;
    EXPECT_FALSE(role->name.empty());
  }
}

// F38
TEST(Sets, UnderTwoNamesAreTheSame) {
  const auto permissions_of = [](std::string_view key) {
    return find_builtin_role(Preset::dbt, key)->permissions;
  };
  EXPECT_EQ(permissions_of("owner"), permissions_of("account_admin"));
  EXPECT_EQ(permissions_of("member"), permissions_of("admin"));
  EXPECT_EQ(permissions_of("readonly"), permissions_of("stakeholder"));
}

// F39
TEST(Sets, ThatTakeEnvironmentsAreFive) {
  std::set<std::string> taking;
  for (const Role& role : builtin_roles(Preset::dbt)) {
    if (role.takes_environments()) taking.insert(role.key);
  }
  EXPECT_EQ(taking, (std::set<std::string>{"analyst", "database_admin", "developer", "git_admin",
                                           "team_admin"}));
}

// F33
TEST(Sets, OfTheAccountHaveTheLevelOfTheOrganization) {
  for (const Role& role : builtin_roles(Preset::dbt)) {
    const bool account = role.key == "account_admin" || role.key == "owner" ||
                         role.key == "billing_admin" || role.key == "project_creator" ||
                         role.key == "manage_marketplace_apps" || role.key == "security_admin" ||
                         role.key == "account_viewer";
    EXPECT_EQ(role.level, account ? RoleLevel::organization : RoleLevel::project) << role.key;
    EXPECT_EQ(fits(role, ScopeKind::organization), account) << role.key;
    EXPECT_EQ(fits(role, ScopeKind::project), !account) << role.key;
    EXPECT_TRUE(fits(role, ScopeKind::all_projects)) << role.key;
    EXPECT_FALSE(fits(role, ScopeKind::deployment)) << role.key;
  }
}

// F1
TEST(Ladder, IncludesWhatIsBelow) {
  const auto roles = builtin_roles(Preset::dagster);
  const std::vector<std::string> keys =
      words("organization_admin admin editor launcher viewer agent");
  ASSERT_EQ(roles.size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(roles[i].key, keys[i]);
  for (std::size_t i = 0; i + 2 < keys.size(); ++i) {
    EXPECT_EQ(roles[i].rank, 5 - static_cast<int>(i));
    EXPECT_TRUE((roles[i + 1].permissions & ~roles[i].permissions).none()) << keys[i];
    EXPECT_NE(roles[i + 1].permissions, roles[i].permissions) << keys[i];
  }
  EXPECT_FALSE(roles.back().rank);
}

// S21, F6
TEST(Ladder, GivesEachActionFromItsLowestRoleOn) {
  struct Case {
    const char* permission;
    const char* lowest;
  };
  constexpr Case cases[] = {
      {"runs.view", "viewer"},
      {"user_tokens.create", "viewer"},
      {"runs.launch", "launcher"},
      {"runs.delete", "launcher"},
      {"backfills.launch", "launcher"},
      {"assets.wipe", "editor"},
      {"deployment_settings.edit", "editor"},
      {"env_vars.view", "editor"},
      {"branch_deployments.create", "editor"},
      {"users.add", "admin"},
      {"teams.grant", "admin"},
      {"users.manage", "organization_admin"},
      {"audit.view", "organization_admin"},
  };
  for (const Case& tested : cases) {
    const int lowest = *find_builtin_role(Preset::none, tested.lowest)->rank;
    for (const Role& role : builtin_roles(Preset::none)) {
      if (!role.rank) continue;
      EXPECT_EQ(holds(role.permissions, tested.permission), *role.rank >= lowest)
          << tested.permission << " of " << role.key;
    }
  }
}

// F2, F29
TEST(Ladder, StandsOnDeploymentsAndTheAgentOnOrgToo) {
  const auto role = [](std::string_view key) { return *find_builtin_role(Preset::dagster, key); };
  EXPECT_TRUE(fits(role("organization_admin"), ScopeKind::organization));
  EXPECT_FALSE(fits(role("organization_admin"), ScopeKind::deployment));
  for (const ScopeKind kind : {ScopeKind::deployment, ScopeKind::code_location, ScopeKind::branch,
                               ScopeKind::all_branch_deployments}) {
    EXPECT_TRUE(fits(role("editor"), kind));
    EXPECT_FALSE(fits(*find_builtin_role(Preset::dbt, "developer"), kind));
  }
  for (const ScopeKind kind : {ScopeKind::organization, ScopeKind::project, ScopeKind::all_projects,
                               ScopeKind::environment}) {
    EXPECT_FALSE(fits(role("editor"), kind));
  }
  EXPECT_TRUE(fits(role("agent"), ScopeKind::organization));
}

TEST(Roles, ThatMakeAnAdminAreNamedByPreset) {
  EXPECT_TRUE(is_admin_role(Preset::dagster, "organization_admin"));
  EXPECT_TRUE(is_admin_role(Preset::none, "organization_admin"));
  EXPECT_FALSE(is_admin_role(Preset::dagster, "admin"));
  EXPECT_TRUE(is_admin_role(Preset::dbt, "account_admin"));
  EXPECT_TRUE(is_admin_role(Preset::dbt, "owner"));
  EXPECT_FALSE(is_admin_role(Preset::dbt, "organization_admin"));
}

// S24, S60, F1, F47
TEST(Roles, NeedWhatThePlanMustInclude) {
  const auto needs = [](Preset preset, std::string_view key, ScopeKind kind, Feature feature) {
    return has(needed_features(preset, *find_builtin_role(preset, key), kind), feature);
  };
  constexpr auto dagster = Preset::dagster;
  EXPECT_TRUE(needs(dagster, "launcher", ScopeKind::deployment, Feature::launcher));
  EXPECT_TRUE(needs(dagster, "editor", ScopeKind::code_location, Feature::code_location_roles));
  EXPECT_FALSE(needs(dagster, "editor", ScopeKind::deployment, Feature::code_location_roles));
  EXPECT_TRUE(needs(Preset::dbt, "job_admin", ScopeKind::project, Feature::rbac));
  EXPECT_FALSE(needs(Preset::dbt, "owner", ScopeKind::all_projects, Feature::rbac));
  EXPECT_FALSE(needs(Preset::dbt, "member", ScopeKind::all_projects, Feature::rbac));
  Role custom;
  EXPECT_TRUE(has(needed_features(dagster, custom, ScopeKind::deployment), Feature::custom_roles));
  EXPECT_TRUE(has(needed_features(Preset::dbt, custom, ScopeKind::project), Feature::rbac));
}

TEST(RoleLevels, AreFoundByName) {
  for (const RoleLevel level :
       {RoleLevel::organization, RoleLevel::deployment, RoleLevel::project}) {
    EXPECT_EQ(find_role_level(name(level)), level);
  }
  EXPECT_FALSE(find_role_level("account"));
}

}  // namespace
}  // namespace rollcall
