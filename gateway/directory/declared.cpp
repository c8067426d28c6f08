#include "gateway/directory/group_rows.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_rows.h"

// What a declarative file owns, found without walking what SCIM brought.

namespace rollcall {
namespace {

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view from_users =
    " FROM users u JOIN user_documents d ON d.position = u.position "
    "LEFT JOIN user_external_ids e ON e.user_position = u.position AND e.scim_connection = $2 "
    "WHERE u.organization = $1 ";
constexpr std::string_view declared_as = "AND u.declared_id = $3";
constexpr std::string_view users_unmanaged =
    "AND u.scim_managed = 0 AND u.position > $3 ORDER BY u.position LIMIT $4";
constexpr sql::Sql select_declared{sql::joined<pick, user_columns, from_users, declared_as>};
constexpr sql::Sql select_unmanaged_users{
    sql::joined<pick, user_columns, from_users, users_unmanaged>};

constexpr std::string_view from_groups =
    " FROM groups g JOIN group_documents d ON d.position = g.position "
    "LEFT JOIN group_external_ids e ON e.group_position = g.position AND e.scim_connection = $2 "
    "WHERE g.organization = $1 "
    "AND g.scim_managed = 0 AND g.position > $3 ORDER BY g.position LIMIT $4";
constexpr sql::Sql select_unmanaged_groups{sql::joined<pick, group_columns, from_groups>};

}  // namespace

std::optional<User> Users::find_declared(std::string_view declared_id) {
  const sql::Rows row =
      transaction_.session().query(select_declared, {organization_, scim_connection_, declared_id});
  return row ? std::optional<User>(user_of(row)) : std::nullopt;
}

std::vector<User> Users::list_unmanaged(std::int64_t after, std::size_t limit) {
  std::vector<User> users;
  sql::Rows row = transaction_.session().query(
      select_unmanaged_users,
      {organization_, scim_connection_, after, static_cast<std::int64_t>(limit)});
  for (; row; row.next()) users.push_back(user_of(row));
  return users;
}

std::vector<Group> Groups::list_unmanaged(std::int64_t after, std::size_t limit) {
  std::vector<Group> groups;
  sql::Rows row = transaction_.session().query(
      select_unmanaged_groups,
      {organization_, scim_connection_, after, static_cast<std::int64_t>(limit)});
  for (; row; row.next()) groups.push_back(group_of(row));
  return groups;
}

}  // namespace rollcall
