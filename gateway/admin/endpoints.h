#pragma once

#include "gateway/admin/context.h"

namespace rollcall::admin {

// Everything that answers a route; routes.cpp holds the table. Each subject has a file *_api.cpp.

// Operations see to their own units of work.
Result<http::Response> openapi_document(const Services& services, const Call& call);
Result<http::Response> apply_organization(const Services& services, const Call& call);
Result<http::Response> back_up_store(const Services& services, const Call& call);
Result<http::Response> check_access(const Services& services, const Call& call);
Result<http::Response> erase_user_data(const Services& services, const Call& call);
Result<http::Response> verify_domain(const Services& services, const Call& call);

// access_api.cpp
Result<http::Response> explain_access(Context& context);
Result<http::Response> list_permissions(Context& context);

// access_review_api.cpp
Result<http::Response> review_access(Context& context);

// organizations_api.cpp
Result<http::Response> list_organizations(Context& context);
Result<http::Response> create_organization(Context& context);
Result<http::Response> get_organization(Context& context);
Result<http::Response> change_organization(Context& context);
Result<http::Response> get_capabilities(Context& context);
Result<http::Response> export_organization(Context& context);

// users_api.cpp
Result<http::Response> list_users(Context& context);
Result<http::Response> create_user(Context& context);
Result<http::Response> get_user(Context& context);
Result<http::Response> change_user(Context& context);
Result<http::Response> remove_user(Context& context);
Result<http::Response> unlink_identity(Context& context);

// invitations_api.cpp
Result<http::Response> list_invitations(Context& context);
Result<http::Response> create_invitations(Context& context);
Result<http::Response> resend_invitation(Context& context);
Result<http::Response> revoke_invitation(Context& context);

// groups_api.cpp
Result<http::Response> list_groups(Context& context);
Result<http::Response> create_group(Context& context);
Result<http::Response> get_group(Context& context);
Result<http::Response> change_group(Context& context);
Result<http::Response> remove_group(Context& context);

// memberships_api.cpp
Result<http::Response> list_memberships(Context& context);
Result<http::Response> add_members(Context& context);
Result<http::Response> remove_member(Context& context);

// grants_api.cpp
Result<http::Response> list_grants(Context& context);
Result<http::Response> create_grant(Context& context);
Result<http::Response> get_grant(Context& context);
Result<http::Response> remove_grant(Context& context);

// roles_api.cpp
Result<http::Response> list_roles(Context& context);
Result<http::Response> create_role(Context& context);
Result<http::Response> get_role(Context& context);
Result<http::Response> change_role(Context& context);
Result<http::Response> remove_role(Context& context);

// licenses_api.cpp
Result<http::Response> get_licenses(Context& context);
Result<http::Response> change_seats(Context& context);
Result<http::Response> list_license_mappings(Context& context);
Result<http::Response> create_license_mapping(Context& context);
Result<http::Response> remove_license_mapping(Context& context);

// service_users_api.cpp
Result<http::Response> list_principals(Context& context);
Result<http::Response> list_service_users(Context& context);
Result<http::Response> create_service_user(Context& context);
Result<http::Response> get_service_user(Context& context);
Result<http::Response> change_service_user(Context& context);
Result<http::Response> remove_service_user(Context& context);
Result<http::Response> list_service_user_tokens(Context& context);
Result<http::Response> create_service_user_token(Context& context);

// tokens_api.cpp
Result<http::Response> list_tokens(Context& context);
Result<http::Response> create_token(Context& context);
Result<http::Response> revoke_token(Context& context);
Result<http::Response> list_operator_tokens(Context& context);
Result<http::Response> create_operator_token(Context& context);
Result<http::Response> revoke_operator_token(Context& context);

// mappings_api.cpp
Result<http::Response> list_mappings(Context& context);
Result<http::Response> create_mapping(Context& context);
Result<http::Response> get_mapping(Context& context);
Result<http::Response> remove_mapping(Context& context);

// deployments_api.cpp
Result<http::Response> list_deployments(Context& context);
Result<http::Response> create_deployment(Context& context);
Result<http::Response> get_deployment(Context& context);
Result<http::Response> change_deployment(Context& context);
Result<http::Response> remove_deployment(Context& context);
Result<http::Response> list_branch_deployments(Context& context);
Result<http::Response> create_branch_deployment(Context& context);
Result<http::Response> get_branch_deployment(Context& context);
Result<http::Response> change_branch_deployment(Context& context);
Result<http::Response> remove_branch_deployment(Context& context);

// projects_api.cpp
Result<http::Response> list_projects(Context& context);
Result<http::Response> create_project(Context& context);
Result<http::Response> get_project(Context& context);
Result<http::Response> change_project(Context& context);
Result<http::Response> remove_project(Context& context);

// connections_api.cpp
Result<http::Response> list_connections(Context& context);
Result<http::Response> get_connection(Context& context);
Result<http::Response> put_connection(Context& context);
Result<http::Response> remove_connection(Context& context);
Result<http::Response> list_scim_connections(Context& context);
Result<http::Response> get_scim_connection(Context& context);
Result<http::Response> put_scim_connection(Context& context);
Result<http::Response> change_scim_connection(Context& context);
Result<http::Response> remove_scim_connection(Context& context);

// connection_test_api.cpp
Result<http::Response> test_connection(Context& context);

// domains_api.cpp
Result<http::Response> list_domains(Context& context);
Result<http::Response> get_domain(Context& context);
Result<http::Response> put_domain(Context& context);
Result<http::Response> remove_domain(Context& context);

// sessions_api.cpp
Result<http::Response> list_sessions(Context& context);
Result<http::Response> end_session(Context& context);
Result<http::Response> end_sessions(Context& context);

// sign_ins_api.cpp
Result<http::Response> list_sign_ins(Context& context);
Result<http::Response> get_sign_in(Context& context);

// audit_api.cpp: the log of the organization in the path, or the instance's own without one.
Result<http::Response> list_audit_events(Context& context);
Result<http::Response> export_audit_log(Context& context);
Result<http::Response> get_audit_head(Context& context);
Result<http::Response> verify_audit(Context& context);

}  // namespace rollcall::admin
