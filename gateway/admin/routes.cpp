#include "gateway/admin/routes.h"

#include "gateway/admin/endpoints.h"

#include <deque>
#include <string>

namespace rollcall::admin {
namespace {

using access::AdminRight;
using http::Method;

constexpr auto get = Method::get;
constexpr auto post = Method::post;
constexpr auto put = Method::put;
constexpr auto patch = Method::patch;
constexpr auto remove = Method::delete_;

struct Row {
  Method method;
  std::string_view path;
  Target target;
};

/// An operation of the instance's operator.
constexpr Target operation(Operation what) { return {what}; }
/// One of anybody who shows a token, who holds the right where one is named.
constexpr Target shared_operation(Operation what, std::optional<AdminRight> right = {}) {
  return {what, nullptr, Access::signed_in, right};
}
constexpr Target operator_reads(Endpoint what) { return {nullptr, what}; }
constexpr Target operator_writes(Endpoint what) {
  return {nullptr, what, Access::operator_, std::nullopt, true};
}
/// Without a right, the endpoint itself decides what it shows to whom.
constexpr Target reads(Endpoint what, std::optional<AdminRight> right = {}) {
  return {nullptr, what, Access::signed_in, right};
}
constexpr Target writes(Endpoint what, std::optional<AdminRight> right = {}) {
  return {nullptr, what, Access::signed_in, right, true};
}

constexpr Row instance_rows[] = {
    {get, "/openapi.json", {openapi_document, nullptr, Access::anyone}},
    {post, "/access/check", shared_operation(check_access)},
    {post, "/access/explain", reads(explain_access)},
    {get, "/permissions", reads(list_permissions)},
    {get, "/organizations", reads(list_organizations)},
    {post, "/organizations", operator_writes(create_organization)},
    {post, "/apply", operation(apply_organization)},
    {get, "/tokens", operator_reads(list_operator_tokens)},
    {post, "/tokens", operator_writes(create_operator_token)},
    {remove, "/tokens/{token}", operator_writes(revoke_operator_token)},
    {get, "/audit", operator_reads(list_audit_events)},
    {get, "/audit/export", operator_reads(export_audit_log)},
    {get, "/audit/head", operator_reads(get_audit_head)},
    {post, "/audit/verify", operator_reads(verify_audit)},
    {post, "/backup", operation(back_up_store)},
};

/// Behind /organizations/{organization}.
constexpr Row organization_rows[] = {
    {get, "", reads(get_organization)},
    {patch, "", writes(change_organization)},
    {get, "/capabilities", reads(get_capabilities)},
    {get, "/export", reads(export_organization, AdminRight::manage_settings)},

    {get, "/users", reads(list_users, AdminRight::read_people)},
    {post, "/users", writes(create_user, AdminRight::add_users)},
    {get, "/users/{user}", reads(get_user)},
    {patch, "/users/{user}", writes(change_user)},
    {remove, "/users/{user}", writes(remove_user, AdminRight::manage_users)},
    {remove, "/users/{user}/identities/{connection}",
     writes(unlink_identity, AdminRight::manage_users)},
    {post, "/users/{user}/erase", shared_operation(erase_user_data, AdminRight::manage_users)},
    {get, "/invitations", reads(list_invitations, AdminRight::read_people)},
    {post, "/invitations", writes(create_invitations, AdminRight::add_users)},
    {post, "/invitations/{user}/resend", writes(resend_invitation, AdminRight::add_users)},
    {remove, "/invitations/{user}", writes(revoke_invitation, AdminRight::manage_users)},
    {get, "/principals", reads(list_principals, AdminRight::read_people)},

    {get, "/groups", reads(list_groups, AdminRight::read_groups)},
    {post, "/groups", writes(create_group, AdminRight::manage_groups)},
    {get, "/groups/{group}", reads(get_group, AdminRight::read_groups)},
    {patch, "/groups/{group}", writes(change_group, AdminRight::manage_groups)},
    {remove, "/groups/{group}", writes(remove_group, AdminRight::manage_groups)},
    {get, "/memberships", reads(list_memberships, AdminRight::read_groups)},
    {post, "/memberships", writes(add_members, AdminRight::manage_groups)},
    {remove, "/memberships/{group}/{user}", writes(remove_member, AdminRight::manage_groups)},
    {get, "/mappings", reads(list_mappings, AdminRight::read_groups)},
    {post, "/mappings", writes(create_mapping, AdminRight::manage_groups)},
    {get, "/mappings/{mapping}", reads(get_mapping, AdminRight::read_groups)},
    {remove, "/mappings/{mapping}", writes(remove_mapping, AdminRight::manage_groups)},

    {get, "/grants", reads(list_grants, AdminRight::read_people)},
    {post, "/grants", writes(create_grant)},
    {get, "/grants/{grant}", reads(get_grant, AdminRight::read_people)},
    {remove, "/grants/{grant}", writes(remove_grant)},
    {get, "/roles", reads(list_roles)},
    {post, "/roles", writes(create_role, AdminRight::manage_roles)},
    {get, "/roles/{role}", reads(get_role)},
    {patch, "/roles/{role}", writes(change_role, AdminRight::manage_roles)},
    {remove, "/roles/{role}", writes(remove_role, AdminRight::manage_roles)},
    {get, "/access-review", reads(review_access, AdminRight::read_audit)},

    {get, "/licenses", reads(get_licenses, AdminRight::read_people)},
    {patch, "/licenses/{pool}", writes(change_seats)},
    {get, "/license-mappings", reads(list_license_mappings, AdminRight::read_people)},
    {post, "/license-mappings", writes(create_license_mapping, AdminRight::manage_licenses)},
    {remove, "/license-mappings/{mapping}",
     writes(remove_license_mapping, AdminRight::manage_licenses)},

    {get, "/service-users", reads(list_service_users, AdminRight::read_people)},
    {post, "/service-users", writes(create_service_user, AdminRight::manage_service_users)},
    {get, "/service-users/{service_user}", reads(get_service_user, AdminRight::read_people)},
    {patch, "/service-users/{service_user}",
     writes(change_service_user, AdminRight::manage_service_users)},
    {remove, "/service-users/{service_user}",
     writes(remove_service_user, AdminRight::manage_service_users)},
    {get, "/service-users/{service_user}/tokens",
     reads(list_service_user_tokens, AdminRight::manage_service_users)},
    {post, "/service-users/{service_user}/tokens",
     writes(create_service_user_token, AdminRight::manage_service_users)},
    {get, "/tokens", reads(list_tokens)},
    {post, "/tokens", writes(create_token)},
    {remove, "/tokens/{token}", writes(revoke_token)},

    {get, "/deployments", reads(list_deployments)},
    {post, "/deployments", writes(create_deployment, AdminRight::manage_deployments)},
    {get, "/deployments/{deployment}", reads(get_deployment)},
    {patch, "/deployments/{deployment}", writes(change_deployment)},
    {remove, "/deployments/{deployment}",
     writes(remove_deployment, AdminRight::manage_deployments)},
    {get, "/branch-deployments", reads(list_branch_deployments)},
    {post, "/branch-deployments", writes(create_branch_deployment)},
    {get, "/branch-deployments/{deployment}", reads(get_branch_deployment)},
    {patch, "/branch-deployments/{deployment}", writes(change_branch_deployment)},
    {remove, "/branch-deployments/{deployment}",
     writes(remove_branch_deployment, AdminRight::manage_deployments)},
    {get, "/projects", reads(list_projects)},
    {post, "/projects", writes(create_project, AdminRight::manage_deployments)},
    {get, "/projects/{project}", reads(get_project)},
    {patch, "/projects/{project}", writes(change_project, AdminRight::manage_deployments)},
    {remove, "/projects/{project}", writes(remove_project, AdminRight::manage_deployments)},

    {get, "/connections", reads(list_connections, AdminRight::manage_connections)},
    {get, "/connections/{connection}", reads(get_connection, AdminRight::manage_connections)},
    {put, "/connections/{connection}", writes(put_connection, AdminRight::manage_connections)},
    {remove, "/connections/{connection}",
     writes(remove_connection, AdminRight::manage_connections)},
    {post, "/connections/{connection}/test",
     writes(test_connection, AdminRight::manage_connections)},
    {get, "/domains", reads(list_domains, AdminRight::manage_connections)},
    {get, "/domains/{domain}", reads(get_domain, AdminRight::manage_connections)},
    {put, "/domains/{domain}", writes(put_domain, AdminRight::manage_connections)},
    {post, "/domains/{domain}/verify",
     shared_operation(verify_domain, AdminRight::manage_connections)},
    {remove, "/domains/{domain}", writes(remove_domain, AdminRight::manage_connections)},
    {get, "/sessions", reads(list_sessions)},
    {remove, "/sessions", writes(end_sessions)},
    {remove, "/sessions/{session}", writes(end_session)},
    {get, "/sign-ins", reads(list_sign_ins, AdminRight::manage_connections)},
    {get, "/sign-ins/{trace}", reads(get_sign_in, AdminRight::manage_connections)},
    {get, "/scim-connections", reads(list_scim_connections, AdminRight::manage_scim)},
    {get, "/scim-connections/{scim_connection}",
     reads(get_scim_connection, AdminRight::manage_scim)},
    {put, "/scim-connections/{scim_connection}",
     writes(put_scim_connection, AdminRight::manage_scim)},
    {patch, "/scim-connections/{scim_connection}",
     writes(change_scim_connection, AdminRight::manage_scim)},
    {remove, "/scim-connections/{scim_connection}",
     writes(remove_scim_connection, AdminRight::manage_scim)},

    {get, "/audit", reads(list_audit_events, AdminRight::read_audit)},
    {get, "/audit/export", reads(export_audit_log, AdminRight::read_audit)},
    {get, "/audit/head", reads(get_audit_head, AdminRight::read_audit)},
    {post, "/audit/verify", reads(verify_audit, AdminRight::read_audit)},
};

/// The table and the full patterns that it names.
struct Routes {
  std::deque<std::string> patterns;
  RouteTable table{rows()};

  std::vector<RouteTable::Route> rows() {
    std::vector<RouteTable::Route> all;
    for (const Row& row : instance_rows) add(all, "/api/v1", row);
    for (const Row& row : organization_rows) {
      add(all, "/api/v1/organizations/{organization}", row);
    }
    return all;
  }
  void add(std::vector<RouteTable::Route>& all, std::string_view prefix, const Row& row) {
    patterns.push_back(std::string(prefix) + std::string(row.path));
    all.push_back({row.method, patterns.back(), row.target});
  }
};

}  // namespace

const RouteTable& route_table() {
  static const Routes routes;
  return routes.table;
}

}  // namespace rollcall::admin
