#include "gateway/catalogue/role.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace rollcall {
namespace {

PermissionSet contained(std::string_view key) {
  const auto found = Permission::find(key);
  if (!found) throw std::logic_error("no permission " + std::string(key));
  return with_contained(*found);
}

/// Of keys with spaces between.
PermissionSet contained_in(std::string_view keys) {
  std::istringstream words{std::string(keys)};
  PermissionSet set;
  for (std::string key; words >> key;) set |= contained(key);
  return set;
}

constexpr std::array<std::string_view, 3> level_names{"organization", "deployment", "project"};

constexpr std::string_view launcher_key = "launcher";
/// What the fixed groups of plans without rbac hold (F45, F47).
constexpr std::array<std::string_view, 4> fixed_group_sets{"account_admin", "owner", "member",
                                                           "readonly"};

struct Rung {
  std::string_view key;
  std::string_view name;
  std::string_view description;
  /// What it may beyond the rung below (F6).
  std::string_view own;
};

// Weakest first.
constexpr std::array rungs{
    Rung{"viewer", "Viewer", "Sees runs, deployments, code locations, users and teams.",
         "runs.view deployments.view code_locations.view users.view teams.view "
         "user_tokens.create"},
    Rung{launcher_key, "Launcher", "A viewer who launches runs and backfills.",
         "runs.launch runs.terminate runs.delete backfills.launch"},
    Rung{"editor", "Editor", "A launcher who changes what a deployment runs.",
         "schedules.edit sensors.edit assets.wipe partitions.edit deployment_settings.edit "
         "env_vars.view env_vars.edit branch_deployments.create code_locations.edit alerts.edit "
         "workspace.edit"},
    Rung{"admin", "Admin", "An editor who adds users and decides what teams may on the deployment.",
         "users.add teams.grant"},
    Rung{"organization_admin", "Organization Admin", "Everything in the organization.",
         "deployments.manage agent_tokens.manage tokens.manage users.manage teams.manage "
         "roles.manage service_users.manage sso.manage scim.manage usage.view billing.manage "
         "organization.manage audit.view"},
};

/// F29: takes runs off the queue and runs them with their code and variables.
constexpr std::string_view agent_key = "agent";
constexpr std::string_view agent_permissions =
    "runs.view runs.launch runs.terminate deployments.view code_locations.view env_vars.view";

std::vector<Role> make_ladder() {
  std::vector<Role> roles;
  PermissionSet permissions;
  for (const Rung& rung : rungs) {
    permissions |= contained_in(rung.own);
    Role role;
    role.key = rung.key;
    role.name = rung.name;
    role.description = rung.description;
    role.rank = static_cast<int>(roles.size()) + 1;
    role.level = rung.key == "organization_admin" ? RoleLevel::organization : RoleLevel::deployment;
    role.permissions = permissions;
    role.builtin = true;
    roles.push_back(std::move(role));
  }
  std::ranges::reverse(roles);
  Role agent;
  agent.key = agent_key;
  agent.name = "Agent";
  agent.description = "Runs the platform's work; for service users of kind agent.";
  agent.permissions = contained_in(agent_permissions);
  agent.builtin = true;
  roles.push_back(std::move(agent));
  return roles;
}

struct Set {
  /// Its column in the matrix; empty for those that are not in it.
  std::string_view column;
  std::string_view key;
  std::string_view name;
  std::string_view description;
  /// For the sets without a column (F37).
  std::string_view permission = {};
};

// F33, F38; owner, member and readonly are other names (BA1, BA7).
constexpr std::array set_table{
    Set{"AA", "account_admin", "Account Admin", "Everything in the account."},
    Set{"AA", "owner", "Owner", "Account Admin under the name of the default group."},
    Set{"BA", "billing_admin", "Billing Admin", "Manages billing."},
    Set{"MM", "manage_marketplace_apps", "Marketplace Admin", "Manages marketplace apps."},
    Set{"PC", "project_creator", "Project Creator", "Creates and sets up projects."},
    Set{"SA", "security_admin", "Security Admin", "Manages people, groups and sign-in."},
    Set{"VW", "account_viewer", "Account Viewer", "Sees everything in the account."},
    Set{"AD", "admin", "Project Admin", "Everything in a project."},
    Set{"AD", "member", "Member", "Project Admin under the name of the default group."},
    Set{"AN", "analyst", "Analyst", "Develops in a project."},
    Set{"DA", "database_admin", "Database Admin", "Manages connections and environments."},
    Set{"DV", "developer", "Developer", "Develops and manages the code of a project."},
    Set{"GA", "git_admin", "Git Admin", "Manages repositories and environments."},
    Set{"JA", "job_admin", "Job Admin", "Manages jobs and environments."},
    Set{"JR", "job_runner", "Job Runner", "Runs jobs."},
    Set{"JV", "job_viewer", "Job Viewer", "Sees jobs and runs."},
    Set{"MD", "metadata_only", "Metadata", "Queries metadata."},
    Set{"SL", "semantic_layer_only", "Semantic Layer", "Queries the semantic layer."},
    Set{"SH", "stakeholder", "Stakeholder", "Sees a project."},
    Set{"SH", "readonly", "Read-Only", "Stakeholder under its older name."},
    Set{"TA", "team_admin", "Team Admin", "Manages a project for a team."},
    Set{"WH", "webhooks_only", "Webhooks", "Manages webhooks."},
    Set{"", "cost_management_admin", "Cost Management Admin", "Configures cost data.",
        "cost_insights:W"},
    Set{"", "cost_management_viewer", "Cost Management Viewer", "Sees cost data.",
        "cost_insights:R"},
    Set{"", "fusion_admin", "Fusion Admin", "Runs engine upgrades.", "fusion_upgrades:W"},
    Set{"", "notification_manager", "Notification Manager", "Manages notifications.",
        "notifications:W"},
};

/// The columns from here on are granted on projects, those before on the account (F33).
constexpr std::string_view first_project_column = "AD";

// F34, F35; the last rows by F36 (Account Admin everything). "*": becomes W where a grant may write
// an environment of that category (F39).
constexpr std::string_view matrix = R"(
permission            AA BA MM PC SA VW AD AN DA DV GA JA JR JV MD SL SH TA WH
account_settings      W  -  -  R  R  R  R  -  R  -  R  -  -  -  -  -  -  R  -
audit_logs            R  -  -  -  R  R  -  -  -  -  -  -  -  -  -  -  -  -  -
auth_provider         W  -  -  -  W  R  -  -  -  -  -  -  -  -  -  -  -  -  -
billing               W  W  -  -  -  R  -  -  -  -  -  -  -  -  -  -  -  -  -
connections           W  -  -  W  -  -  R  R  R  R  R  R  -  -  -  -  R  R  -
groups                W  -  -  R  W  R  R  -  R  R  R  -  -  -  -  -  R  R  -
invitations           W  -  -  W  W  R  W  R  R  R  R  R  -  R  -  -  R  R  -
ip_restrictions       W  -  -  -  W  R  -  -  -  -  -  -  -  -  -  -  -  -  -
licenses              W  -  -  W  W  R  W  R  R  R  R  R  -  R  -  -  -  R  -
marketplace_app       -  -  W  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
members               W  -  -  W  W  R  W  -  R  R  R  -  -  -  -  -  R  R  -
project_create        W  -  -  W  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
public_models         R  R  -  R  R  R  R  R  R  R  R  R  -  R  R  R  R  R  R
service_tokens        W  -  -  -  R  R  -  -  -  -  -  -  -  -  -  -  -  -  -
webhooks              W  -  -  -  -  -  W  -  -  W  -  -  -  -  -  -  -  -  W
env_credentials       W  -  -  W  -  R  W  W  W  W  R  W  -  -  -  -  R  R  -
custom_env_vars       W  -  -  W  -  R  W  W  W  W  W  W  -  R  -  -  R  W  -
data_platform_configs W  -  -  W  -  R  W  W  W  W  R  W  -  -  -  -  R  R  -
develop               W  -  -  W  -  -  W  W  -  W  -  -  -  -  -  -  -  -  -
environments          W  -  -  W  -  R  W  R  R  R  R  W  -  R  -  -  R  R  -
jobs                  W  -  -  W  -  R  W  R* R* R* R* W  R  R  -  -  R  R* -
metadata_api          R  -  -  R  -  R  R  R  R  R  R  R  -  R  R  -  R  R  -
permissions           W  -  -  W  W  R  W  -  R  R  R  -  -  -  -  -  -  R  -
projects              W  -  -  W  R  R  W  W  W  W  W  R  -  R  -  -  R  W  -
repositories          W  -  -  W  -  R  W  -  R  R  W  -  -  -  -  -  R  R  -
runs                  W  -  -  W  -  R  W  R* R* R* R* W  W  R  -  -  R  R* -
semantic_layer_config W  -  -  W  -  R  W  R  W  R  R  R  -  -  -  W  R  R  -
cost_insights         W  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
fusion_upgrades       W  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
notifications         W  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -  -
)";

