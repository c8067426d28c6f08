#include "gateway/admin/organization_file_parts.h"

namespace rollcall::admin {
namespace {

json::Array array_of(const std::vector<std::string>& texts) {
  return json::Array(texts.begin(), texts.end());
}

template <class Number>
json::Value or_null(const std::optional<Number>& value) {
  return value ? json::Value(*value) : json::Value();
}

void add_text(json::Object& object, const char* key, const std::optional<std::string>& value) {
  if (value) object.append(key, *value);
}

json::Value seats_of(const DeclaredOrganization::SeatNumbers& seats) {
  if (!seats.billing) return or_null(*seats.user);
  json::Object numbers;
  if (seats.user) numbers.append("user", or_null(*seats.user));
  numbers.append("billing", or_null(*seats.billing));
  return numbers;
}

json::Object grant_object(const DeclaredGrant& grant) {
  json::Object object{{"role", grant.role}, {"scope", grant.scope.str()}};
  if (grant.environments == all_environments) {
    object.append("env_write", "all");
  } else if (grant.environments != 0) {
    json::Array categories;
    for (const auto category : {EnvironmentCategory::production, EnvironmentCategory::staging,
                                EnvironmentCategory::development, EnvironmentCategory::other}) {
      if (grant.environments & bit(category)) categories.emplace_back(name(category));
    }
    object.append("env_write", std::move(categories));
  }
  return object;
}

void add_grants(json::Object& object, const std::optional<std::vector<DeclaredGrant>>& grants) {
  if (!grants) return;
  json::Array list;
  for (const DeclaredGrant& grant : *grants) list.push_back(grant_object(grant));
  object.append("grants", std::move(list));
}

json::Object mapping_object(const DeclaredMapping& mapping) {
  const char* key = "idp_group";
  if (mapping.kind == MappingKind::pattern) key = "pattern";
  if (mapping.kind == MappingKind::template_) key = "template";
  return {{"connection", mapping.connection}, {key, mapping.idp_group}};
}

/// A bare name, where its category is the one the reader takes it for.
json::Value environment_value(const Environment& environment) {
  const auto named = find_environment_category(environment.name);
  if (named.value_or(EnvironmentCategory::other) == environment.category) return environment.name;
  return json::Object{{"name", environment.name}, {"category", name(environment.category)}};
}

}  // namespace

json::Object object_of(const DeclaredOrganization& organization) {
  json::Object object{{"slug", organization.slug}};
  if (organization.preset && *organization.preset != Preset::none) {
    object.append("preset", name(*organization.preset));
  }
  if (organization.plan) object.append("plan", or_null(*organization.plan));
  add_text(object, "name", organization.name);
  if (!organization.seats.empty()) {
    json::Object seats;
    for (const auto& numbers : organization.seats) seats.append(numbers.pool, seats_of(numbers));
    object.append("seats", std::move(seats));
  }
  if (organization.policy) object.append("policy", *organization.policy);
  return object;
}

json::Object brake_of(const DeclaredOrganization& organization) {
  json::Object object;
  if (organization.brake_max_removals) {
    object.append("max_removals", *organization.brake_max_removals);
  }
  if (organization.brake_max_percent) {
    object.append("max_fraction", static_cast<double>(*organization.brake_max_percent) / 100);
  }
  return object;
}

json::Object object_of(const DeclaredDeployment& deployment) {
  json::Object object{{"name", deployment.name}};
  if (deployment.default_role) {
    object.append("settings", json::Object{{"sso_default_role",
                                            deployment.default_role->value_or("NO_ACCESS")}});
  }
  if (deployment.code_locations) {
    object.append("code_locations", array_of(*deployment.code_locations));
  }
  return object;
}

json::Object object_of(const DeclaredProject& project) {
  json::Object object{{"id", project.id}};
  add_text(object, "name", project.name);
  if (project.environments) {
    json::Array environments;
    for (const Environment& environment : *project.environments) {
      environments.push_back(environment_value(environment));
    }
    object.append("environments", std::move(environments));
  }
  return object;
}

json::Object object_of(const DeclaredConnection& connection) {
  json::Object object{{"id", connection.id}};
  for (const json::Member& member : connection.settings) object.append(member.name, member.value);
  return object;
}

json::Object object_of(const DeclaredScimConnection& connection) {
  json::Object object{{"id", connection.id}};
  if (!connection.enabled) object.append("enabled", false);
  if (connection.mode != ScimMode::lenient) object.append("mode", name(connection.mode));
  if (connection.username_is_email) object.append("username_is_email", true);
  for (const json::Member& member : connection.options) object.append(member.name, member.value);
  if (!connection.tokens.empty()) object.append("tokens", array_of(connection.tokens));
  return object;
}

json::Object object_of(const DeclaredRole& declared) {
  const CustomRole& role = declared.role;
  json::Object object{{"key", role.key}};
  if (!role.name.empty()) object.append("name", role.name);
  if (!role.description.empty()) object.append("description", role.description);
  if (!role.icon.empty()) object.append("icon", role.icon);
  object.append("level", name(role.level));
  add_text(object, "based_on", role.based_on);
  object.append("permissions", array_of(role.permissions));
  return object;
}

json::Object object_of(const DeclaredUser& user) {
  json::Object object{{"id", user.id}};
  add_text(object, "email", user.email);
  add_text(object, "user_name", user.user_name);
  add_text(object, "given_name", user.given_name);
  add_text(object, "family_name", user.family_name);
  add_text(object, "display_name", user.display_name);
  if (user.active == false) object.append("active", false);
  if (user.license) object.append("license", type_of(*user.license).key);
  add_grants(object, user.grants);
  return object;
}

json::Object object_of(const DeclaredGroup& group) {
  json::Object object{{"name", group.name}};
  if (group.members) object.append("members", array_of(*group.members));
  add_grants(object, group.grants);
  if (group.mappings) {
    json::Array mappings;
    for (const DeclaredMapping& mapping : *group.mappings) {
      mappings.push_back(mapping_object(mapping));
    }
    object.append("mappings", std::move(mappings));
  }
  if (group.assign_by_default) object.append("assign_by_default", *group.assign_by_default);
  if (group.manual_members) {
    object.append("manual_members",
                  *group.manual_members == ManualMembers::keep ? "keep" : "reconcile");
  }
  return object;
}

json::Object object_of(const DeclaredServiceUser& service_user) {
  json::Object object{{"name", service_user.name}};
  add_text(object, "description", service_user.description);
  if (service_user.kind != ServiceUserKind::service) {
    object.append("kind", name(service_user.kind));
  }
  add_grants(object, service_user.grants);
  if (!service_user.tokens.empty()) object.append("tokens", array_of(service_user.tokens));
  return object;
}

json::Object object_of(const DeclaredLicenseMapping& mapping) {
  json::Object object{{"license", type_of(mapping.license).key},
                      {"idp_groups", json::Array{mapping.idp_group}}};
  if (mapping.connection != "*") object.append("connection", mapping.connection);
  return object;
}

}  // namespace rollcall::admin
