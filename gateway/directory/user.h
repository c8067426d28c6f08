#pragma once

#include "gateway/base/id.h"
#include "gateway/catalogue/license.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

// Stored as numbers: new enumerators go to the end.
enum class UserState { invited, active, deactivated };
enum class CreatedBy { manual, jit, scim };

/// What a writer states of a user; the directory derives the keys it searches by.
struct UserProfile {
  /// Stored as sent; unique in the organization under fold().
  std::string user_name;
  std::string display_name;
  bool active = true;
  /// All e-mail addresses, the primary one first.
  std::vector<std::string> emails;
  /// Client-owned, scoped to the SCIM connection that writes (RFC 7643 §3.1).
  std::optional<std::string> external_id;
  /// The members of the SCIM document that the client owns, as canonical JSON text without the
  /// outer braces and without id, externalId, groups, meta, schemas: spliced into replies unparsed.
  std::string document;
  /// Schema URNs of the document, the core one first.
  std::vector<std::string> schemas;
  /// Key of the licence type that the document asks for (F44); counts where SCIM controls licences.
  std::optional<std::string> license_type = std::nullopt;
};

/// The address that names the person: the first one, else a userName that has the form of one.
std::optional<std::string_view> primary_address(const UserProfile& profile);

struct User {
  UserId id;
  /// Row number: the order of listing, and the position for the next page.
  std::int64_t position;
  UserProfile profile;
  UserState state = UserState::active;
  CreatedBy created_by = CreatedBy::scim;
  bool scim_managed = false;
  /// Id in a declarative file, if it came from one.
  std::optional<std::string> declared_id;
  std::int64_t version;
  Timestamp created;
  Timestamp modified;
  /// None where licences are off.
  std::optional<License> license = std::nullopt;
  std::optional<Timestamp> last_sign_in = std::nullopt;
};

/// What a new user is beside its profile.
struct NewUser {
  CreatedBy created_by = CreatedBy::manual;
  /// A user whom a declarative file loads exists already, in the eyes of its author: SCIM being on
  /// does not refuse it.
  std::optional<std::string> declared_id = std::nullopt;
  /// Nothing: the default of the organization (spec/access 3.3c).
  std::optional<License> license = std::nullopt;
  /// In state invited until the address is confirmed.
  bool invited = false;
  /// Joins the groups that are assigned by default, where the policy says so.
  bool default_groups = true;
  /// Is told by mail, where the policy says so (S16). Who is invited hears of the invitation.
  bool notify = true;
};

/// Conditions that an index answers, all of which must hold. Text compares under fold(), externalId
/// to the byte and only within `scim_connection`.
struct UserSelection {
  std::optional<ScimConnectionKey> scim_connection;
  std::optional<UserId> id;
  std::optional<std::string> user_name;
  std::optional<std::string> external_id;
  std::optional<std::string> email;
  std::optional<bool> active;
  std::optional<Timestamp> modified_since;
  std::optional<GroupId> member_of;

  bool unconstrained() const {
    return !id && !user_name && !external_id && !email && !active && !modified_since && !member_of;
  }
};

/// What an admin looks for; conditions that are absent do not matter.
struct UserSearch {
  /// How the userName or an e-mail address begins, under fold().
  std::optional<std::string> prefix = std::nullopt;
  /// What the display name contains, under fold().
  std::optional<std::string> name = std::nullopt;
  std::optional<UserState> state = std::nullopt;
  std::optional<bool> scim_managed = std::nullopt;
  std::optional<License> license = std::nullopt;
  /// Who has not signed in since, or never did.
  std::optional<Timestamp> not_signed_in_since = std::nullopt;
};

struct FoundUsers {
  std::vector<User> users;
  /// The position to go on behind; nothing at the end.
  std::optional<std::int64_t> next;
};

}  // namespace rollcall
