#include "gateway/admin/organization_file_parts.h"
#include "gateway/base/nearest.h"
#include "gateway/base/text.h"

#include <array>

namespace rollcall::admin {
namespace {

constexpr std::array<std::string_view, 3> levels{"organization", "deployment", "project"};

/// `all` or a list of categories.
Environments read_env_write(Fields& grant, Problems& problems, const std::string& where) {
  const yaml::Node* node = grant.node("env_write");
  if (!node) return 0;
  if (node->kind == yaml::Node::Kind::scalar && node->text == "all") return all_environments;
  Environments environments = 0;
  if (node->kind != yaml::Node::Kind::sequence) {
    problems.add(node->mark.line, where + ": \"env_write\" must be all or a list of categories");
    return environments;
  }
  for (const yaml::Node& entry : node->items) {
    const auto category = find_environment_category(entry.text);
    if (category && entry.kind == yaml::Node::Kind::scalar) {
      environments = static_cast<Environments>(environments | bit(*category));
    } else {
      problems.add(entry.mark.line, where +
                                        ": an item of \"env_write\" must be one of: production "
                                        "staging development other");
    }
  }
  return environments;
}

DeclaredGrant read_grant(const yaml::Node& node, const std::string& where, Problems& problems) {
  Fields fields(node, where, problems);
  DeclaredGrant grant;
  grant.line = node.mark.line;
  fields.require("role");
  fields.require("scope");
  grant.role = read_role_key(fields, "role").value_or("");
  if (const auto text = fields.text("scope", 512)) {
    const auto scope = Scope::parse(*text);
    if (scope) {
      grant.scope = *scope;
    } else {
      fields.problem(grant.line, scope.error().detail());
    }
  }
  grant.environments = read_env_write(fields, problems, where);
  fields.done();
  return grant;
}

/// The key that "assets.wipe: W" or "jobs: W" means; empty if there is none.
std::string permission_of(const std::string& name, const std::string& level) {
  if (level != "R" && level != "W") return {};
  if (const auto found = Permission::find(name + ":" + level)) return std::string(found->key());
  const bool reads = name.ends_with(".view");
  return Permission::find(name) && (level == "W" || reads) ? name : std::string();
}

void unknown_permission(const std::string& where, int line, const std::string& key,
                        Problems& problems) {
  std::vector<std::string_view> keys;
  for (const PermissionInfo& info : permissions()) keys.push_back(info.key);
  std::string sentence = where + ": there is no permission \"" + key + "\"";
  const auto meant = problems.full() ? std::nullopt : nearest(key, keys);
  if (meant) sentence += ", did you mean \"" + std::string(*meant) + "\"?";
  problems.add(line, sentence);
}

/// {name: R|W} or a list of keys.
std::vector<std::string> read_permissions(Fields& role, const std::string& where,
                                          Problems& problems) {
  const yaml::Node* node = role.node("permissions");
  if (!node) return {};
  std::vector<std::string> keys;
  if (node->kind == yaml::Node::Kind::mapping) {
    for (const yaml::Entry& entry : node->entries) {
      const std::string key = permission_of(entry.key, entry.value.text);
      if (key.empty()) {
        unknown_permission(where, entry.mark.line, entry.key + ":" + entry.value.text, problems);
      } else {
        keys.push_back(key);
      }
    }
    return keys;
  }
  keys = role.texts("permissions", 128).value_or(std::vector<std::string>{});
  for (const std::string& key : keys) {
    if (!Permission::find(key)) unknown_permission(where, node->mark.line, key, problems);
  }
  return keys;
}

DeclaredRole read_custom_role(const yaml::Node& node, const std::string& where,
                              Problems& problems) {
  Fields fields(node, where, problems);
  DeclaredRole declared;
  declared.line = node.mark.line;
  CustomRole& role = declared.role;
  fields.require("key");
  role.key = read_role_key(fields, "key").value_or("");
  role.name = fields.text("name", 256).value_or("");
  role.description = fields.text("description", 1024).value_or("");
  role.icon = fields.text("icon", 256).value_or("");
  fields.require("level");
  if (const auto level = fields.word("level", levels)) role.level = *find_role_level(*level);
  role.based_on = read_role_key(fields, "based_on");
  role.permissions = read_permissions(fields, where, problems);
  fields.done();
  return declared;
}

}  // namespace

std::optional<std::string> read_role_key(Fields& fields, std::string_view key) {
  const auto text = fields.text(key, 63);
  return text ? std::optional(ascii_lower(*text)) : std::nullopt;
}

std::optional<std::optional<std::string>> read_default_role(Fields& fields, std::string_view key) {
  const yaml::Node* node = fields.node(key);
  if (!node) return std::nullopt;
  if (to_json(*node).is_null()) return std::optional<std::string>();
  const auto role = read_role_key(fields, key);
  if (!role) return std::nullopt;
  return *role == "no_access" || *role == "none" ? std::optional<std::string>() : role;
}

std::optional<License> read_license(Fields& fields, std::string_view key) {
  std::vector<std::string_view> keys;
  for (const LicenseType& type : license_types()) keys.push_back(type.key);
  const auto word = fields.word(key, keys);
  return word ? find_license(*word) : std::nullopt;
}

std::optional<std::vector<DeclaredGrant>> read_grants(Fields& fields, const std::string& where,
                                                      Problems& problems) {
  const Nodes* nodes = fields.list("grants");
  if (!nodes) return std::nullopt;
  std::vector<DeclaredGrant> grants;
  Unique seen("the grant", problems);
  for (const yaml::Node& node : *nodes) {
    const DeclaredGrant grant = read_grant(node, item(where + ".grants", grants.size()), problems);
    const std::string shown = grant.role + " on " + grant.scope.str();
    seen.add(grant.role.empty() ? "" : shown, shown, grant.line);
    grants.push_back(grant);
  }
  return grants;
}

std::vector<DeclaredRole> read_custom_roles(const Nodes& nodes, Problems& problems) {
  std::vector<DeclaredRole> roles;
  Unique keys("the role", problems);
  for (const yaml::Node& node : nodes) {
    roles.push_back(read_custom_role(node, item("custom_roles", roles.size()), problems));
    keys.add(roles.back().role.key, roles.back().role.key, roles.back().line);
  }
  return roles;
}

std::vector<DeclaredLicenseMapping> read_license_mappings(const Nodes& nodes, Problems& problems) {
  std::vector<DeclaredLicenseMapping> mappings;
  Unique seen("the licence mapping of", problems);
  std::size_t index = 0;
  for (const yaml::Node& node : nodes) {
    Fields fields(node, item("license_mappings", index++), problems);
    DeclaredLicenseMapping mapping;
    mapping.line = node.mark.line;
    fields.require("license");
    fields.require("idp_groups");
    mapping.license = read_license(fields, "license").value_or(License::developer);
    mapping.connection = fields.text("connection", 63).value_or("*");
    for (const std::string& group :
         fields.texts("idp_groups").value_or(std::vector<std::string>{})) {
      mapping.idp_group = group;
      const auto key = std::string(type_of(mapping.license).key) + '\n' + mapping.connection;
      seen.add(key + '\n' + group, group, mapping.line);
      mappings.push_back(mapping);
    }
    fields.done();
  }
  return mappings;
}

}  // namespace rollcall::admin
