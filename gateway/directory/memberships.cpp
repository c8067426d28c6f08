#include "gateway/directory/group_change.h"
#include "gateway/directory/groups.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>

namespace rollcall {
namespace {

// Members first, then their users: PostgreSQL's planner otherwise merges from the first user on.
constexpr sql::Sql select_members{
    "SELECT m.user_position, u.id, u.display_name, m.origin, m.since FROM "
    "(SELECT user_position, origin, since FROM memberships WHERE group_position = $1 "
    "AND user_position > $2 ORDER BY user_position LIMIT $3) m "
    "JOIN users u ON u.position = m.user_position ORDER BY m.user_position"};
constexpr sql::Sql select_member_positions{
    "SELECT user_position FROM memberships WHERE group_position = $1 ORDER BY user_position"};
constexpr sql::Sql select_member_count{"SELECT members FROM groups WHERE position = $1"};
constexpr sql::Sql select_user_position{
    "SELECT position FROM users WHERE id = $1 AND organization = $2"};
constexpr sql::Sql select_user_id{"SELECT id FROM users WHERE position = $1"};
constexpr sql::Sql insert_membership{
    "INSERT INTO memberships (group_position, user_position, origin, since, scim_connection) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};
constexpr sql::Sql delete_membership{
    "DELETE FROM memberships WHERE group_position = $1 AND user_position = $2"};

std::optional<std::int64_t> position_of(sql::Session& session, OrganizationKey organization,
                                        const UserId& user) {
  const sql::Rows row = session.query(select_user_position, {user, organization});
  return row ? std::optional<std::int64_t>(row.integer(0)) : std::nullopt;
}

struct Member {
  std::int64_t position;
  UserId id;
};

Result<std::vector<Member>> members_of(sql::Session& session, OrganizationKey organization,
                                       std::span<const UserId> users) {
  std::vector<Member> members;
  members.reserve(users.size());
  for (const UserId& user : users) {
    const auto position = position_of(session, organization, user);
    if (!position) {
      return Error(Fault::invalid_value,
                   "The member " + user.str() + " is no user of this organization.");
    }
    members.push_back({*position, user});
  }
  return members;
}

/// Members of the group that are not in `wanted`, which is in order of position.
std::vector<Member> surplus(sql::Session& session, std::int64_t group,
                            const std::vector<Member>& wanted) {
  std::vector<std::int64_t> positions;
  for (sql::Rows row = session.query(select_member_positions, {group}); row; row.next()) {
    const std::int64_t position = row.integer(0);
    if (!std::ranges::binary_search(wanted, position, {}, &Member::position)) {
      positions.push_back(position);
    }
  }
  std::vector<Member> members;
  for (const std::int64_t position : positions) {
    const sql::Rows row = session.query(select_user_id, {position});
    members.push_back({position, row.id<UserId>(0)});
  }
  return members;
}

}  // namespace

std::vector<GroupMember> Groups::members(const Group& group, std::int64_t after,
                                         std::size_t limit) {
  std::vector<GroupMember> members;
  sql::Rows row = transaction_.session().query(
      select_members, {group.position, after, static_cast<std::int64_t>(limit)});
  for (; row; row.next()) {
    members.push_back({.user = row.id<UserId>(1),
                       .position = row.integer(0),
                       .display_name = row.text(2),
                       .origin = static_cast<Origin>(row.integer(3)),
                       .since = row.timestamp(4)});
  }
  return members;
}

std::int64_t Groups::member_count(const Group& group) {
  const sql::Rows row = transaction_.session().query(select_member_count, {group.position});
  return row ? row.integer(0) : 0;
}

Result<std::size_t> Groups::add_members(const Group& group, std::span<const UserId> users,
                                        Origin origin) {
  sql::Session& session = transaction_.session();
  TRY(const auto members, members_of(session, organization_, users));
  session.lock(sql::Resource::group, group.position);
  std::vector<UserId> added;
  for (const Member& member : members) {
    if (session.execute(insert_membership,
                        {group.position, member.position, static_cast<std::int64_t>(origin),
                         transaction_.now(), scim_connection_}) > 0) {
      added.push_back(member.id);
    }
  }
  if (!added.empty()) {
    note_group_change(transaction_, group.position, static_cast<std::int64_t>(added.size()));
    audit_members(transaction_, organization_, group.id, "group.user.added", added);
  }
  return added.size();
}

std::size_t Groups::remove_members(const Group& group, std::span<const UserId> users) {
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::group, group.position);
  std::vector<UserId> removed;
  for (const UserId& user : users) {
    const auto position = position_of(session, organization_, user);
    if (position && session.execute(delete_membership, {group.position, *position}) > 0) {
      removed.push_back(user);
    }
  }
  if (!removed.empty()) {
    note_group_change(transaction_, group.position, -static_cast<std::int64_t>(removed.size()));
    audit_members(transaction_, organization_, group.id, "group.user.removed", removed);
  }
  return removed.size();
}

Result<std::size_t> Groups::replace_members(const Group& group, std::span<const UserId> users,
                                            Origin origin) {
  sql::Session& session = transaction_.session();
  TRY(auto wanted, members_of(session, organization_, users));
  std::ranges::sort(wanted, {}, &Member::position);
  session.lock(sql::Resource::group, group.position);
  std::vector<UserId> unwanted;
  for (const Member& member : surplus(session, group.position, wanted)) {
    unwanted.push_back(member.id);
  }
  const std::size_t removed = remove_members(group, unwanted);
  TRY(const std::size_t added, add_members(group, users, origin));
  return removed + added;
}

}  // namespace rollcall
