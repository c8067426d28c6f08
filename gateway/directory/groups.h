#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/group.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rollcall {

class Transaction;

/// The groups of one organization and their membership rows, within one transaction; as Users.
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

  /// uniqueness if the displayName is taken (code "group_name_taken").
  Result<Group> add(GroupProfile profile);
  /// Writes only if something differs.
  Result<Group> update(const Group& current, GroupProfile profile);
  /// The row and its memberships.
  Result<> remove(const GroupId& id);

  /// Members behind `after` (a position), at most `limit`.
  std::vector<GroupMember> members(const Group& group, std::int64_t after, std::size_t limit);
  std::int64_t member_count(const Group& group);

  // Each gives the number of rows that changed. The first change of a transaction raises the
  // group's version; a row that is already as wanted is left untouched, whatever its origin.

  /// invalid_value naming the first id that is no user of the organization; nothing is added then.
  Result<std::size_t> add_members(const Group& group, std::span<const UserId> users, Origin origin);
  /// Ids that are no members are passed over.
  std::size_t remove_members(const Group& group, std::span<const UserId> users);
  /// The members become exactly `users`.
  Result<std::size_t> replace_members(const Group& group, std::span<const UserId> users,
                                      Origin origin);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
  std::optional<ScimConnectionKey> scim_connection_;
};

}  // namespace rollcall
