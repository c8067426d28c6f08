#pragma once

#include "gateway/base/id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollcall {

struct GroupProfile {
  /// Unique in the organization under fold().
  std::string display_name;
  std::optional<std::string> external_id;
  /// As UserProfile::document; never holds members.
  std::string document;
  std::vector<std::string> schemas;
};

/// What becomes of rows that people added when a sign-in reconciles a managed group. Stored as a
/// number.
enum class ManualMembers { reconcile, keep };

/// What an admin decides of a group beside its name.
struct GroupOptions {
  bool assign_by_default = false;
  ManualMembers manual_members = ManualMembers::reconcile;
  friend bool operator==(const GroupOptions&, const GroupOptions&) = default;
};

struct Group {
  GroupId id;
  std::int64_t position;
  GroupProfile profile;
  bool scim_managed = false;
  std::int64_t version;
  Timestamp created;
  Timestamp modified;
  GroupOptions options = {};
  /// Made here and linked by SCIM later: a SCIM DELETE unlinks it (product.md).
  bool adopted = false;
};

/// As UserSelection.
struct GroupSelection {
  std::optional<ScimConnectionKey> scim_connection;
  std::optional<GroupId> id;
  std::optional<std::string> display_name;
  std::optional<std::string> external_id;
  std::optional<UserId> member;
  std::optional<Timestamp> modified_since;

  bool unconstrained() const {
    return !id && !display_name && !external_id && !member && !modified_since;
  }
};

/// Stored as a number: new enumerators go to the end.
enum class Origin { manual, sso, scim, default_ };

/// One membership row seen from its group.
struct GroupMember {
  UserId user;
  std::int64_t position;
  std::string display_name;
  Origin origin;
  Timestamp since;
};

/// One membership row with what made it.
struct Membership {
  GroupId group;
  std::string group_name;
  UserId user;
  std::string user_name;
  /// For the next page: the user's in a list of a group, the group's in a list of a user.
  std::int64_t position;
  Origin origin;
  Timestamp since;
  /// Id of the SCIM connection that made it, if one did.
  std::optional<std::string> scim_connection;
  /// Id of the sign-in connection and the rule that made it, where known.
  std::optional<std::string> connection;
  std::optional<std::string> rule;
};

/// What a change of memberships by hand did.
struct MembershipChange {
  std::size_t added = 0;
  std::size_t removed = 0;
  /// Sentences for whoever made it: who will overwrite it.
  std::vector<std::string> warnings;
};

/// One membership row seen from its user.
struct UserGroup {
  GroupId group;
  std::string display_name;
};

}  // namespace rollcall
