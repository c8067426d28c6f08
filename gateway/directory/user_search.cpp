#include "gateway/base/text.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_rows.h"

namespace rollcall {
namespace {

// Narrow rows in order of position, led by one index each: $1 organization, $2 the position to
// start behind, $3 how many. The prefix runs from $4 to before $5.
constexpr std::string_view narrow =
    "SELECT u.position, u.state, u.scim_managed, u.license, u.last_sign_in, u.display_name "
    "FROM users u WHERE ";
constexpr std::string_view in_order = " AND u.position > $2 ORDER BY u.position LIMIT $3";
constexpr std::string_view prefixed =
    "u.position IN (SELECT position FROM users WHERE organization = $1 AND user_name_key >= $4 "
    "AND user_name_key < $5 UNION SELECT user_position FROM user_emails WHERE organization = $1 "
    "AND email_key >= $4 AND email_key < $5)";
constexpr std::string_view invited = "u.organization = $1 AND u.state = 0";
constexpr std::string_view deactivated = "u.organization = $1 AND u.state = 2";
constexpr std::string_view unmanaged = "u.organization = $1 AND u.scim_managed = 0";
constexpr std::string_view all = "u.organization = $1";

constexpr sql::Sql walk_prefixed{sql::joined<narrow, prefixed, in_order>};
constexpr sql::Sql walk_invited{sql::joined<narrow, invited, in_order>};
constexpr sql::Sql walk_deactivated{sql::joined<narrow, deactivated, in_order>};
constexpr sql::Sql walk_unmanaged{sql::joined<narrow, unmanaged, in_order>};
constexpr sql::Sql walk_all{sql::joined<narrow, all, in_order>};

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view at_position =
    " FROM users u JOIN user_documents d ON d.position = u.position "
    "LEFT JOIN user_external_ids e ON e.user_position = u.position AND e.scim_connection = $2 "
    "WHERE u.position = $1";
constexpr sql::Sql select_at_position{sql::joined<pick, user_columns, at_position>};

/// The last character there is: what begins with a text sorts before the text with this behind it.
constexpr std::string_view last_character = "\xF4\x8F\xBF\xBF";

sql::Rows walk(sql::Session& session, OrganizationKey organization, const UserSearch& wanted,
               std::int64_t after, std::int64_t rows) {
  if (wanted.prefix) {
    const std::string from = fold(*wanted.prefix);
    const std::string to = from + std::string(last_character);
    return session.query(walk_prefixed, {organization, after, rows, from, to});
  }
  const auto led_by = [&](const sql::Sql& sql) {
    return session.query(sql, {organization, after, rows});
  };
  if (wanted.state == UserState::invited) return led_by(walk_invited);
  if (wanted.state == UserState::deactivated) return led_by(walk_deactivated);
  return led_by(wanted.scim_managed == false ? walk_unmanaged : walk_all);
}

/// All conditions but the prefix, on a row of `narrow`. `name`: folded.
bool holds(const UserSearch& wanted, const std::optional<std::string>& name, const sql::Rows& row) {
  if (wanted.state && row.integer(1) != static_cast<std::int64_t>(*wanted.state)) return false;
  if (wanted.scim_managed && row.flag(2) != *wanted.scim_managed) return false;
  if (wanted.license &&
      (row.null(3) || row.integer(3) != static_cast<std::int64_t>(*wanted.license))) {
    return false;
  }
  if (wanted.not_signed_in_since && !row.null(4) &&
      row.timestamp(4) >= *wanted.not_signed_in_since) {
    return false;
  }
  return !name || fold(row.bytes(5)).find(*name) != std::string::npos;
}

}  // namespace

FoundUsers Users::search(const UserSearch& wanted, std::int64_t after, std::size_t limit,
                         std::size_t most_rows) {
  sql::Session& session = transaction_.session();
  const auto name = wanted.name ? std::optional(fold(*wanted.name)) : std::nullopt;
  FoundUsers found;
  std::vector<std::int64_t> positions;
  std::size_t seen = 0;
  std::int64_t last = after;
  {
    const auto rows = static_cast<std::int64_t>(most_rows);
    sql::Rows row = walk(session, organization_, wanted, after, rows);
    for (; row && positions.size() < limit; row.next()) {
      ++seen;
      last = row.integer(0);
      if (holds(wanted, name, row)) positions.push_back(last);
    }
    if (row || seen == most_rows) found.next = last;
  }
  for (const std::int64_t position : positions) {
    const sql::Rows row = session.query(select_at_position, {position, scim_connection_});
    if (row) found.users.push_back(user_of(row));
  }
  return found;
}

}  // namespace rollcall
