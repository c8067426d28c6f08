#pragma once

#include "gateway/catalogue/permission.h"

#include <span>

namespace rollcall::access {

/// What the admin API asks of its caller (spec/access S2–S5, F6, F34): each is held by whoever has
/// one of its permissions, in either vocabulary, on org or organization-wide.
enum class AdminRight {
  read_people,           // users, groups, memberships: users.view, members:R
  add_users,             // users.add, invitations:W
  manage_users,          // users.manage, members:W
  read_groups,           // teams.view, groups:R
  manage_groups,         // teams.manage, groups:W
  manage_grants,         // users.manage, groups:W
  manage_roles,          // roles.manage, groups:W
  manage_licenses,       // billing.manage, licenses:W
  manage_billing,        // billing.manage, billing:W
  manage_connections,    // sso.manage, auth_provider:W
  manage_scim,           // scim.manage, auth_provider:W
  manage_service_users,  // service_users.manage, service_tokens:W
  manage_deployments,    // deployments.manage, project_create:W
  manage_settings,       // organization.manage, account_settings:W
  manage_ip_rules,       // organization.manage, ip_restrictions:W
  revoke_tokens,         // tokens.manage, service_tokens:W
  read_audit,            // audit.view, audit_logs:R
};

/// Any of these permissions gives the right.
std::span<const Permission> permissions_of(AdminRight right);

}  // namespace rollcall::access
