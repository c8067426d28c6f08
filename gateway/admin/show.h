#pragma once

#include "gateway/base/json.h"
#include "gateway/directory/transaction.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

// Entities as the admin API shows them. Secrets are never among it.

std::string_view name(UserState state);
std::string_view name(CreatedBy created_by);
std::string_view name(Origin origin);
std::string_view name(GrantOrigin origin);
std::string_view name(DeploymentKind kind);
std::string_view name(ManualMembers what);
std::string_view name(MappingKind kind);
std::string_view name(PermissionFamily family);

json::Value shown(const std::optional<std::string>& text);
json::Value shown(const std::optional<std::int64_t>& number);
json::Value shown(const std::optional<Timestamp>& instant);
json::Value shown(const std::optional<License>& license);
json::Array shown(const std::vector<std::string>& list);

json::Object to_json(const Organization& organization);
json::Object to_json(const User& user);
/// With the groups that its IdP last named.
json::Object to_json(const LinkedIdentity& identity);
json::Object to_json(const Group& group);
json::Object to_json(const ServiceUser& service_user);
json::Object to_json(const Role& role, std::int64_t version);
json::Object to_json(const CustomRole& role, const Role& effective);
json::Object to_json(const Deployment& deployment);
json::Object to_json(const Project& project);
json::Object to_json(const SsoMapping& mapping);
json::Object to_json(const LicenseMapping& mapping);
json::Object to_json(const SeatPool& pool);
/// Its settings, among which nothing is secret.
json::Object to_json(const Connection& connection);
json::Object to_json(const ScimConnection& connection, Preset preset);
/// `connections` are those of the token's organization.
json::Object to_json(const Token& token, const std::vector<ScimConnection>& connections);
/// What a grant puts where, without whom it is for.
json::Object to_json(const Grant& grant);
/// "all", or a list of categories.
json::Value shown_environments(Environments environments);

/// {"id", "name"}.
json::Object reference(const std::string& id, const std::string& name);

}  // namespace rollcall::admin
