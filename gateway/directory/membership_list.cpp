#include "gateway/directory/groups.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr std::string_view columns =
    "g.id, g.name, u.id, u.display_name, m.origin, m.since, c.id, m.connection, m.rule FROM ";
constexpr std::string_view joined_rows =
    " m JOIN groups g ON g.position = m.group_position JOIN users u ON u.position = "
    "m.user_position LEFT JOIN scim_connections c ON c.key = m.scim_connection ORDER BY ";

constexpr std::string_view pick_user = "SELECT m.user_position, ";
constexpr std::string_view rows_of_group =
    "(SELECT * FROM memberships WHERE group_position = $1 AND user_position > $2 "
    "ORDER BY user_position LIMIT $3)";
constexpr std::string_view by_user = "m.user_position";
constexpr sql::Sql select_of_group{
    sql::joined<pick_user, columns, rows_of_group, joined_rows, by_user>};

constexpr std::string_view pick_group = "SELECT m.group_position, ";
constexpr std::string_view rows_of_user =
    "(SELECT * FROM memberships WHERE user_position = $1 AND group_position > $2 "
    "ORDER BY group_position LIMIT $3)";
constexpr std::string_view by_group = "m.group_position";
constexpr sql::Sql select_of_user{
    sql::joined<pick_group, columns, rows_of_user, joined_rows, by_group>};

std::vector<Membership> read(sql::Rows row) {
  std::vector<Membership> list;
  for (; row; row.next()) {
    list.push_back({.group = row.id<GroupId>(1),
                    .group_name = row.text(2),
                    .user = row.id<UserId>(3),
                    .user_name = row.text(4),
                    .position = row.integer(0),
                    .origin = static_cast<Origin>(row.integer(5)),
                    .since = row.timestamp(6),
                    .scim_connection = row.optional_text(7),
                    .connection = row.optional_text(8),
                    .rule = row.optional_text(9)});
  }
  return list;
}

}  // namespace

std::vector<Membership> Groups::memberships_of(const Group& group, std::int64_t after,
                                               std::size_t limit) {
  return read(transaction_.session().query(
      select_of_group, {group.position, after, static_cast<std::int64_t>(limit)}));
}

std::vector<Membership> Groups::memberships_of(const User& user, std::int64_t after,
                                               std::size_t limit) {
  return read(transaction_.session().query(
      select_of_user, {user.position, after, static_cast<std::int64_t>(limit)}));
}

}  // namespace rollcall
