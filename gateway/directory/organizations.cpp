#include "gateway/directory/organizations.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/fixed_groups.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/stored_digest.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

constexpr std::size_t longest_name = 63;
/// Segments that may follow /scim/v2, where a slug may stand as well.
constexpr std::array<std::string_view, 7> reserved_slugs = {
    "users", "groups", "bulk", "me", "schemas", "resourcetypes", "serviceproviderconfig"};

constexpr std::string_view columns =
    "SELECT key, slug, name, preset, plan, policy, version, created FROM organizations ";
constexpr std::string_view by_slug = "WHERE slug_key = $1";
constexpr std::string_view by_key = "WHERE key = $1";
constexpr std::string_view in_order = "ORDER BY slug_key";
constexpr sql::Sql select_by_slug{sql::joined<columns, by_slug>};
constexpr sql::Sql select_by_key{sql::joined<columns, by_key>};
constexpr sql::Sql select_all{sql::joined<columns, in_order>};
constexpr sql::Sql insert_organization{
    "INSERT INTO organizations (slug, slug_key, preset, plan, created) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING key"};

constexpr sql::Sql select_connections{
    "SELECT id, settings, tested FROM connections WHERE organization = $1 ORDER BY id"};
constexpr sql::Sql select_connection{
    "SELECT id, settings, tested FROM connections WHERE organization = $1 AND id = $2"};
constexpr sql::Sql upsert_connection{
    "INSERT INTO connections (organization, id, settings) VALUES ($1, $2, $3) "
    "ON CONFLICT (organization, id) DO UPDATE SET settings = excluded.settings"};
constexpr sql::Sql update_tested{
    "UPDATE connections SET tested = $3 WHERE organization = $1 AND id = $2"};
constexpr sql::Sql delete_connection{"DELETE FROM connections WHERE organization = $1 AND id = $2"};
constexpr sql::Sql delete_secrets{
    "DELETE FROM connection_secrets WHERE organization = $1 AND connection = $2"};
constexpr sql::Sql delete_identities{
    "DELETE FROM identities WHERE organization = $1 AND connection = $2"};
constexpr sql::Sql delete_attempts{
    "DELETE FROM sign_in_attempts WHERE organization = $1 AND connection = $2"};

Error no_object() { return {Fault::invalid_value, "The policy is not a JSON object."}; }

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, allowed);
}

Policy stored_policy(std::string_view text, Preset preset) {
  if (text == "{}") return default_policy(preset);
  const auto value = json::parse(text);
  const json::Object* object = value ? value->object() : nullptr;
  auto policy = object ? read_policy(*object, preset) : Result<Policy>(no_object());
  if (!policy) throw std::logic_error("a stored policy cannot be read: " + policy.error().detail());
  return *std::move(policy);
}

Organization organization_of(const sql::Rows& row) {
  const auto preset = static_cast<Preset>(row.integer(3));
  return {.key = OrganizationKey(row.integer(0)),
          .slug = row.text(1),
          .name = row.text(2),
          .preset = preset,
          .plan = row.optional_text(4),
          .policy = stored_policy(row.bytes(5), preset),
          .version = row.integer(6),
          .created = row.timestamp(7)};
}

Connection connection_of(OrganizationKey organization, const sql::Rows& row) {
  return {.organization = organization,
          .id = row.text(0),
          .settings = row.text(1),
          .tested = optional_digest(row, 2)};
}

bool is_disabled(const json::Object& settings) {
  const json::Value* enabled = settings.find("enabled");
  return enabled && enabled->boolean() && !*enabled->boolean();
}

/// Names of the settings that differ. Their values stay out of the log: some are secrets.
json::Array changed_names(const json::Object& before, const json::Object& after) {
  json::Array names;
  for (const json::Member& member : after) {
    const json::Value* old = before.find(member.name);
    if (!old || *old != member.value) names.emplace_back(member.name);
  }
  for (const json::Member& member : before) {
    if (!after.find(member.name)) names.emplace_back(member.name);
  }
  return names;
}

Result<json::Value> settings_object(std::string_view text) {
  TRY(auto value, json::parse(text));
  if (!value.object()) {
    return Error(Fault::invalid_value, "The settings of a connection are not a JSON object.");
  }
  return value;
}

}  // namespace

Result<> check_connection_id(std::string_view id) {
  if (is_name(id)) return {};
  return Error(Fault::invalid_value,
               "The id of a connection is 1 to 63 letters, digits and dashes.");
}

