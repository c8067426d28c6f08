#pragma once

#include "gateway/catalogue/permission.h"
#include "gateway/catalogue/plan.h"
#include "gateway/catalogue/scope.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall {

/// Where a role may be granted. organization: on org (and, of the dbt sets, all_projects).
/// deployment: on a deployment, code location, branch or all branch deployments. project: on a
/// project, an environment or all_projects.
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

/// The built-in roles of a preset (F1, F33–F38), strongest first: by rank on the ladder, by the
/// number of permissions among the sets. Without a preset the ladder.
std::span<const Role> builtin_roles(Preset preset);
const Role* find_builtin_role(Preset preset, std::string_view key);
/// Holding this on org (dbt: on all_projects too) makes an organization admin:
/// "organization_admin"; "account_admin" and "owner".
bool is_admin_role(Preset preset, std::string_view key);

/// Whether a role may be granted on a scope of this kind; "agent" on org and whatever a deployment
/// role may stand on (F29).
bool fits(const Role& role, ScopeKind kind);

/// What a grant of the role on a scope of this kind needs of the plan, beside what its subject
/// needs: launcher, code_location_roles (S24), custom_roles, rbac (S60: any set but those of the
/// fixed groups Owner, Member and Everyone, F47).
Features needed_features(Preset preset, const Role& role, ScopeKind kind);

std::string_view name(RoleLevel level);
std::optional<RoleLevel> find_role_level(std::string_view name);

}  // namespace rollcall
