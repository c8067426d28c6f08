#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/door.h"
#include "gateway/directory/group.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;
struct User;

/// The groups of one organization and their membership rows, within one transaction; as Users.
///
/// What may be written depends on the door. By hand: creating, renaming and
/// adding members need a plan with the group (feature_not_in_plan: S18; F47, S60); a group that
/// SCIM manages is renamed and removed only where its enabled connection has manual_groups
/// (conflict, scim_enabled). Through SCIM the plan must have scim as well; groups it unlinked do
/// not exist for that connection, and the members of groups it does not manage are its own users
/// alone (F16).
class Groups {
 public:
  Groups(Transaction& transaction, OrganizationKey organization,
         std::optional<ScimConnectionKey> scim_connection);

  Result<Group> get(const GroupId& id);
  std::vector<Group> list(const GroupSelection& selection, std::int64_t after, std::size_t limit);
  std::int64_t count(const GroupSelection& selection);
  std::int64_t position_before(const GroupSelection& selection, std::int64_t offset);
  /// As list(): those that SCIM does not manage, by an index of their own.
  std::vector<Group> list_unmanaged(std::int64_t after, std::size_t limit);

  /// uniqueness if the displayName is taken (code "group_name_taken"). Through SCIM, a group of
  /// that name that SCIM does not manage, or that this connection unlinked, is linked instead
  /// (F57): it keeps its id, grants and mappings, and `adopted` is true in what this gives.
  Result<Group> add(GroupProfile profile);
  /// Writes only if something differs. The first write through SCIM adopts a group made here.
  Result<Group> update(const Group& current, GroupProfile profile);
  Result<Group> set_options(const Group& current, const GroupOptions& options);
  /// With its memberships, grants and mappings. By hand: last_admin if no admin is left. Through
  /// SCIM a group that was made here or has mappings is only unlinked (product.md).
  Result<> remove(const GroupId& id);

  /// Members behind `after` (a position), at most `limit`.
  std::vector<GroupMember> members(const Group& group, std::int64_t after, std::size_t limit);
  std::int64_t member_count(const Group& group);
  /// The same rows with where they come from.
  std::vector<Membership> memberships_of(const Group& group, std::int64_t after, std::size_t limit);
  std::vector<Membership> memberships_of(const User& user, std::int64_t after, std::size_t limit);

  /// By hand, all or nothing; who already is as wanted is passed over. Refused: invalid_value (an
  /// added id that is no user of the organization, an id in both lists), self_membership (the actor
  /// is among them and the policy forbids it, S87), scim_enabled (user and group are SCIM's, unless
  /// manual_groups), last_admin.
  Result<MembershipChange> change_members(const Group& group, std::span<const UserId> added,
                                          std::span<const UserId> removed);

  // For every door but people's (std::logic_error there): each gives the number of rows that
  // changed. The first change of a transaction raises the group's version; a row that is already as
  // wanted is left untouched, whatever its origin.

  /// invalid_value naming the first id that is no user of the organization; nothing is added then.
  Result<std::size_t> add_members(const Group& group, std::span<const UserId> users, Origin origin);
  /// Ids that are no members are passed over. A sign-in gets last_admin if no admin is left (X13).
  Result<std::size_t> remove_members(const Group& group, std::span<const UserId> users);
  /// The members become exactly `users`. Through SCIM only its own users are removed: of others the
  /// IdP cannot know (3.3e).
  Result<std::size_t> replace_members(const Group& group, std::span<const UserId> users,
                                      Origin origin);

  /// What a new user gets where the policy has default_groups (F45): memberships of origin default
  /// in the groups that are assigned by default.
  void join_default_groups(const User& user);

 private:
  /// Makes the group of this name the connection's, if it may be.
  Result<Group> link(GroupProfile profile);
  /// The reverse: takes SCIM's members out and hides the group from the connection.
  Result<> unlink(const Group& group);
  Result<> erase(const Group& group);
  Door door() const;
  /// Without any rule of doors.
  Result<std::size_t> insert_members(const Group& group, std::span<const UserId> users,
                                     Origin origin);
  std::size_t delete_members(const Group& group, std::span<const UserId> users);
  /// feature_not_in_plan unless the plan has the group, and scim if that is the door.
  Result<> check_plan(std::string_view name) const;
  /// scim_enabled if it is SCIM's and people may not change it.
  Result<> check_ours(const Group& group) const;
  /// The connection that reads, if there are groups that it unlinked.
  std::optional<ScimConnectionKey> unlinked_by();

  Transaction& transaction_;
  OrganizationKey organization_;
  std::optional<ScimConnectionKey> scim_connection_;
  std::optional<bool> any_unlinked_;
};

}  // namespace rollcall
