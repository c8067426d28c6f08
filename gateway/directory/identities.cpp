#include "gateway/directory/identities.h"

#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_rows.h"

#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::int64_t most_of_user = 100;

constexpr std::string_view select =
    "SELECT connection, issuer, subject, alternate_subject, user_position, created, last_sign_in, "
    "groups_state, groups, groups_at FROM identities ";
constexpr std::string_view by_key =
    "WHERE organization = $1 AND connection = $2 AND issuer = $3 AND subject = $4";
constexpr std::string_view of_user =
    "WHERE user_position = $2 AND organization = $1 ORDER BY connection, issuer, subject LIMIT $3";
constexpr sql::Sql select_one{sql::joined<select, by_key>};
constexpr sql::Sql select_of_user{sql::joined<select, of_user>};
constexpr sql::Sql select_other_subject{
    "SELECT 1 FROM identities WHERE user_position = $2 AND organization = $1 AND connection = $3 "
    "AND issuer = $4 LIMIT 1"};
constexpr sql::Sql insert_identity{
    "INSERT INTO identities (organization, connection, issuer, subject, alternate_subject, "
    "user_position, created, last_sign_in, groups_state, groups, groups_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)"};
// What is unknown, or not said again, leaves what was known.
constexpr sql::Sql update_signed_in{
    "UPDATE identities SET last_sign_in = $5, "
    "alternate_subject = CASE WHEN $6 = '' THEN alternate_subject ELSE $6 END, "
    "groups_state = CASE WHEN $7 = 2 THEN groups_state ELSE $7 END, "
    "groups = CASE WHEN $7 = 2 THEN groups ELSE $8 END, "
    "groups_at = CASE WHEN $7 = 2 THEN groups_at ELSE $5 END "
    "WHERE organization = $1 AND connection = $2 AND issuer = $3 AND subject = $4"};
constexpr sql::Sql delete_of_connection{
    "DELETE FROM identities WHERE user_position = $2 AND organization = $1 AND connection = $3 "
    "RETURNING issuer, subject"};

static_assert(static_cast<int>(ClaimedGroups::State::unknown) == 2, "statements say 2");

json::Array values_in(std::string_view text) {
  auto value = json::parse(text);
  if (!value || !value->array()) throw std::logic_error("an identity's groups are no JSON array");
  return std::move(*value->array());
}

ClaimedGroups groups_in(const sql::Rows& row, int column) {
  ClaimedGroups groups;
  groups.state = static_cast<ClaimedGroups::State>(row.integer(column));
  if (row.bytes(column + 1) == "[]") return groups;
  for (json::Value& value : values_in(row.bytes(column + 1))) {
    if (value.string()) groups.values.push_back(std::move(*value.string()));
  }
  return groups;
}

LinkedIdentity identity_of(const sql::Rows& row) {
  return {.connection = row.text(0),
          .issuer = row.text(1),
          .subject = row.text(2),
          .alternate_subject = row.text(3),
          .user_position = row.integer(4),
          .created = row.timestamp(5),
          .last_sign_in = row.timestamp(6),
          .groups = groups_in(row, 7),
          .groups_at = row.optional_timestamp(9)};
}

/// As stored.
std::string text_of(const ClaimedGroups& groups) {
  if (groups.state != ClaimedGroups::State::present) return "[]";
  return json::write(json::Array(groups.values.begin(), groups.values.end()));
}

std::int64_t number(ClaimedGroups::State state) { return static_cast<std::int64_t>(state); }

json::Object shown(std::string_view connection, std::string_view issuer, std::string_view subject) {
  return {{"connection", connection}, {"issuer", issuer}, {"subject", subject}};
}

Error other_subject(std::string_view sentence) {
  return Error(Fault::conflict, std::string(sentence)).with_code("subject_conflict");
}

}  // namespace

std::optional<LinkedIdentity> Identities::find(std::string_view connection, std::string_view issuer,
                                               std::string_view subject) {
  const sql::Rows row =
      transaction_.session().query(select_one, {organization_, connection, issuer, subject});
  return row ? std::optional(identity_of(row)) : std::nullopt;
}

std::vector<LinkedIdentity> Identities::list_of_user(std::int64_t user_position) {
  std::vector<LinkedIdentity> identities;
  for (sql::Rows row = transaction_.session().query(select_of_user,
                                                    {organization_, user_position, most_of_user});
       row; row.next()) {
    identities.push_back(identity_of(row));
  }
  return identities;
}

Result<> Identities::link(const User& user, const Identity& identity) {
  sql::Session& session = transaction_.session();
  if (const auto known = find(identity.connection, identity.issuer, identity.subject)) {
    if (known->user_position == user.position) return {};
    return other_subject("This identity belongs to another user.");
  }
  if (session.query(select_other_subject,
                    {organization_, user.position, identity.connection, identity.issuer})) {
    return other_subject("The identity provider knows this user as somebody else.");
  }
  const ClaimedGroups& groups = identity.groups;
  const bool known = groups.state != ClaimedGroups::State::unknown;
  const Timestamp now = transaction_.now();
  session.execute(insert_identity,
                  {organization_, identity.connection, identity.issuer, identity.subject,
                   identity.alternate_subject, user.position, now, number(groups.state),
                   text_of(groups), known ? std::optional(now) : std::nullopt});
  transaction_.audit(organization_)
      .append("identity.linked", object_of(user.id),
              json::write(json::Object{
                  {"after", shown(identity.connection, identity.issuer, identity.subject)}}));
  return {};
}

void Identities::note_sign_in(const Identity& identity) {
  transaction_.session().execute(
      update_signed_in,
      {organization_, identity.connection, identity.issuer, identity.subject, transaction_.now(),
       identity.alternate_subject, number(identity.groups.state), text_of(identity.groups)});
}

Result<> Identities::unlink(const User& user, std::string_view connection) {
  std::vector<std::pair<std::string, std::string>> unlinked;
  for (sql::Rows row = transaction_.session().query(delete_of_connection,
                                                    {organization_, user.position, connection});
       row; row.next()) {
    unlinked.emplace_back(row.text(0), row.text(1));
  }
  if (unlinked.empty()) {
    return Error(Fault::not_found, "The user has no identity of this connection.");
  }
  Sessions sessions = transaction_.sessions(organization_);
  for (const auto& [issuer, subject] : unlinked) {
    transaction_.audit(organization_)
        .append("identity.unlinked", object_of(user.id),
                json::write(json::Object{{"before", shown(connection, issuer, subject)}}));
    sessions.end_of_idp(connection, issuer, subject, "", SessionEnd::admin);
  }
  return {};
}

}  // namespace rollcall
