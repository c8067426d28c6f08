#include "gateway/directory/roles.h"

#include "gateway/directory/organization.h"
#include "gateway/directory/packed.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::size_t longest_key = 63;
constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_description = 2000;

constexpr std::string_view columns =
    "SELECT key, name, description, icon, level, based_on, permissions, version FROM roles "
    "WHERE organization = $1 ";
constexpr std::string_view by_key = "AND key = $2";
constexpr std::string_view in_order = "ORDER BY key";
constexpr sql::Sql select_role{sql::joined<columns, by_key>};
constexpr sql::Sql select_roles{sql::joined<columns, in_order>};
constexpr sql::Sql insert_role{
    "INSERT INTO roles (organization, key, name, description, icon, level, based_on, permissions, "
    "version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT DO NOTHING"};
constexpr sql::Sql update_role{
    "UPDATE roles SET name = $3, description = $4, icon = $5, level = $6, based_on = $7, "
    "permissions = $8, version = version + 1 WHERE organization = $1 AND key = $2"};
constexpr sql::Sql delete_role{"DELETE FROM roles WHERE organization = $1 AND key = $2"};
constexpr sql::Sql select_holder{
    "SELECT 1 FROM grants WHERE organization = $1 AND role = $2 LIMIT 1"};

CustomRole custom_of(const sql::Rows& row) {
  return {.key = row.text(0),
          .name = row.text(1),
          .description = row.text(2),
          .icon = row.text(3),
          .level = static_cast<RoleLevel>(row.integer(4)),
          .based_on = row.optional_text(5),
          .permissions = unpack(row.bytes(6)),
          .version = row.integer(7)};
}

Role role_of(const CustomRole& custom, Preset preset) {
  Role role;
  role.key = custom.key;
  role.name = custom.name;
  role.description = custom.description;
  role.level = custom.level;
  for (const std::string& key : custom.permissions) {
    // One that a later version does not know any more gives nothing.
    if (const auto permission = Permission::find(key))
      role.permissions |= with_contained(*permission);
  }
  if (const Role* base = custom.based_on ? find_builtin_role(preset, *custom.based_on) : nullptr) {
    role.permissions |= base->permissions;
    role.environment_permissions = base->environment_permissions;
  }
  return role;
}

bool same(const CustomRole& a, const CustomRole& b) {
  return a.name == b.name && a.description == b.description && a.icon == b.icon &&
         a.level == b.level && a.based_on == b.based_on && a.permissions == b.permissions;
}

json::Object shown(const CustomRole& role) {
  json::Object object{{"name", role.name}, {"level", name(role.level)}};
  if (!role.description.empty()) object.append("description", role.description);
  if (!role.icon.empty()) object.append("icon", role.icon);
  if (role.based_on) object.append("based_on", *role.based_on);
  object.append("permissions", json::Array(role.permissions.begin(), role.permissions.end()));
  return object;
}

Error builtin_role(std::string_view key) {
  return Error(Fault::conflict,
               "The role \"" + std::string(key) + "\" is built in: it cannot be changed.")
      .with_code("builtin_role");
}
Error granted(std::string_view what) {
  return Error(Fault::conflict, std::string(what)).with_code("role_granted");
}
Error bad(std::string sentence) { return {Fault::invalid_value, std::move(sentence)}; }

Result<> check_key(std::string_view key) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!key.empty() && key.size() <= longest_key && std::ranges::all_of(key, allowed)) return {};
  return bad("The key of a role is 1 to 63 of a–z, 0–9, '_' and '-'.");
}

/// The ladder knows deployments, the sets know projects.
Result<> check_level(Preset preset, RoleLevel level) {
  const bool fits = preset == Preset::none || level == RoleLevel::organization ||
                    (level == RoleLevel::deployment) == (preset == Preset::dagster);
  if (fits) return {};
  return bad("A role of this organization has no level " + std::string(name(level)) + ".");
}

Result<> check_permissions(Preset preset, const std::vector<std::string>& keys) {
  const auto family = preset == Preset::dbt ? PermissionFamily::sets : PermissionFamily::ladder;
  if (keys.size() > most_permissions) return bad("A role names a permission more than once.");
  for (const std::string& key : keys) {
    const auto found = Permission::find(key);
    if (!found || (preset != Preset::none && permissions()[found->index()].family != family)) {
      return bad("There is no permission \"" + key.substr(0, 80) + "\".");
    }
  }
  return {};
}

