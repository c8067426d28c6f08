#pragma once

#include "gateway/base/id.h"
#include "gateway/catalogue/license.h"

#include <cstdint>
#include <optional>
#include <string>
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
};

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
  std::optional<std::string> declared_id = std::nullopt;
  /// Nothing: the default of the organization (spec/access 3.3c).
  std::optional<License> license = std::nullopt;
  /// In state invited until the address is confirmed.
  bool invited = false;
  /// Joins the groups that are assigned by default, where the policy says so.
  bool default_groups = true;
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

}  // namespace rollcall
