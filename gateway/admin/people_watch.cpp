#include "gateway/admin/people_watch.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

std::string shown_name(const User& user) {
  return user.declared_id.value_or(user.profile.user_name);
}

/// What of `has` is not in `other`, as holdings of one person.
template <class Held>
void add_difference(const std::string& user, const Held& has, const Held& other,
                    std::vector<Holding>& into) {
  const auto first = static_cast<std::ptrdiff_t>(into.size());
  for (const auto& [id, name] : has.groups) {
    if (!other.groups.contains(id)) into.push_back({user, name, "", "", ""});
  }
  // By name: ids of one millisecond are in no order that means anything.
  std::sort(into.begin() + first, into.end(),
            [](const Holding& a, const Holding& b) { return a.group < b.group; });
  for (const auto& role : has.roles) {
    if (!other.roles.contains(role)) into.push_back({user, "", role.first, role.second, ""});
  }
  if (has.license && has.license != other.license) {
    into.push_back({user, "", "", "", std::string(type_of(*has.license).key)});
  }
}

}  // namespace

bool PeopleWatch::admit(std::int64_t position) {
  if (listed_.contains(position)) return false;
  if (people_.size() < most) return listed_.insert(position).second;
  not_listed_.insert(position);
  return false;
}

void PeopleWatch::watch(const User& user) {
  if (admit(user.position)) people_.push_back({user.id, shown_name(user), held(user.id)});
}

void PeopleWatch::watch(const UserId& id, std::int64_t position) {
  if (!admit(position)) return;
  const auto user = transaction_.users(organization_).get(id);
  if (user) people_.push_back({id, shown_name(*user), held(id)});
}

void PeopleWatch::watch_new(const User& user) {
  if (admit(user.position)) people_.push_back({user.id, shown_name(user), {}});
}

void PeopleWatch::watch_position(std::int64_t position) {
  if (listed_.contains(position) || people_.size() == most) {
    admit(position);
    return;
  }
  const auto found = transaction_.users(organization_).list({}, position - 1, 1);
  if (!found.empty() && found.front().position == position) watch(found.front());
}

void PeopleWatch::watch_members(const Group& group) {
  Groups groups = transaction_.groups(organization_);
  std::int64_t position = 0;
  for (auto list = groups.members(group, position, page); !list.empty();
       list = groups.members(group, position, page)) {
    position = list.back().position;
    for (const GroupMember& member : list) watch(member.user, member.position);
  }
}

void PeopleWatch::watch_holders(const Scope& scope) {
  Grants grants = transaction_.grants(organization_);
  Groups groups = transaction_.groups(organization_);
  GrantSelection on_scope;
  on_scope.scope = scope;
  std::int64_t position = 0;
  for (auto list = grants.list(on_scope, position, page); !list.empty();
       list = grants.list(on_scope, position, page)) {
    position = list.back().position;
    for (const Grant& grant : list) {
      if (grant.subject.kind == SubjectKind::user) watch_position(grant.subject.position);
      if (grant.subject.kind != SubjectKind::group) continue;
      const auto found = groups.list({}, grant.subject.position - 1, 1);
      if (!found.empty()) watch_members(found.front());
    }
  }
}

void PeopleWatch::watch_everyone() {
  everyone_ = true;
  Users users = transaction_.users(organization_);
  std::int64_t position = 0;
  for (auto list = users.list({}, position, page); !list.empty() && people_.size() < most;
       list = users.list({}, position, page)) {
    position = list.back().position;
    for (const User& user : list) watch(user);
  }
}

void PeopleWatch::add_roles(const Subject& subject, Held& held) {
  for (const Grant& grant : transaction_.grants(organization_).of(subject)) {
    held.roles.emplace(grant.role, grant.scope.str());
  }
}

PeopleWatch::Held PeopleWatch::held(const UserId& id) {
  Held held;
  Users users = transaction_.users(organization_);
  Groups groups = transaction_.groups(organization_);
  const auto user = users.get(id);
  if (!user || user->state == UserState::deactivated) return held;
  held.license = user->license;
  for (const UserGroup& entry : users.groups_of(*user)) {
    held.groups.emplace(entry.group, entry.display_name);
    const auto group = groups.get(entry.group);
    if (group) add_roles({SubjectKind::group, group->position}, held);
  }
  if (transaction_.organization(organization_).policy.direct_user_grants) {
    add_roles({SubjectKind::user, user->position}, held);
  }
  return held;
}

void PeopleWatch::compare(Plan& plan) {
  for (const Person& person : people_) {
    const Held after = held(person.id);
    add_difference(person.name, after, person.before, plan.gains);
    add_difference(person.name, person.before, after, plan.loses);
  }
  plan.people_not_listed = not_listed_.size();
  if (!everyone_) return;
  const auto all = static_cast<std::size_t>(transaction_.users(organization_).count({}));
  plan.people_not_listed = std::max(not_listed_.size(), all - std::min(all, people_.size()));
}

}  // namespace rollcall::admin
