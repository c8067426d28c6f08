#include "gateway/base/text.h"
#include "gateway/directory/counters.h"
#include "gateway/directory/selecting.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_rows.h"

#include <array>

namespace rollcall {
namespace {

constexpr std::string_view conditions =
    " AND (u.id = $5 OR $5 IS NULL)"
    " AND (u.user_name_key = $6 OR $6 IS NULL)"
    " AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM user_external_ids y WHERE "
    "y.user_position = u.position AND y.scim_connection = $4 AND y.external_id = $7))"
    " AND (CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM user_emails y WHERE "
    "y.organization = $1 AND y.email_key = $8 AND y.user_position = u.position))"
    " AND (CASE u.state WHEN 2 THEN 0 ELSE 1 END = $9 OR $9 IS NULL)"
    " AND (u.modified >= $10 OR $10 IS NULL)"
    " AND (CAST($11 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM memberships y WHERE "
    "y.group_position = $11 AND y.user_position = u.position))"
    " AND u.organization = $1";
constexpr std::string_view documents =
    "JOIN user_documents d ON d.position = u.position "
    "LEFT JOIN user_external_ids e ON e.user_position = u.position AND e.scim_connection = $12 ";

// CROSS JOIN keeps SQLite's planner from starting at the other table.
constexpr std::string_view from_users = "FROM users u ";
constexpr std::string_view from_external_ids = "FROM user_external_ids x CROSS JOIN users u ";
constexpr std::string_view from_emails = "FROM user_emails x CROSS JOIN users u ";
constexpr std::string_view from_memberships = "FROM memberships x CROSS JOIN users u ";

constexpr std::string_view lead_all = "u.organization = $1";
constexpr std::string_view lead_id = "u.id = $5";
constexpr std::string_view lead_name = "u.organization = $1 AND u.user_name_key = $6";
constexpr std::string_view lead_external_id =
    "x.scim_connection = $4 AND x.external_id = $7 AND u.position = x.user_position";
constexpr std::string_view lead_email =
    "x.organization = $1 AND x.email_key = $8 AND u.position = x.user_position";
constexpr std::string_view lead_member = "x.group_position = $11 AND u.position = x.user_position";
constexpr std::string_view lead_deactivated = "u.organization = $1 AND u.state = 2";
constexpr std::string_view lead_modified = "u.organization = $1 AND u.modified >= $10";

constexpr std::string_view own_position = "u.position";
constexpr std::string_view joined_position = "x.user_position";
constexpr std::string_view sorted_position = "u.position + 0";

template <const std::string_view& From, const std::string_view& Lead,
          const std::string_view& Position, const std::string_view& Order = Position>
constexpr selecting::Set led_by = selecting::set_of<
    selecting::Statements<user_columns, From, documents, Lead, conditions, Position, Order>>;

constexpr selecting::Set by_all = led_by<from_users, lead_all, own_position>;
constexpr selecting::Set by_id = led_by<from_users, lead_id, own_position>;
constexpr selecting::Set by_name = led_by<from_users, lead_name, own_position>;
constexpr selecting::Set by_external_id =
    led_by<from_external_ids, lead_external_id, joined_position>;
constexpr selecting::Set by_email = led_by<from_emails, lead_email, joined_position>;
constexpr selecting::Set by_member = led_by<from_memberships, lead_member, joined_position>;
constexpr selecting::Set by_deactivated = led_by<from_users, lead_deactivated, own_position>;
constexpr selecting::Set by_modified =
    led_by<from_users, lead_modified, own_position, sorted_position>;

constexpr sql::Sql select_group_position{
    "SELECT position FROM groups WHERE id = $1 AND organization = $2"};

/// A selection with what it compares made ready, and the statements of the index that leads.
class Walk {
 public:
  Walk(sql::Session& session, OrganizationKey organization, const UserSelection& selection)
      : session_(session), organization_(organization), selection_(selection) {
    if (selection.user_name) user_name_key_ = fold(*selection.user_name);
    if (selection.email) email_key_ = fold(*selection.email);
    if (selection.member_of) {
      const sql::Rows row =
          session.query(select_group_position, {*selection.member_of, organization});
      group_ = row ? row.integer(0) : 0;
    }
  }

  sql::Rows list(std::int64_t after, std::int64_t limit,
                 const std::optional<ScimConnectionKey>& reader) {
    return session_.query(lead().list,
                          {organization_, after, limit, selection_.scim_connection, selection_.id,
                           user_name_key_, selection_.external_id, email_key_, selection_.active,
                           selection_.modified_since, group_, reader});
  }
  std::int64_t count() { return run(lead().count, 0, selecting::no_limit).value_or(0); }
  std::int64_t nth(std::int64_t after, std::int64_t offset) {
    return run(lead().nth, after, offset).value_or(selecting::past_the_end);
  }

 private:
  std::optional<std::int64_t> run(const sql::Sql& sql, std::int64_t after, std::int64_t limit) {
    const sql::Rows row =
        session_.query(sql, {organization_, after, limit, selection_.scim_connection, selection_.id,
                             user_name_key_, selection_.external_id, email_key_, selection_.active,
                             selection_.modified_since, group_});
    return row ? std::optional<std::int64_t>(row.integer(0)) : std::nullopt;
  }
  const selecting::Set& lead() {
    if (selection_.id) return by_id;
    if (selection_.user_name) return by_name;
    if (selection_.external_id) return by_external_id;
    if (selection_.email) return by_email;
    if (group_) return by_member;
    if (selection_.active == false) return by_deactivated;
    if (!selection_.modified_since) return by_all;
    const auto changed = run(by_modified.count, 0, selecting::few_changes);
    return changed < selecting::few_changes ? by_modified : by_all;
  }

  sql::Session& session_;
  OrganizationKey organization_;
  const UserSelection& selection_;
  std::optional<std::string> user_name_key_;
  std::optional<std::string> email_key_;
  std::optional<std::int64_t> group_;
};

}  // namespace

std::vector<User> Users::list(const UserSelection& selection, std::int64_t after,
                              std::size_t limit) {
  std::vector<User> users;
  Walk walk(transaction_.session(), organization_, selection);
  sql::Rows row = walk.list(after, static_cast<std::int64_t>(limit), scim_connection_);
  for (; row; row.next()) users.push_back(user_of(row));
  return users;
}

std::int64_t Users::count(const UserSelection& selection) {
  if (selection.unconstrained()) {
    return Counters(transaction_.session(), organization_, Counted::users).total();
  }
  return Walk(transaction_.session(), organization_, selection).count();
}

std::int64_t Users::position_before(const UserSelection& selection, std::int64_t offset) {
  if (offset <= 0) return 0;
  Walk walk(transaction_.session(), organization_, selection);
  if (!selection.unconstrained()) return walk.nth(0, offset - 1);
  const auto place =
      Counters(transaction_.session(), organization_, Counted::users).place_of(offset - 1);
  return walk.nth(place.after, place.offset);
}

}  // namespace rollcall
