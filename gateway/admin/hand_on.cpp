#include "gateway/admin/hand_on.h"

#include "gateway/access/admin_right.h"

namespace rollcall::admin {
namespace {

using access::AdminRight;

constexpr std::size_t page = 500;

Result<> check_own(Context& context, const Subject& subject) {
  for (const Grant& grant : context.grants().of(subject)) {
    const auto role = context.transaction().roles(context.key()).get(grant.role);
    if (role) CHECK_OK(context.authority().need_to_hand_on(*role, grant.scope));
  }
  return {};
}

Result<> check_groups(Context& context, const User& user) {
  Groups groups = context.groups();
  std::int64_t position = 0;
  for (auto list = groups.memberships_of(user, position, page); !list.empty();
       list = groups.memberships_of(user, position, page)) {
    position = list.back().position;
    for (const Membership& row : list) {
      CHECK_OK(check_own(context, {SubjectKind::group, row.position}));
    }
  }
  return {};
}

}  // namespace

Result<> check_hands_on(Context& context, const Subject& subject) {
  if (context.authority().may(AdminRight::manage_grants)) return {};
  CHECK_OK(check_own(context, subject));
  if (subject.kind != SubjectKind::user) return {};
  for (const User& user : context.users().list({}, subject.position - 1, 1)) {
    CHECK_OK(check_groups(context, user));
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
