#include "gateway/admin/show.h"

#include "gateway/admin/organization_file.h"

#include <array>

namespace rollcall::admin {
namespace {

/// The word of an enumerator, by its place.
template <class Enum, std::size_t Size>
std::string_view word(const std::array<std::string_view, Size>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

json::Array keys_of(const PermissionSet& set) {
  json::Array keys;
  for (std::size_t i = 0; i < permissions().size(); ++i) {
    if (set.test(i)) keys.emplace_back(permissions()[i].key);
  }
  return keys;
}

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  return value ? *std::move(value) : json::Value();
}

}  // namespace

std::string_view name(UserState state) {
  return word(std::array<std::string_view, 3>{"invited", "active", "deactivated"}, state);
}
std::string_view name(CreatedBy created_by) {
  return word(std::array<std::string_view, 3>{"manual", "jit", "scim"}, created_by);
}
std::string_view name(Origin origin) {
  return word(std::array<std::string_view, 4>{"manual", "sso", "scim", "default"}, origin);
}
std::string_view name(GrantOrigin origin) {
  return word(std::array<std::string_view, 2>{"manual", "default"}, origin);
}
std::string_view name(DeploymentKind kind) {
  return word(std::array<std::string_view, 2>{"full", "branch"}, kind);
}
std::string_view name(ManualMembers what) {
  return word(std::array<std::string_view, 2>{"reconcile", "keep"}, what);
}
std::string_view name(MappingKind kind) {
  return word(std::array<std::string_view, 3>{"exact", "pattern", "template"}, kind);
}
std::string_view name(PermissionFamily family) {
  return word(std::array<std::string_view, 2>{"ladder", "sets"}, family);
}

json::Value shown(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}
json::Value shown(const std::optional<std::int64_t>& number) {
  return number ? json::Value(*number) : json::Value();
}
json::Value shown(const std::optional<Timestamp>& instant) {
  return instant ? json::Value(format_timestamp(*instant)) : json::Value();
}
json::Value shown(const std::optional<License>& license) {
  return license ? json::Value(type_of(*license).key) : json::Value();
}
json::Array shown(const std::vector<std::string>& list) { return {list.begin(), list.end()}; }

json::Object reference(const std::string& id, const std::string& name) {
  return {{"id", id}, {"name", name}};
}

json::Object to_json(const Organization& organization) {
  json::Array features;
  for (std::size_t i = 0; i < feature_count; ++i) {
    const auto feature = static_cast<Feature>(i);
    if (organization.has(feature)) features.emplace_back(name(feature));
  }
  const auto preset = name(organization.preset);
  return {{"slug", organization.slug},
          {"name", organization.name},
          {"preset", preset.empty() ? json::Value() : json::Value(preset)},
          {"plan", shown(organization.plan)},
          {"features", std::move(features)},
          {"policy", show_policy(organization.policy)},
          {"version", organization.version},
          {"created", format_timestamp(organization.created)}};
}

json::Object to_json(const User& user) {
  return {{"id", user.id.str()},
          {"kind", "human"},
          {"user_name", user.profile.user_name},
          {"display_name", user.profile.display_name},
          {"emails", shown(user.profile.emails)},
          {"state", name(user.state)},
          {"license", shown(user.license)},
          {"created_by", name(user.created_by)},
          {"scim_managed", user.scim_managed},
          {"declared_id", shown(user.declared_id)},
          {"last_sign_in", shown(user.last_sign_in)},
          {"version", user.version},
          {"created", format_timestamp(user.created)},
          {"modified", format_timestamp(user.modified)}};
}

json::Object to_json(const LinkedIdentity& identity) {
  json::Object groups{{"state", name(identity.groups.state)},
                      {"values", shown(identity.groups.values)}};
  return {{"connection", identity.connection},
          {"issuer", identity.issuer},
          {"subject", identity.subject},
          {"alternate_subject", identity.alternate_subject.empty()
                                    ? json::Value()
                                    : json::Value(identity.alternate_subject)},
          {"created", format_timestamp(identity.created)},
          {"last_sign_in", format_timestamp(identity.last_sign_in)},
          {"groups", std::move(groups)},
          {"groups_at", shown(identity.groups_at)}};
}

json::Object to_json(const Group& group) {
  return {{"id", group.id.str()},
          {"name", group.profile.display_name},
          {"assign_by_default", group.options.assign_by_default},
          {"manual_members", name(group.options.manual_members)},
          {"scim_managed", group.scim_managed},
          {"version", group.version},
          {"created", format_timestamp(group.created)},
          {"modified", format_timestamp(group.modified)}};
}

json::Object to_json(const ServiceUser& service_user) {
  return {{"id", service_user.id.str()},
          {"kind", name(service_user.kind)},
          {"name", service_user.name},
          {"description", service_user.description},
          {"version", service_user.version},
          {"created", format_timestamp(service_user.created)},
          {"modified", format_timestamp(service_user.modified)}};
}

json::Object to_json(const Role& role, std::int64_t version) {
  return {{"key", role.key},
          {"name", role.name},
          {"description", role.description},
          {"level", name(role.level)},
          {"builtin", role.builtin},
          {"rank", role.rank ? json::Value(*role.rank) : json::Value()},
          {"permissions", keys_of(role.permissions)},
          {"environment_permissions", keys_of(role.environment_permissions)},
          {"version", version}};
}

json::Object to_json(const CustomRole& role, const Role& effective) {
  json::Object object = to_json(effective, role.version);
  object.append("icon", role.icon);
  object.append("based_on", shown(role.based_on));
  object.append("own_permissions", shown(role.permissions));
  return object;
}

json::Object to_json(const Deployment& deployment) {
  json::Object object{{"name", deployment.name}, {"kind", name(deployment.kind)}};
  if (deployment.kind == DeploymentKind::full) {
    object.append("default_role", shown(deployment.default_role));
  }
  object.append("code_locations", shown(deployment.code_locations));
  object.append("version", deployment.version);
  return object;
}

json::Object to_json(const Project& project) {
  json::Array environments;
  for (const Environment& environment : project.environments) {
    environments.push_back(
        json::Object{{"name", environment.name}, {"category", name(environment.category)}});
  }
  return {{"id", project.id},
          {"name", project.name},
          {"environments", std::move(environments)},
          {"version", project.version}};
}

json::Object to_json(const SsoMapping& mapping) {
  return {{"id", mapping.id.str()},           {"group", mapping.group.str()},
          {"connection", mapping.connection}, {"kind", name(mapping.kind)},
          {"idp_group", mapping.idp_group},   {"since", format_timestamp(mapping.since)}};
}

json::Object to_json(const LicenseMapping& mapping) {
  return {{"id", mapping.id.str()},
          {"license", type_of(mapping.license).key},
          {"connection", mapping.connection},
          {"idp_group", mapping.idp_group}};
}

json::Object to_json(const SeatPool& pool) {
  return {{"pool", pool.pool},
          {"user_seats", shown(pool.user_seats)},
          {"billing_seats", shown(pool.billing_seats)},
          {"capacity", shown(pool.capacity())},
          {"used", pool.used}};
}

json::Object to_json(const Connection& connection) {
  json::Object object{{"id", connection.id}};
  json::Value settings = parsed(connection.settings);
  if (json::Object* members = settings.object()) {
    for (json::Member& member : *members) object.set(member.name, std::move(member.value));
  }
  return object;
}

json::Object to_json(const ScimConnection& connection, Preset preset) {
  const ScimOptions options = read_scim_options(connection.options, preset);
  return {{"id", connection.id},
          {"enabled", connection.enabled},
          {"mode", name(connection.mode)},
          {"username_is_email", connection.username_is_email},
          {"manual_users", options.manual_users},
          {"manual_groups", options.manual_groups},
          {"controls_license", options.controls_license},
          {"connection", shown(options.connection)},
          {"options", parsed(connection.options)}};
}

json::Object to_json(const Token& token, const std::vector<ScimConnection>& connections) {
  json::Object object{
      {"id", token.id.str()}, {"kind", rollcall::name(token.kind)}, {"name", token.name}};
  for (const ScimConnection& connection : connections) {
    if (token.scim_connection == connection.key) {
      object.append("scim_connection", connection.id);
    }
  }
  if (token.user) object.append("user", token.user->id.str());
  if (token.service_user) object.append("service_user", token.service_user->id.str());
  object.append("created_by", token.created_by);
  object.append("created", format_timestamp(token.created));
  object.append("expires", shown(token.expires));
  object.append("last_used", shown(token.last_used));
  object.append("revoked", shown(token.revoked));
  if (token.revoked) object.append("revoked_by", token.revoked_by);
  return object;
}

json::Value shown_environments(Environments environments) {
  if (environments == all_environments) return "all";
  json::Array names;
  for (const auto category : {EnvironmentCategory::production, EnvironmentCategory::staging,
                              EnvironmentCategory::development, EnvironmentCategory::other}) {
    if (environments & bit(category)) names.emplace_back(name(category));
  }
  return names;
}

json::Object to_json(const Grant& grant) {
  json::Object object{{"id", grant.id.str()}, {"role", grant.role}, {"scope", grant.scope.str()}};
  if (grant.environments != 0) {
    object.append("environments", shown_environments(grant.environments));
  }
  object.append("origin", name(grant.origin));
  object.append("since", format_timestamp(grant.since));
  object.append("by", grant.by);
  return object;
}

}  // namespace rollcall::admin
