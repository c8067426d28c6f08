#include "gateway/base/text.h"
#include "gateway/directory/packed.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_rows.h"

#include <algorithm>

namespace rollcall {
namespace {

// Narrow rows in order of position, led by one index each: $1 organization, $2 the position to
// start behind, $3 how many. The prefix runs from $4 to before $5.
constexpr std::string_view narrow =
    "SELECT u.position, u.state, u.scim_managed, u.license, u.last_sign_in, u.display_name, "
    "u.user_name_key FROM users u WHERE ";
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

constexpr sql::Sql count_prefixed{
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM users WHERE organization = $1 AND "
    "user_name_key >= $2 AND user_name_key < $3 LIMIT $4) AS names) + (SELECT count(*) FROM "
    "(SELECT 1 FROM user_emails WHERE organization = $1 AND email_key >= $2 AND email_key < $3 "
    "LIMIT $4) AS addresses)"};
constexpr sql::Sql select_emails{"SELECT emails FROM user_documents WHERE position = $1"};

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view at_position =
    " FROM users u JOIN user_documents d ON d.position = u.position "
    "LEFT JOIN user_external_ids e ON e.user_position = u.position AND e.scim_connection = $2 "
    "WHERE u.position = $1";
constexpr sql::Sql select_at_position{sql::joined<pick, user_columns, at_position>};

/// The last character there is: what begins with a text sorts before the text with this behind it.
constexpr std::string_view last_character = "\xF4\x8F\xBF\xBF";

/// A search with what it compares made ready, and the statement of the index that leads.
class Walk {
 public:
  Walk(sql::Session& session, OrganizationKey organization, const UserSearch& wanted,
       std::int64_t most_rows)
      : session_(session), organization_(organization), wanted_(wanted), most_rows_(most_rows) {
    if (wanted.name) name_ = fold(*wanted.name);
    if (!wanted.prefix) return;
    prefix_ = fold(*wanted.prefix);
    prefix_end_ = prefix_ + std::string(last_character);
    // What so many begin with is soon found in any other order; collecting all of it, for one page,
    // would cost as much as there are users.
    const sql::Rows row =
        session.query(count_prefixed, {organization, prefix_, prefix_end_, most_rows});
    by_prefix_ = row.integer(0) < most_rows;
  }

  /// Rows of `narrow`, not all of them wanted.
  sql::Rows rows(std::int64_t after) {
    if (by_prefix_) {
      return session_.query(walk_prefixed,
                            {organization_, after, most_rows_, prefix_, prefix_end_});
    }
    const auto led_by = [&](const sql::Sql& sql) {
      return session_.query(sql, {organization_, after, most_rows_});
    };
    if (wanted_.state == UserState::invited) return led_by(walk_invited);
    if (wanted_.state == UserState::deactivated) return led_by(walk_deactivated);
    return led_by(wanted_.scim_managed == false ? walk_unmanaged : walk_all);
  }

  bool wants(const sql::Rows& row) {
    if (wanted_.state && row.integer(1) != static_cast<std::int64_t>(*wanted_.state)) return false;
    if (wanted_.scim_managed && row.flag(2) != *wanted_.scim_managed) return false;
    if (wanted_.license &&
        (row.null(3) || row.integer(3) != static_cast<std::int64_t>(*wanted_.license))) {
      return false;
    }
    if (wanted_.not_signed_in_since && !row.null(4) &&
        row.timestamp(4) >= *wanted_.not_signed_in_since) {
      return false;
    }
    if (name_ && fold(row.bytes(5)).find(*name_) == std::string::npos) return false;
    return !wanted_.prefix || by_prefix_ || row.bytes(6).starts_with(prefix_) ||
           has_address(row.integer(0));
  }

 private:
  bool has_address(std::int64_t position) {
    const sql::Rows row = session_.query(select_emails, {position});
    return row && std::ranges::any_of(unpack(row.bytes(0)), [&](const std::string& email) {
             return fold(email).starts_with(prefix_);
           });
  }

  sql::Session& session_;
  OrganizationKey organization_;
  const UserSearch& wanted_;
  std::int64_t most_rows_;
  /// Folded, as those below.
  std::optional<std::string> name_;
  std::string prefix_;
  std::string prefix_end_;
  bool by_prefix_ = false;
};

}  // namespace

FoundUsers Users::search(const UserSearch& wanted, std::int64_t after, std::size_t limit,
                         std::size_t most_rows) {
  sql::Session& session = transaction_.session();
  Walk walk(session, organization_, wanted, static_cast<std::int64_t>(most_rows));
  FoundUsers found;
  std::vector<std::int64_t> positions;
  std::size_t seen = 0;
  std::int64_t last = after;
  {
    sql::Rows row = walk.rows(after);
    for (; row && positions.size() < limit; row.next()) {
      ++seen;
      last = row.integer(0);
      if (walk.wants(row)) positions.push_back(last);
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
