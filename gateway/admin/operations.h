#pragma once

#include "gateway/admin/call.h"

namespace rollcall::admin {

// Every operation of the admin API; admin_api.cpp holds the table of their routes.

Result<http::Response> openapi_document(Directory& directory, const Call& call);

Result<http::Response> list_organizations(Directory& directory, const Call& call);
Result<http::Response> create_organization(Directory& directory, const Call& call);
Result<http::Response> get_organization(Directory& directory, const Call& call);
Result<http::Response> list_connections(Directory& directory, const Call& call);
Result<http::Response> list_scim_connections(Directory& directory, const Call& call);

Result<http::Response> list_users(Directory& directory, const Call& call);
Result<http::Response> get_user(Directory& directory, const Call& call);
Result<http::Response> list_groups(Directory& directory, const Call& call);
Result<http::Response> get_group(Directory& directory, const Call& call);
Result<http::Response> list_memberships(Directory& directory, const Call& call);

// Tokens of the organization in the path, or operator tokens without one.
Result<http::Response> list_scim_tokens(Directory& directory, const Call& call);
Result<http::Response> create_scim_token(Directory& directory, const Call& call);
Result<http::Response> revoke_scim_token(Directory& directory, const Call& call);
Result<http::Response> list_operator_tokens(Directory& directory, const Call& call);
Result<http::Response> create_operator_token(Directory& directory, const Call& call);
Result<http::Response> revoke_operator_token(Directory& directory, const Call& call);

// The log of the organization in the path, or the instance's own without one.
Result<http::Response> list_audit_events(Directory& directory, const Call& call);
Result<http::Response> get_audit_head(Directory& directory, const Call& call);
Result<http::Response> verify_audit(Directory& directory, const Call& call);

Result<http::Response> apply_organization(Directory& directory, const Call& call);
Result<http::Response> export_organization(Directory& directory, const Call& call);
Result<http::Response> back_up_store(Directory& directory, const Call& call);

}  // namespace rollcall::admin
