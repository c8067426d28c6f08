#include "gateway/admin/authority.h"

#include <algorithm>
#include <string>

namespace rollcall::admin {
namespace {

using access::AdminRight;

bool is(const std::optional<access::Principal>& principal, SubjectKind kind,
        std::int64_t position) {
  return principal && principal->kind == kind && principal->position == position;
}

/// Either vocabulary's permission to change what groups may do on one scope.
constexpr std::string_view grant_permissions[] = {"teams.grant", "permissions:W"};

}  // namespace

bool Authority::is_user(std::int64_t position) const {
  return is(principal_, SubjectKind::user, position);
}

bool Authority::is_service_user(std::int64_t position) const {
  return is(principal_, SubjectKind::service_user, position);
}

bool Authority::holds(Permission permission) const { return rights_->holds(permission); }

bool Authority::holds(Permission permission, const Scope& scope) const {
  return rights_->decide({permission, scope}).allowed;
}

bool Authority::may(AdminRight right) const {
  if (is_operator()) return true;
  const auto list = access::permissions_of(right);
  return std::ranges::any_of(list, [&](Permission permission) { return holds(permission); });
}

Result<> Authority::need(AdminRight right) const {
  if (may(right)) return {};
  std::string sentence = "This takes one of these permissions:";
  for (const Permission permission : access::permissions_of(right)) {
    sentence.append(" ").append(permission.key());
  }
  return Error(Fault::forbidden, sentence + ".");
}

Result<> Authority::need_on(AdminRight right, std::string_view permission,
                            const Scope& scope) const {
  if (may(right)) return {};
  const auto known = Permission::find(permission);
  return known && holds(*known, scope) ? Result<>() : need(right);
}

Result<> Authority::need_operator() const {
  if (is_operator()) return {};
  return Error(Fault::forbidden, "Only the operator of the instance may do this.");
}

Result<> Authority::need_group_grant(const Role& role, const Scope& scope) const {
  if (may(AdminRight::manage_grants)) return {};
  const bool decides_there = std::ranges::any_of(grant_permissions, [&](std::string_view key) {
    const auto permission = Permission::find(key);
    return permission && holds(*permission, scope);
  });
  if (!decides_there) return need(AdminRight::manage_grants);
  return need_to_hand_on(role, scope);
}

Result<> Authority::need_to_hand_on(const Role& role, const Scope& scope) const {
  if (may(AdminRight::manage_grants)) return {};
  const PermissionSet given = role.permissions | role.environment_permissions;
  for (std::size_t i = 0; i < permissions().size(); ++i) {
    const Permission permission(i);
    if (!given.test(i) || holds(permission, scope) || holds(permission)) continue;
    return Error(Fault::forbidden, "The role \"" + role.key + "\" allows more than you may: " +
                                       std::string(permission.key()) + ".");
  }
  return {};
}

Result<> Authority::check_admitted(std::string_view address) const {
  if (is_operator()) return {};
  switch (rights_->decide({std::nullopt, Scope{}}, address).reason) {
    case access::Reason::deactivated:
      return Error(Fault::unauthenticated, "The owner of this token was deactivated.");
    case access::Reason::ip_rule:
      return Error(Fault::forbidden, "The organization does not accept calls from this address.")
          .with_code("ip_rule");
    case access::Reason::grant:
    case access::Reason::license:
    case access::Reason::default_:
    case access::Reason::no_grant:
      return {};
  }
  return {};
}

}  // namespace rollcall::admin
