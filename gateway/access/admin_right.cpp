#include "gateway/access/admin_right.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::access {
namespace {

struct Row {
  AdminRight right;
  /// One of the ladder, one of the sets.
  std::array<std::string_view, 2> keys;
};

constexpr std::array table{
    Row{AdminRight::read_people, {"users.view", "members:R"}},
    Row{AdminRight::add_users, {"users.add", "invitations:W"}},
    Row{AdminRight::manage_users, {"users.manage", "members:W"}},
    Row{AdminRight::read_groups, {"teams.view", "groups:R"}},
    Row{AdminRight::manage_groups, {"teams.manage", "groups:W"}},
    // Not teams.manage: who may only form teams must not hand out roles.
    Row{AdminRight::manage_grants, {"users.manage", "groups:W"}},
    Row{AdminRight::manage_roles, {"roles.manage", "groups:W"}},
    Row{AdminRight::manage_licenses, {"billing.manage", "licenses:W"}},
    Row{AdminRight::manage_billing, {"billing.manage", "billing:W"}},
    Row{AdminRight::manage_connections, {"sso.manage", "auth_provider:W"}},
    Row{AdminRight::manage_scim, {"scim.manage", "auth_provider:W"}},
    Row{AdminRight::manage_service_users, {"service_users.manage", "service_tokens:W"}},
    Row{AdminRight::manage_deployments, {"deployments.manage", "project_create:W"}},
    Row{AdminRight::manage_settings, {"organization.manage", "account_settings:W"}},
    Row{AdminRight::manage_ip_rules, {"organization.manage", "ip_restrictions:W"}},
    Row{AdminRight::revoke_tokens, {"tokens.manage", "service_tokens:W"}},
    Row{AdminRight::read_audit, {"audit.view", "audit_logs:R"}},
};

using Permissions = std::array<Permission, 2>;

Permission permission(std::string_view key) {
  const auto found = Permission::find(key);
  if (!found) throw std::logic_error("no permission " + std::string(key));
  return *found;
}

}  // namespace

std::span<const Permission> permissions_of(AdminRight right) {
  static const std::vector<Permissions> lists = [] {
    std::vector<Permissions> out;
    for (const Row& row : table) {
      out.push_back({permission(row.keys[0]), permission(row.keys[1])});
    }
    return out;
  }();
  const auto row = std::ranges::find(table, right, &Row::right);
  return lists[static_cast<std::size_t>(row - table.begin())];
}

}  // namespace rollcall::access