Result<> check_base(Preset preset, const CustomRole& wanted) {
  if (!wanted.based_on) return {};
  const Role* base = find_builtin_role(preset, *wanted.based_on);
  if (!base) {
    return bad("There is no built-in role \"" + wanted.based_on->substr(0, 80) +
               "\" to base a role on.");
  }
  if (base->level == wanted.level) return {};
  return bad("The role \"" + base->key + "\" has another level than one that is based on it.");
}

Result<> check(const Organization& organization, const CustomRole& wanted) {
  CHECK_OK(require(organization,
                   organization.preset == Preset::dbt ? Feature::rbac : Feature::custom_roles));
  CHECK_OK(check_key(wanted.key));
  if (wanted.name.size() > longest_name || wanted.icon.size() > longest_name ||
      wanted.description.size() > longest_description) {
    return bad("A role has at most 200 bytes of name and icon and 2000 of description.");
  }
  CHECK_OK(check_level(organization.preset, wanted.level));
  CHECK_OK(check_permissions(organization.preset, wanted.permissions));
  return check_base(organization.preset, wanted);
}

bool is_granted(sql::Session& session, OrganizationKey organization, std::string_view key) {
  return static_cast<bool>(session.query(select_holder, {organization, key}));
}

}  // namespace

std::vector<Role> Roles::list() {
  const Preset preset = transaction_.organization(organization_).preset;
  const auto builtin = builtin_roles(preset);
  std::vector<Role> roles(builtin.begin(), builtin.end());
  for (const CustomRole& role : custom()) roles.push_back(role_of(role, preset));
  return roles;
}

Result<Role> Roles::get(std::string_view key) {
  const Preset preset = transaction_.organization(organization_).preset;
  if (const Role* builtin = find_builtin_role(preset, key)) return *builtin;
  TRY(const CustomRole custom, get_custom(key));
  return role_of(custom, preset);
}

std::vector<CustomRole> Roles::custom() {
  std::vector<CustomRole> roles;
  sql::Rows row = transaction_.session().query(select_roles, {organization_});
  for (; row; row.next()) roles.push_back(custom_of(row));
  return roles;
}

Result<CustomRole> Roles::get_custom(std::string_view key) {
  const sql::Rows row = transaction_.session().query(select_role, {organization_, key});
  if (!row) return Error(Fault::not_found, "There is no such role.");
  return custom_of(row);
}

Result<CustomRole> Roles::add(const CustomRole& wanted) {
  const Organization& organization = transaction_.organization(organization_);
  CHECK_OK(check(organization, wanted));
  const bool taken = find_builtin_role(organization.preset, wanted.key) ||
                     transaction_.session().execute(
                         insert_role, {organization_, wanted.key, wanted.name, wanted.description,
                                       wanted.icon, static_cast<std::int64_t>(wanted.level),
                                       wanted.based_on, pack(wanted.permissions)}) == 0;
  if (taken) return Error(Fault::uniqueness, "Another role has this key.");
  note_change("role.added", wanted.key, {{"after", shown(wanted)}});
  return get_custom(wanted.key);
}

Result<CustomRole> Roles::update(const CustomRole& wanted) {
  const Organization& organization = transaction_.organization(organization_);
  if (find_builtin_role(organization.preset, wanted.key)) return builtin_role(wanted.key);
  TRY(const CustomRole current, get_custom(wanted.key));
  if (same(current, wanted)) return current;
  CHECK_OK(check(organization, wanted));
  sql::Session& session = transaction_.session();
  if (current.level != wanted.level && is_granted(session, organization_, wanted.key)) {
    return granted("The level of a role stays while somebody holds it.");
  }
  session.execute(update_role, {organization_, wanted.key, wanted.name, wanted.description,
                                wanted.icon, static_cast<std::int64_t>(wanted.level),
                                wanted.based_on, pack(wanted.permissions)});
  note_change("role.changed", wanted.key, {{"before", shown(current)}, {"after", shown(wanted)}});
  return get_custom(wanted.key);
}

Result<> Roles::remove(std::string_view key) {
  if (find_builtin_role(transaction_.organization(organization_).preset, key)) {
    return builtin_role(key);
  }
  TRY(const CustomRole current, get_custom(key));
  sql::Session& session = transaction_.session();
  if (is_granted(session, organization_, key)) {
    return granted("A role that somebody holds cannot be removed.");
  }
  session.execute(delete_role, {organization_, key});
  note_change("role.removed", current.key, {{"before", shown(current)}});
  return {};
}

void Roles::note_change(std::string_view type, const std::string& key, json::Object detail) {
  transaction_.access_changes().note_shared();
  transaction_.audit(organization_).append(type, "role/" + key, json::write(std::move(detail)));
}

}  // namespace rollcall