Result<Organization> Organizations::get(std::string_view slug) {
  const std::string slug_key = ascii_lower(slug);
  const sql::Rows row = transaction_.session().query(select_by_slug, {slug_key});
  if (!row) return Error(Fault::not_found, "There is no such organization.");
  return organization_of(row);
}

Result<Organization> Organizations::get(OrganizationKey key) {
  const sql::Rows row = transaction_.session().query(select_by_key, {key});
  if (!row) return Error(Fault::not_found, "There is no such organization.");
  return organization_of(row);
}

std::vector<Organization> Organizations::list() {
  std::vector<Organization> organizations;
  sql::Rows row = transaction_.session().query(select_all, {});
  for (; row; row.next()) organizations.push_back(organization_of(row));
  return organizations;
}

Result<Organization> Organizations::add(std::string_view slug, Preset preset,
                                        std::optional<std::string> plan) {
  const std::string slug_key = ascii_lower(slug);
  if (!is_name(slug)) {
    return Error(Fault::invalid_value, "A slug is 1 to 63 letters, digits and dashes.");
  }
  if (std::ranges::find(reserved_slugs, slug_key) != reserved_slugs.end()) {
    return Error(Fault::invalid_value, "This slug is a reserved word.");
  }
  if (plan && !find_plan(preset, *plan)) return no_such_plan(preset, *plan);
  std::optional<OrganizationKey> key;
  if (const sql::Rows row = transaction_.session().query(
          insert_organization,
          {slug, slug_key, static_cast<std::int64_t>(preset), plan, transaction_.now()})) {
    key = OrganizationKey(row.integer(0));
  }
  if (!key) return Error(Fault::uniqueness, "An organization has this slug already.");
  json::Object after{{"slug", slug}};
  if (preset != Preset::none) after.append("preset", rollcall::name(preset));
  if (plan) after.append("plan", *plan);
  const std::string detail = json::write(json::Object{{"after", std::move(after)}});
  const std::string object = "organization/" + std::string(slug);
  transaction_.audit(std::nullopt).append("organization.added", object, detail);
  transaction_.audit(*key).append("organization.added", object, detail);
  transaction_.access_changes().note_shared();
  add_base_seats(transaction_, *key, preset, plan);
  TRY(Organization added, get(*key));
  CHECK_OK(add_fixed_groups(transaction_, added));
  return added;
}

std::vector<Connection> Organizations::connections(OrganizationKey organization) {
  std::vector<Connection> connections;
  sql::Rows row = transaction_.session().query(select_connections, {organization});
  for (; row; row.next()) connections.push_back(connection_of(organization, row));
  return connections;
}

std::optional<Connection> Organizations::connection(OrganizationKey organization,
                                                    std::string_view id) {
  const sql::Rows row = transaction_.session().query(select_connection, {organization, id});
  return row ? std::optional(connection_of(organization, row)) : std::nullopt;
}

Result<bool> Organizations::put_connection(const Connection& connection) {
  CHECK_OK(check_connection_id(connection.id));
  TRY(const json::Value after, settings_object(connection.settings));
  sql::Session& session = transaction_.session();
  const auto stored = this->connection(connection.organization, connection.id);
  if (stored && stored->settings == connection.settings) return false;
  TRY(const json::Value before, settings_object(stored ? stored->settings : "{}"));
  session.execute(upsert_connection, {connection.organization, connection.id, connection.settings});
  const json::Array names = changed_names(*before.object(), *after.object());
  transaction_.audit(connection.organization)
      .append(stored ? "connection.changed" : "connection.added", "connection/" + connection.id,
              json::write(json::Object{{"attributes", names}}));
  if (is_disabled(*after.object())) {
    transaction_.sessions(connection.organization).end_of_connection(connection.id);
  }
  return true;
}

void Organizations::note_tested(OrganizationKey organization, std::string_view id,
                                const Sha256& digest) {
  const auto changed = transaction_.session().execute(
      update_tested, {organization, id, sql::Blob{as_bytes(digest)}});
  if (changed == 0) return;
  transaction_.audit(organization)
      .append("connection.tested", "connection/" + std::string(id), "{}");
}

Result<> Organizations::remove_connection(OrganizationKey organization, std::string_view id) {
  sql::Session& session = transaction_.session();
  if (session.execute(delete_connection, {organization, id}) == 0) {
    return Error(Fault::not_found, "There is no such connection.");
  }
  for (const sql::Sql* rest : {&delete_secrets, &delete_identities, &delete_attempts}) {
    session.execute(*rest, {organization, id});
  }
  transaction_.sessions(organization).end_of_connection(id);
  transaction_.audit(organization)
      .append("connection.removed", "connection/" + std::string(id), "{}");
  return {};
}

}  // namespace rollcall
