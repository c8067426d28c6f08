#include "gateway/admin/apply_members.h"

#include <set>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

struct MemberChange {
  std::vector<UserId> added;
  std::vector<std::string> added_names;
  std::vector<UserId> removed;

  bool empty() const { return added.empty() && removed.empty(); }
};

struct Declared {
  MemberNames::Member member;
  std::string reference;
};

/// The declared members in order, each once.
std::vector<Declared> find_members(ApplyWork& work, const DeclaredGroup& declared,
                                   MemberNames& names) {
  std::vector<Declared> members;
  std::set<UserId> seen;
  for (const std::string& reference : *declared.members) {
    const auto member = names.find(reference);
    if (!member) {
      work.problems.add(declared.line, "group \"" + declared.name + "\": the member \"" +
                                           reference + "\" is no user of the organization");
    } else if (seen.insert(member->id).second) {
      members.push_back({*member, reference});
    }
  }
  return members;
}

/// What is to change; whom it concerns is watched.
MemberChange compare(ApplyWork& work, const Group& group, const std::vector<Declared>& wanted) {
  std::set<UserId> wanted_ids;
  for (const Declared& item : wanted) wanted_ids.insert(item.member.id);
  MemberChange change;
  std::set<UserId> present;
  Groups groups = work.transaction.groups(work.key());
  std::int64_t position = 0;
  for (auto list = groups.members(group, position, page); !list.empty();
       list = groups.members(group, position, page)) {
    position = list.back().position;
    for (const GroupMember& member : list) {
      present.insert(member.user);
      const bool own = member.origin == Origin::manual || member.origin == Origin::default_;
      if (!own || wanted_ids.contains(member.user)) continue;
      change.removed.push_back(member.user);
      if (!group.scim_managed) work.people.watch(member.user, member.position);
    }
  }
  for (const auto& [member, reference] : wanted) {
    if (present.contains(member.id)) continue;
    change.added.push_back(member.id);
    change.added_names.push_back(reference);
    if (!group.scim_managed) work.people.watch(member.id, member.position);
  }
  return change;
}

}  // namespace

MemberNames::MemberNames(ApplyWork& work) : users_(work.transaction.users(work.key())) {
  for (const auto& [id, user] : work.users) members_.emplace(id, Member{user.id, user.position});
}

std::optional<MemberNames::Member> MemberNames::find(const std::string& reference) {
  const auto [known, added] = members_.try_emplace(reference);
  if (added) known->second = look_up(reference);
  return known->second;
}

std::optional<MemberNames::Member> MemberNames::look_up(const std::string& reference) {
  if (const auto declared = users_.find_declared(reference)) {
    return Member{declared->id, declared->position};
  }
  UserSelection by_name;
  by_name.user_name = reference;
  UserSelection by_email;
  by_email.email = reference;
  for (const UserSelection& selection : {by_name, by_email}) {
    const auto found = users_.list(selection, 0, 2);
    if (found.size() == 1) return Member{found.front().id, found.front().position};
  }
  return std::nullopt;
}

void apply_members(ApplyWork& work, const Group& group, const DeclaredGroup& declared,
                   MemberNames& names) {
  if (!declared.members) return;
  const MemberChange change = compare(work, group, find_members(work, declared, names));
  if (change.empty()) return;
  if (group.scim_managed) {
    work.plan.kept.push_back({"group", declared.name, scim_managed});
    return;
  }
  Groups groups = work.transaction.groups(work.key());
  if (const auto done = groups.change_members(group, change.added, change.removed); !done) {
    return work.refuse(declared.line, "group \"" + declared.name + "\"", done.error());
  }
  for (const std::string& reference : change.added_names) {
    work.plan.added.push_back({"membership", declared.name + "/" + reference, ""});
  }
  Users users = work.transaction.users(work.key());
  for (const UserId& id : change.removed) {
    const auto user = users.get(id);
    const std::string name = user ? user->declared_id.value_or(user->profile.user_name) : id.str();
    work.plan.removed.push_back({"membership", declared.name + "/" + name, ""});
  }
}

}  // namespace rollcall::admin
