#include "gateway/catalogue/permission.h"

#include <algorithm>
#include <array>
#include <string>

namespace rollcall {
namespace {

constexpr auto ladder = PermissionFamily::ladder;
constexpr auto sets = PermissionFamily::sets;
constexpr bool wide = true;

// People, teams and own tokens belong to the organization, so seeing them does too (F6). Indexes
// are not stored anywhere: the order is free.
constexpr std::array all = std::to_array<PermissionInfo>({
    // Viewer (F6)
    {"runs.view", ladder, "See runs and their logs"},
    {"deployments.view", ladder, "See deployments"},
    {"code_locations.view", ladder, "See code locations and their assets"},
    {"users.view", ladder, "See the organization's users", wide},
    {"teams.view", ladder, "See the organization's teams", wide},
    {"user_tokens.create", ladder, "See and create own user tokens", wide},
    // Launcher
    {"runs.launch", ladder, "Launch and re-execute runs"},
    {"runs.terminate", ladder, "Terminate runs"},
    {"runs.delete", ladder, "Delete runs"},
    {"backfills.launch", ladder, "Launch and cancel backfills"},
    // Editor
    {"schedules.edit", ladder, "Start and stop schedules"},
    {"sensors.edit", ladder, "Start and stop sensors"},
    {"assets.wipe", ladder, "Wipe assets"},
    {"partitions.edit", ladder, "Add dynamic partitions"},
    {"deployment_settings.edit", ladder, "Change deployment settings"},
    {"env_vars.view", ladder, "See and export environment variables"},
    {"env_vars.edit", ladder, "Create, change and delete environment variables"},
    {"branch_deployments.create", ladder, "Create branch deployments"},
    {"code_locations.edit", ladder, "Add, reload and remove code locations"},
    {"alerts.edit", ladder, "Create, change and delete alert policies"},
    {"workspace.edit", ladder, "Edit the workspace"},
    // Admin
    {"users.add", ladder, "Add users to the organization", wide},
    {"teams.grant", ladder, "Change what teams may do on the deployment"},
    // Organization Admin
    {"deployments.manage", ladder, "Create and delete deployments", wide},
    {"agent_tokens.manage", ladder, "Create, change and revoke agent tokens", wide},
    {"tokens.manage", ladder, "List and revoke the tokens of all users", wide},
    {"users.manage", ladder, "Change the roles of users and remove them", wide},
    {"teams.manage", ladder, "Create, rename and remove teams, decide their members", wide},
    {"roles.manage", ladder, "Create, change and delete custom roles", wide},
    {"service_users.manage", ladder, "Manage service users and their tokens", wide},
    {"sso.manage", ladder, "Set up sign-in connections", wide},
    {"scim.manage", ladder, "Set up provisioning", wide},
    {"usage.view", ladder, "See usage", wide},
    {"billing.manage", ladder, "Manage billing and seats", wide},
    {"organization.manage", ladder, "Change the organization's settings", wide},
    {"audit.view", ladder, "Read the audit log", wide},
    // Account permissions of the sets (F34)
    {"account_settings:R", sets, "See account settings", wide},
    {"account_settings:W", sets, "Change account settings", wide},
    {"audit_logs:R", sets, "Read the audit log", wide},
    {"auth_provider:R", sets, "See the sign-in connections", wide},
    {"auth_provider:W", sets, "Set up the sign-in connections", wide},
    {"billing:R", sets, "See billing", wide},
    {"billing:W", sets, "Manage billing", wide},
    {"connections:R", sets, "See connections to data platforms", wide},
    {"connections:W", sets, "Manage connections to data platforms", wide},
    {"groups:R", sets, "See groups", wide},
    {"groups:W", sets, "Manage groups and what they may do", wide},
    {"invitations:R", sets, "See invitations", wide},
    {"invitations:W", sets, "Invite users", wide},
    {"ip_restrictions:R", sets, "See the IP rules", wide},
    {"ip_restrictions:W", sets, "Change the IP rules", wide},
    {"licenses:R", sets, "See licences and seats", wide},
    {"licenses:W", sets, "Assign licences, change the number of seats", wide},
    {"marketplace_app:W", sets, "Manage marketplace apps", wide},
    {"members:R", sets, "See users", wide},
    {"members:W", sets, "Manage users", wide},
    {"project_create:W", sets, "Create projects", wide},
    {"public_models:R", sets, "See public models", wide},
    {"service_tokens:R", sets, "See service tokens", wide},
    {"service_tokens:W", sets, "Create and revoke service tokens", wide},
    {"webhooks:W", sets, "Manage webhooks", wide},
    // Project permissions of the sets (F35)
    {"env_credentials:R", sets, "See credentials of environments"},
    {"env_credentials:W", sets, "Change credentials of environments"},
    {"custom_env_vars:R", sets, "See custom environment variables"},
    {"custom_env_vars:W", sets, "Change custom environment variables"},
    {"data_platform_configs:R", sets, "See data platform configurations"},
    {"data_platform_configs:W", sets, "Change data platform configurations"},
    {"develop:W", sets, "Develop in the IDE and the command line"},
    {"environments:R", sets, "See environments"},
    {"environments:W", sets, "Create, change and delete environments"},
    {"jobs:R", sets, "See jobs"},
    {"jobs:W", sets, "Create, change and delete jobs"},
    {"metadata_api:R", sets, "Query the metadata API"},
    {"permissions:R", sets, "See who may do what"},
    {"permissions:W", sets, "Change who may do what"},
    {"projects:R", sets, "See the project's settings"},
    {"projects:W", sets, "Change the project's settings"},
    {"repositories:R", sets, "See the repository connection"},
    {"repositories:W", sets, "Change the repository connection"},
    {"runs:R", sets, "See runs"},
    {"runs:W", sets, "Start and cancel runs"},
    {"semantic_layer_config:R", sets, "See the semantic layer configuration"},
    {"semantic_layer_config:W", sets, "Change the semantic layer configuration"},
    // Sets that the matrix does not have (F37)
    {"cost_insights:R", sets, "See cost data"},
    {"cost_insights:W", sets, "Configure cost data"},
    {"fusion_upgrades:W", sets, "Run engine upgrades"},
    {"notifications:W", sets, "Manage notifications"},
});
static_assert(all.size() <= most_permissions);

constexpr bool reads(std::string_view key) { return key.ends_with(":R") || key.ends_with(".view"); }

}  // namespace

std::optional<Permission> Permission::find(std::string_view key) {
  static const auto by_key = [] {
    std::array<std::uint8_t, all.size()> order{};
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint8_t>(i);
    std::ranges::sort(order, {}, [](std::uint8_t index) { return all[index].key; });
    return order;
  }();
  const auto found =
      std::ranges::lower_bound(by_key, key, {}, [](std::uint8_t index) { return all[index].key; });
  if (found == by_key.end() || all[*found].key != key) return std::nullopt;
  return Permission(*found);
}

std::string_view Permission::key() const { return all[index_].key; }

std::span<const PermissionInfo> permissions() { return all; }

PermissionSet with_contained(Permission permission) {
  PermissionSet set;
  set.set(permission.index());
  const std::string_view key = permission.key();
  const std::size_t end = key.find_last_of(".:");
  const std::string stem(key.substr(0, end));
  if (const auto seen = Permission::find(stem + (key[end] == ':' ? ":R" : ".view"))) {
    set.set(seen->index());
  }
  return set;
}

PermissionSet reading(const PermissionSet& set) {
  static const PermissionSet all_reading = [] {
    PermissionSet out;
    for (std::size_t i = 0; i < all.size(); ++i) out.set(i, reads(all[i].key));
    return out;
  }();
  return set & all_reading;
}

}  // namespace rollcall
