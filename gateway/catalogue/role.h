#pragma once

#include "gateway/catalogue/permission.h"
#include "gateway/catalogue/plan.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall {

/// Where a role may be granted. organization: on org (and, of the dbt sets, all_projects).
/// deployment: on a deployment, code location or all branch deployments. project: on a project, an
/// environment or all_projects.
enum class RoleLevel { organization, deployment, project };

/// A bundle of permissions (Dagster+ role, dbt permission set).
struct Role {
  std::string key;
  std::string name;
  std::string description;
  RoleLevel level = RoleLevel::deployment;
  /// Place on the Dagster+ ladder, higher is stronger; none for roles that do not compare.
  std::optional<int> rank;
  /// On the scope it is granted on. Those that are organization_wide count for the organization
  /// too.
  PermissionSet permissions;
  /// What a grant adds for the environments it may write (F35 "*", F39); empty for roles that
  /// cannot take environments.
  PermissionSet environment_permissions;
  bool builtin = false;

  bool takes_environments() const { return environment_permissions.any(); }
};

/// The built-in roles of a preset (F1, F33–F38), strongest first; without a preset the ladder.
std::span<const Role> builtin_roles(Preset preset);
const Role* find_builtin_role(Preset preset, std::string_view key);
/// Holding this on org (dbt: on all_projects too) makes an organization admin:
/// "organization_admin"; "account_admin" and "owner".
bool is_admin_role(Preset preset, std::string_view key);

std::string_view name(RoleLevel level);
std::optional<RoleLevel> find_role_level(std::string_view name);

}  // namespace rollcall
