#include "gateway/admin/user_access.h"

#include "gateway/admin/show.h"

namespace rollcall::admin {
namespace {

/// A person is in fewer groups; the list of one answer has an end.
constexpr std::size_t most_groups = 1000;

}  // namespace

json::Object UserAccess::of(const User& user) {
  json::Array groups;
  json::Array roles;
  for (const Grant& grant : context_.grants().of({SubjectKind::user, user.position})) {
    roles.push_back(to_json(grant));
  }
  for (const Membership& membership : memberships_of(user)) {
    const GroupGrants& group = grants_of(membership);
    json::Object shown = group.reference;
    shown.append("origin", name(membership.origin));
    shown.append("since", format_timestamp(membership.since));
    groups.push_back(std::move(shown));
    for (const Grant& grant : group.grants) {
      json::Object role = to_json(grant);
      role.append("group", group.reference);
      roles.push_back(std::move(role));
    }
  }
  return {{"groups", std::move(groups)}, {"roles", std::move(roles)}};
}

std::vector<Membership> UserAccess::memberships_of(const User& user) {
  return context_.groups().memberships_of(user, 0, most_groups);
}

const UserAccess::GroupGrants& UserAccess::grants_of(const Membership& membership) {
  const auto known = groups_.find(membership.group);
  if (known != groups_.end()) return known->second;
  GroupGrants read{reference(membership.group.str(), membership.group_name), {}};
  if (const auto group = context_.groups().get(membership.group)) {
    read.grants = context_.grants().of({SubjectKind::group, group->position});
  }
  return groups_.emplace(membership.group, std::move(read)).first->second;
}

}  // namespace rollcall::admin
