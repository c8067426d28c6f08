#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/group.h"
#include "gateway/directory/user.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// The users of one organization within one transaction. Every change writes its audit rows and
/// keeps the rules of spec/access 3.3; an id of another organization is not found. A user who is
/// invited or active holds one seat, and one licence where the policy has licences.
///
/// While SCIM is enabled without manual_users, a manual door (admin API, command line) is refused
/// what SCIM decides: conflict with code "scim_enabled".
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
  /// As list(), at most `limit`, after a look at no more than `most_rows`: may find fewer and say
  /// where to go on. A prefix that not more users share, a state but active and not SCIM-managed
  /// are led by an index.
  static constexpr std::size_t most_searched = 20'000;
  FoundUsers search(const UserSearch& wanted, std::int64_t after, std::size_t limit,
                    std::size_t most_rows = most_searched);

  /// A new user with a seat, a licence, default roles and groups, and its mail, as the policy says.
  /// Refused: uniqueness ("user_name_taken", "email_taken"), conflict ("scim_enabled",
  /// "seat_limit", "billing_seats"), invalid_value (a licence that is unknown or not to be had).
  /// Nothing is written then.
  Result<User> add(UserProfile profile, const NewUser& wanted);
  /// As add(), but a single user who is known by userName or primary address and not managed by
  /// SCIM becomes the one of `profile`, keeping id, grants and groups (F57).
  Result<User> add_or_link(UserProfile profile, const NewUser& wanted);
  /// `current` as read in this transaction. Writes only if something differs: version and modified
  /// stay otherwise. The first write through a SCIM connection makes the user SCIM-managed.
  ///
  /// Turning active off ends the sessions, revokes the tokens, frees seat and licence, and removes
  /// grants and the memberships that SCIM did not make; turning it on again is a new user's start
  /// (3.3f). Refused as add() does, and last_admin.
  ///
  /// Where the policy has verify_email_on_jit and mail is sent, the primary address of an active
  /// user stays, in the document too, until the new one is confirmed at a link that is sent to it
  /// (F57); the userName changes at once. An invited user is invited again at the new address.
  Result<User> update(const User& current, UserProfile profile);
  /// The address that its owner confirmed is the primary one from now on; the userName follows if
  /// it was the old one and SCIM does not decide it. uniqueness ("email_taken", "user_name_taken").
  Result<User> set_address(const User& current, const std::string& email);
  /// From invited to active; not audited by itself otherwise than as "user.changed".
  Result<User> activate(const User& current);
  /// Replaces the licence in one step (S54). Refused (conflict): "licenses_off",
  /// "user_deactivated", "license_controlled" (SCIM decides it), "seat_limit" (the old one stays,
  /// X8), "last_admin".
  Result<User> set_license(const User& current, License license);
  /// Neither audited nor a new version.
  void set_last_sign_in(const User& user, Timestamp at);
  /// The user with memberships, grants, confirmations, external ids and identities; sessions end,
  /// tokens are revoked, the seat is free, and a tombstone keeps the profile. not_found if absent;
  /// conflict: "scim_enabled", "last_admin". A SCIM connection may remove the last admin (X13).
  Result<> remove(const UserId& id);
  /// What whoever removes the user should know: connections through which it can come back (S30).
  std::vector<std::string> removal_warnings(const User& user);

 private:
  /// add() that takes `profile` only when it succeeds.
  Result<User> insert(UserProfile& profile, const NewUser& wanted);
  /// Writes what became of `current`, and what starts or ends with it.
  Result<User> write(const User& current, User next);
  /// Users who have the userName, or the primary address as theirs, of `profile`.
  std::vector<User> matches(const UserProfile& profile, bool by_name, bool by_address);
  /// Why `profile` cannot be anybody's but those whose it is; `self` is a position that may have
  /// it.
  Error taken(const UserProfile& profile, std::int64_t self);
  /// Others whose primary address it is, as far as it may not be shared: an IdP tells its users
  /// apart by userName (RFC 7643 §4.1.1), so that SCIM passes over those that are SCIM's.
  std::vector<User> rivals(const UserProfile& profile, std::int64_t self);
  /// email_taken if the primary address becomes one that is another user's.
  Result<> check_address(const User& current, const UserProfile& profile);
  /// Puts the primary address of `current` back into `next`, and asks at the new one, where that
  /// has to be confirmed first.
  Result<> hold_address(const User& current, User& next);

  Transaction& transaction_;
  OrganizationKey organization_;
  std::optional<ScimConnectionKey> scim_connection_;
};

}  // namespace rollcall
