#pragma once

#include "gateway/directory/door.h"
#include "gateway/directory/user.h"

#include <optional>
#include <string_view>

namespace rollcall {

/// What starts and ends with a user's having a seat (spec/access 3.3c, 3.3d, 3.3f); for Users.
class UserLifecycle {
 public:
  UserLifecycle(Transaction& transaction, OrganizationKey organization,
                std::optional<ScimConnectionKey> scim_connection)
      : transaction_(transaction), organization_(organization), scim_connection_(scim_connection) {}

  /// The licence of a user who starts: what SCIM controls, else `wanted`, else developer (F43);
  /// none where licences are off.
  Result<std::optional<License>> first_license(const UserProfile& profile,
                                               std::optional<License> wanted);
  /// The licence of `current` once it is as `next` but for that.
  Result<std::optional<License>> license_after(const User& current, const User& next);

  /// Reserves what `next` needs before it frees what `current` has; either may be nobody.
  Result<> move_seat(const User* current, const User* next);
  /// Audits that `next` has another licence than `current`.
  void audit_license(const User* current, const User& next);

  /// Default roles and groups of a user who has a seat from now on, as the policy says.
  struct Start {
    /// False where it is known that there are none to have roles on.
    bool deployments = true;
    bool default_groups = true;
  };
  void start(const User& user, const Start& given);
  /// Takes sessions, tokens, own grants, open links and memberships. Whoever is only deactivated
  /// keeps the memberships that SCIM made and the identities at IdPs.
  enum class Ending { deactivated, removed };
  void end(const User& user, Ending ending);

 private:
  /// What the profile asks for, where the connection decides licences.
  Result<std::optional<License>> requested(const UserProfile& profile);

  Transaction& transaction_;
  OrganizationKey organization_;
  std::optional<ScimConnectionKey> scim_connection_;
};

/// Whether the user counts against the seats (3.3d).
inline bool has_seat(const User& user) { return user.state != UserState::deactivated; }

}  // namespace rollcall