struct Column {
  std::string label;
  PermissionSet permissions;
  PermissionSet environment_permissions;
};

std::vector<Column> read_matrix() {
  std::istringstream words{std::string(matrix)};
  std::string word;
  std::string line;
  std::getline(words >> std::ws, line);
  std::istringstream labels(line);
  labels >> word;
  std::vector<Column> columns;
  while (labels >> word) columns.push_back({word, {}, {}});
  while (words >> word) {
    for (Column& column : columns) {
      std::string cell;
      words >> cell;
      if (cell == "-") continue;
      column.permissions |= contained(word + ":" + cell.substr(0, 1));
      if (cell == "R*") column.environment_permissions |= contained(word + ":W");
    }
  }
  return columns;
}

std::vector<Role> make_sets() {
  const std::vector<Column> columns = read_matrix();
  const auto place = [&](std::string_view label) {
    return std::ranges::find(columns, label, &Column::label);
  };
  std::vector<Role> roles;
  for (const Set& set : set_table) {
    Role role;
    role.key = set.key;
    role.name = set.name;
    role.description = set.description;
    role.level = RoleLevel::project;
    role.builtin = true;
    if (set.column.empty()) {
      role.permissions = contained(set.permission);
    } else {
      const auto column = place(set.column);
      role.permissions = column->permissions;
      role.environment_permissions = column->environment_permissions;
      if (column < place(first_project_column)) role.level = RoleLevel::organization;
    }
    const auto weaker =
        std::ranges::upper_bound(roles, role.permissions.count(), std::ranges::greater{},
                                 [](const Role& other) { return other.permissions.count(); });
    roles.insert(weaker, std::move(role));
  }
  return roles;
}

}  // namespace

