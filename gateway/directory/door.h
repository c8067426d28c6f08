#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <optional>

namespace rollcall {

class Transaction;

/// How a change of people comes in (spec/access 3.3). manual: admin API, command line, apply.
/// system: the gateway itself, settling what somebody was asked before.
enum class Door { manual, scim, sign_in, system };
/// `scim_connection`: whose repository the change is made with.
Door door_of(const Transaction& transaction,
             const std::optional<ScimConnectionKey>& scim_connection);

/// What the enabled SCIM connections of an organization together claim (3.3e).
struct ScimHold {
  bool enabled = false;
  bool manual_users = true;
  bool controls_license = false;

  /// True if people must not touch the users that SCIM manages, nor add any (S7).
  bool closes_users() const { return enabled && !manual_users; }
};
ScimHold scim_hold(Transaction& transaction, OrganizationKey organization);

/// That an organization keeps an admin. Made before a change that may take one, asked after it.
class AdminsKept {
 public:
  AdminsKept(Transaction& transaction, OrganizationKey organization);
  /// conflict with code "last_admin" if the change took the last one; what a SCIM connection does
  /// is honoured and "organization.no_admin" is audited (X13).
  Result<> check(Door door);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
  std::size_t before_;
};

}  // namespace rollcall
