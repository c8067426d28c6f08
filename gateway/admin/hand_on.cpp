#include "gateway/admin/hand_on.h"

#include "gateway/access/admin_right.h"

namespace rollcall::admin {
namespace {

using access::AdminRight;

/// A person is in fewer groups.
constexpr std::size_t most_groups = 1000;

Result<> check_own(Context& context, const Subject& subject) {
  for (const Grant& grant : context.grants().of(subject)) {
    const auto role = context.transaction().roles(context.key()).get(grant.role);
    if (role) CHECK_OK(context.authority().need_to_hand_on(*role, grant.scope));
  }
  return {};
}

}  // namespace

Result<> check_hands_on(Context& context, const Subject& subject) {
  if (context.authority().may(AdminRight::manage_grants)) return {};
  CHECK_OK(check_own(context, subject));
  if (subject.kind != SubjectKind::user) return {};
  for (const User& user : context.users().list({}, subject.position - 1, 1)) {
    for (const Membership& row : context.groups().memberships_of(user, 0, most_groups)) {
      TRY(const Group group, context.groups().get(row.group));
      CHECK_OK(check_own(context, {SubjectKind::group, group.position}));
    }
    if (user.license) CHECK_OK(check_hands_on(context, *user.license));
  }
  return {};
}

Result<> check_hands_on(Context& context, License license) {
  if (license != License::it || !context.organization().policy.licenses) return {};
  for (const std::string_view key : {"security_admin", "billing_admin"}) {
    CHECK_OK(context.authority().need_to_hand_on(*find_builtin_role(Preset::dbt, key), Scope{}));
  }
  return {};
}

Result<> check_hands_on(Context& context, const Role& before, const Role& after) {
  Role added = after;
  added.permissions &= ~before.permissions;
  added.environment_permissions &= ~before.environment_permissions;
  return context.authority().need_to_hand_on(added, Scope{});
}

}  // namespace rollcall::admin
