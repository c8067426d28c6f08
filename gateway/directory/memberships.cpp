#include "gateway/directory/group_change.h"
#include "gateway/directory/groups.h"
#include "gateway/directory/membership_rules.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <stdexcept>

namespace rollcall {
namespace {

// Members first, then their users: PostgreSQL's planner otherwise merges from the first user on.
constexpr sql::Sql select_members{
    "SELECT m.user_position, u.id, u.display_name, m.origin, m.since FROM "
    "(SELECT user_position, origin, since FROM memberships WHERE group_position = $1 "
    "AND user_position > $2 ORDER BY user_position LIMIT $3) m "
    "JOIN users u ON u.position = m.user_position ORDER BY m.user_position"};
constexpr sql::Sql select_synced_members{
    "SELECT m.user_position, u.id, u.display_name, m.origin, m.since FROM memberships m "
    "CROSS JOIN users u WHERE m.group_position = $1 AND m.user_position > $2 "
    "AND u.position = m.user_position AND u.scim_managed = 1 ORDER BY m.user_position LIMIT $3"};
constexpr sql::Sql select_member_positions{
    "SELECT user_position FROM memberships WHERE group_position = $1 ORDER BY user_position"};
constexpr sql::Sql select_member_count{"SELECT members FROM groups WHERE position = $1"};
constexpr sql::Sql select_user_position{
    "SELECT position FROM users WHERE id = $1 AND organization = $2"};
constexpr sql::Sql select_user_id{"SELECT id, scim_managed FROM users WHERE position = $1"};
constexpr sql::Sql select_default_groups{
    "SELECT position, id FROM groups WHERE organization = $1 AND assign_by_default = 1 "
    "ORDER BY position"};
constexpr sql::Sql insert_membership{
    "INSERT INTO memberships (group_position, user_position, origin, since, scim_connection, rule) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};
constexpr sql::Sql delete_membership{
    "DELETE FROM memberships WHERE group_position = $1 AND user_position = $2"};

std::optional<std::int64_t> position_of(sql::Session& session, OrganizationKey organization,
                                        const UserId& user) {
  const sql::Rows row = session.query(select_user_position, {user, organization});
  return row ? std::optional<std::int64_t>(row.integer(0)) : std::nullopt;
}

/// The rule of memberships that every new user gets.
constexpr std::string_view default_rule = "assign_by_default";

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

/// Members of the group that are not in `wanted`, which is in order of position; of `synced` only
/// users that SCIM manages.
std::vector<UserId> surplus(sql::Session& session, std::int64_t group,
                            const std::vector<Member>& wanted, bool synced) {
  std::vector<std::int64_t> positions;
  for (sql::Rows row = session.query(select_member_positions, {group}); row; row.next()) {
    const std::int64_t position = row.integer(0);
    if (!std::ranges::binary_search(wanted, position, {}, &Member::position)) {
      positions.push_back(position);
    }
  }
  std::vector<UserId> users;
  for (const std::int64_t position : positions) {
    const sql::Rows row = session.query(select_user_id, {position});
    if (!synced || row.flag(1)) users.push_back(row.id<UserId>(0));
  }
  return users;
}

struct GroupRow {
  std::int64_t position;
  GroupId id;
};

std::vector<GroupRow> default_groups(sql::Session& session, OrganizationKey organization) {
  std::vector<GroupRow> groups;
  for (sql::Rows row = session.query(select_default_groups, {organization}); row; row.next()) {
    groups.push_back({row.integer(0), row.id<GroupId>(1)});
  }
  return groups;
}

void refuse_people(Door door) {
  if (door != Door::manual) return;
  throw std::logic_error("people change memberships through change_members()");
}

std::int64_t number(Origin origin) { return static_cast<std::int64_t>(origin); }

}  // namespace

std::vector<GroupMember> Groups::members(const Group& group, std::int64_t after,
                                         std::size_t limit) {
  const bool only_synced = scim_connection_ && !group.scim_managed;
  std::vector<GroupMember> members;
  sql::Rows row =
      transaction_.session().query(only_synced ? select_synced_members : select_members,
                                   {group.position, after, static_cast<std::int64_t>(limit)});
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
  refuse_people(door());
  if (!users.empty()) CHECK_OK(check_plan(group.profile.display_name));
  return insert_members(group, users, origin);
}

Result<std::size_t> Groups::remove_members(const Group& group, std::span<const UserId> users) {
  refuse_people(door());
  if (users.empty()) return 0;
  GroupAdminsKept admins(transaction_, organization_, group);
  const std::size_t removed = delete_members(group, users);
  CHECK_OK(admins.check(door()));
  return removed;
}

Result<std::size_t> Groups::replace_members(const Group& group, std::span<const UserId> users,
                                            Origin origin) {
  sql::Session& session = transaction_.session();
  TRY(auto wanted, members_of(session, organization_, users));
  std::ranges::sort(wanted, {}, &Member::position);
  session.lock(sql::Resource::group, group.position);
  const bool synced = scim_connection_.has_value();
  TRY(const std::size_t removed,
      remove_members(group, surplus(session, group.position, wanted, synced)));
  TRY(const std::size_t added, add_members(group, users, origin));
  return removed + added;
}

Result<std::size_t> Groups::insert_members(const Group& group, std::span<const UserId> users,
                                           Origin origin) {
  sql::Session& session = transaction_.session();
  TRY(const auto members, members_of(session, organization_, users));
  session.lock(sql::Resource::group, group.position);
  std::vector<UserId> added;
  for (const Member& member : members) {
    if (session.execute(insert_membership, {group.position, member.position, number(origin),
                                            transaction_.now(), scim_connection_, std::nullopt}) >
        0) {
      added.push_back(member.id);
      transaction_.access_changes().note_user(member.position);
    }
  }
  if (!added.empty()) {
    note_group_change(transaction_, group.position, static_cast<std::int64_t>(added.size()));
    audit_members(transaction_, organization_, group.id, "group.user.added", added);
  }
  return added.size();
}

std::size_t Groups::delete_members(const Group& group, std::span<const UserId> users) {
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::group, group.position);
  std::vector<UserId> removed;
  for (const UserId& user : users) {
    const auto position = position_of(session, organization_, user);
    if (position && session.execute(delete_membership, {group.position, *position}) > 0) {
      removed.push_back(user);
      transaction_.access_changes().note_user(*position);
    }
  }
  if (!removed.empty()) {
    note_group_change(transaction_, group.position, -static_cast<std::int64_t>(removed.size()));
    audit_members(transaction_, organization_, group.id, "group.user.removed", removed);
  }
  return removed.size();
}

void Groups::join_default_groups(const User& user) {
  sql::Session& session = transaction_.session();
  for (const GroupRow& group : default_groups(session, organization_)) {
    session.lock(sql::Resource::group, group.position);
    if (session.execute(insert_membership, {group.position, user.position, number(Origin::default_),
                                            transaction_.now(), scim_connection_, default_rule}) ==
        0) {
      continue;
    }
    transaction_.access_changes().note_user(user.position);
    note_group_change(transaction_, group.position, 1);
    audit_members(transaction_, organization_, group.id, "group.user.added", {user.id});
  }
}

}  // namespace rollcall
