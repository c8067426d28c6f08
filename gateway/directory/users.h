#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/group.h"
#include "gateway/directory/user.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// The users of one organization within one transaction. Every change writes its audit rows; an id
/// of another organization is not found.
class Users {
 public:
  /// `scim_connection` is whose externalId is read and written; none for other doors.
  Users(Transaction& transaction, OrganizationKey organization,
        std::optional<ScimConnectionKey> scim_connection);

  /// not_found if absent.
  Result<User> get(const UserId& id);
  /// Rows behind `after` in order of position, at most `limit`.
  std::vector<User> list(const UserSelection& selection, std::int64_t after, std::size_t limit);
  /// Rows of a selection; a kept count when it is unconstrained. Skips no work for others: an index
  /// walk.
  std::int64_t count(const UserSelection& selection);
  /// Position of the row before the `offset`-th (0-based) of the selection: where list() goes on
  /// from.
  std::int64_t position_before(const UserSelection& selection, std::int64_t offset);
  std::vector<UserGroup> groups_of(const User& user);
  /// The user that a declarative file made under this id.
  std::optional<User> find_declared(std::string_view declared_id);
  /// As list(): those that SCIM does not manage, by an index of their own.
  std::vector<User> list_unmanaged(std::int64_t after, std::size_t limit);

  /// uniqueness if the userName is taken (code "user_name_taken").
  Result<User> add(UserProfile profile, CreatedBy created_by,
                   std::optional<std::string> declared_id = std::nullopt);
  /// `current` as read in this transaction. Writes only if something differs: version and modified
  /// stay otherwise. Turning active off or on changes the state; the first write through a SCIM
  /// connection makes the user SCIM-managed.
  Result<User> update(const User& current, UserProfile profile);
  /// The row, its memberships and its external ids; not_found if absent.
  Result<> remove(const UserId& id);

 private:
  /// Writes the document, the e-mail keys and the externalId where they differ.
  void write_details(const User& current, const UserProfile& profile);

  Transaction& transaction_;
  OrganizationKey organization_;
  std::optional<ScimConnectionKey> scim_connection_;
};

}  // namespace rollcall