std::span<const Role> builtin_roles(Preset preset) {
  static const std::vector<Role> ladder = make_ladder();
  static const std::vector<Role> sets = make_sets();
  return preset == Preset::dbt ? sets : ladder;
}

const Role* find_builtin_role(Preset preset, std::string_view key) {
  const auto roles = builtin_roles(preset);
  const auto found = std::ranges::find(roles, key, &Role::key);
  return found == roles.end() ? nullptr : &*found;
}

bool is_admin_role(Preset preset, std::string_view key) {
  if (preset == Preset::dbt) return key == "account_admin" || key == "owner";
  return key == "organization_admin";
}

bool fits(const Role& role, ScopeKind kind) {
  const auto on_deployment = kind == ScopeKind::deployment || kind == ScopeKind::code_location ||
                             kind == ScopeKind::branch || kind == ScopeKind::all_branch_deployments;
  switch (role.level) {
    case RoleLevel::organization:
      return kind == ScopeKind::organization || kind == ScopeKind::all_projects;
    case RoleLevel::deployment:
      return on_deployment ||
             (role.builtin && role.key == agent_key && kind == ScopeKind::organization);
    case RoleLevel::project:
      return kind == ScopeKind::project || kind == ScopeKind::environment ||
             kind == ScopeKind::all_projects;
  }
  return false;
}

Features needed_features(Preset preset, const Role& role, ScopeKind kind) {
  Features needed;
  const auto need = [&](Feature feature) { needed.set(static_cast<std::size_t>(feature)); };
  if (preset == Preset::dbt) {
    const bool fixed = std::ranges::find(fixed_group_sets, role.key) != fixed_group_sets.end();
    if (!role.builtin || !fixed) need(Feature::rbac);
    return needed;
  }
  if (!role.builtin) need(Feature::custom_roles);
  if (role.builtin && role.key == launcher_key) need(Feature::launcher);
  if (kind == ScopeKind::code_location) need(Feature::code_location_roles);
  return needed;
}

std::string_view name(RoleLevel level) { return level_names[static_cast<std::size_t>(level)]; }

std::optional<RoleLevel> find_role_level(std::string_view name) {
  const auto found = std::ranges::find(level_names, name);
  if (found == level_names.end()) return std::nullopt;
  return static_cast<RoleLevel>(found - level_names.begin());
}

}  // namespace rollcall
