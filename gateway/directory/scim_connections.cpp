#include "gateway/base/json.h"
#include "gateway/directory/organizations.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr std::string_view columns =
    "SELECT c.key, c.organization, o.slug, c.id, c.enabled, c.mode, c.username_is_email, c.options "
    "FROM scim_connections c JOIN organizations o ON o.key = c.organization ";
constexpr std::string_view by_organization = "WHERE c.organization = $1 ORDER BY c.id";
constexpr std::string_view by_key = "WHERE c.key = $1";
constexpr std::string_view by_id = "WHERE c.organization = $1 AND c.id = $2";

constexpr sql::Sql select_by_organization{sql::joined<columns, by_organization>};
constexpr sql::Sql select_by_key{sql::joined<columns, by_key>};
constexpr sql::Sql select_by_id{sql::joined<columns, by_id>};
constexpr sql::Sql upsert{
    "INSERT INTO scim_connections (organization, id, enabled, mode, username_is_email, options) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization, id) DO UPDATE SET "
    "enabled = excluded.enabled, mode = excluded.mode, "
    "username_is_email = excluded.username_is_email, options = excluded.options"};
constexpr sql::Sql delete_connection{"DELETE FROM scim_connections WHERE key = $1"};
constexpr sql::Sql delete_user_external_ids{
    "DELETE FROM user_external_ids WHERE scim_connection = $1"};
constexpr sql::Sql delete_group_external_ids{
    "DELETE FROM group_external_ids WHERE scim_connection = $1"};
constexpr sql::Sql delete_unlinked_groups{"DELETE FROM unlinked_groups WHERE scim_connection = $1"};

ScimConnection connection_of(const sql::Rows& row) {
  return {.key = ScimConnectionKey(row.integer(0)),
          .organization = OrganizationKey(row.integer(1)),
          .organization_slug = row.text(2),
          .id = row.text(3),
          .enabled = row.flag(4),
          .mode = static_cast<ScimMode>(row.integer(5)),
          .username_is_email = row.flag(6),
          .options = row.text(7)};
}

std::optional<ScimConnection> find(Transaction& transaction, OrganizationKey organization,
                                   std::string_view id) {
  const sql::Rows row = transaction.session().query(select_by_id, {organization, id});
  return row ? std::optional<ScimConnection>(connection_of(row)) : std::nullopt;
}

bool same(const ScimConnection& a, const ScimConnection& b) {
  return a.enabled == b.enabled && a.mode == b.mode && a.username_is_email == b.username_is_email &&
         a.options == b.options;
}

json::Object shown(const ScimConnection& connection) {
  constexpr std::array<std::string_view, 3> modes = {"lenient", "strict", "interop"};
  json::Object object{{"enabled", connection.enabled},
                      {"mode", modes[static_cast<std::size_t>(connection.mode)]},
                      {"username_is_email", connection.username_is_email}};
  if (auto options = json::parse(connection.options)) {
    object.append("options", *std::move(options));
  }
  return object;
}

}  // namespace

std::vector<ScimConnection> Organizations::scim_connections(OrganizationKey organization) {
  std::vector<ScimConnection> connections;
  sql::Rows row = transaction_.session().query(select_by_organization, {organization});
  for (; row; row.next()) connections.push_back(connection_of(row));
  return connections;
}

std::optional<ScimConnection> Organizations::scim_connection(ScimConnectionKey key) {
  const sql::Rows row = transaction_.session().query(select_by_key, {key});
  return row ? std::optional<ScimConnection>(connection_of(row)) : std::nullopt;
}

Result<ScimConnection> Organizations::put_scim_connection(const ScimConnection& wanted) {
  CHECK_OK(check_connection_id(wanted.id));
  const auto before = find(transaction_, wanted.organization, wanted.id);
  if (before && same(*before, wanted)) return *before;
  transaction_.session().execute(
      upsert, {wanted.organization, wanted.id, wanted.enabled,
               static_cast<std::int64_t>(wanted.mode), wanted.username_is_email, wanted.options});
  const auto after = find(transaction_, wanted.organization, wanted.id);
  if (!after) return Error(Fault::not_found, "There is no such organization.");
  transaction_.note_token_change();
  json::Object detail;
  if (before) detail.append("before", shown(*before));
  detail.append("after", shown(*after));
  transaction_.audit(wanted.organization)
      .append(before ? "scim_connection.changed" : "scim_connection.added",
              "scim_connection/" + wanted.id, json::write(detail));
  return *after;
}

Result<> Organizations::remove_scim_connection(OrganizationKey organization, std::string_view id) {
  const auto connection = find(transaction_, organization, id);
  if (!connection) return Error(Fault::not_found, "There is no such SCIM connection.");
  for (const Token& token : transaction_.tokens().list(organization)) {
    if (token.scim_connection == connection->key) CHECK_OK(transaction_.tokens().revoke(token.id));
  }
  sql::Session& session = transaction_.session();
  session.execute(delete_user_external_ids, {connection->key});
  session.execute(delete_group_external_ids, {connection->key});
  session.execute(delete_unlinked_groups, {connection->key});
  session.execute(delete_connection, {connection->key});
  transaction_.note_token_change();
  transaction_.audit(organization)
      .append("scim_connection.removed", "scim_connection/" + connection->id, "{}");
  return {};
}

}  // namespace rollcall
