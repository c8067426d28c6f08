#pragma once

#include "gateway/access/admin_right.h"
#include "gateway/access/rights.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/role.h"

#include <optional>
#include <string_view>

namespace rollcall::admin {

/// What the caller of one call may do: everything as the operator, what their rights say as a
/// person or service user of one organization.
class Authority {
 public:
  /// The operator's.
  Authority() = default;
  Authority(const access::Principal& principal, access::RightsPtr rights)
      : principal_(principal), rights_(std::move(rights)) {}

  bool is_operator() const { return !principal_; }
  const std::optional<access::Principal>& principal() const { return principal_; }
  /// Whether the caller is this very user.
  bool is_user(std::int64_t position) const;
  bool is_service_user(std::int64_t position) const;

  /// In the organization as a whole.
  bool may(access::AdminRight right) const;
  /// forbidden, naming what it takes, unless they may.
  Result<> need(access::AdminRight right) const;
  /// forbidden for anyone but the operator of the instance.
  Result<> need_operator() const;
  /// The right, or the permission (a key of either vocabulary) on this scope.
  Result<> need_on(access::AdminRight right, std::string_view permission, const Scope& scope) const;
  /// To change what a group may do on a scope with this role: manage_grants; else the right on the
  /// very scope, which a deployment's admin has there (F6, S5), and all that the role allows.
  Result<> need_group_grant(const Role& role, const Scope& scope) const;
  /// manage_grants, or all that the role allows, on the scope or organization-wide.
  Result<> need_to_hand_on(const Role& role, const Scope& scope) const;
  /// unauthenticated if the caller was deactivated, forbidden ("ip_rule") if its organization does
  /// not let this address in (F60).
  Result<> check_admitted(std::string_view address) const;

 private:
  bool holds(Permission permission) const;
  bool holds(Permission permission, const Scope& scope) const;

  std::optional<access::Principal> principal_;
  access::RightsPtr rights_;
};

}  // namespace rollcall::admin
