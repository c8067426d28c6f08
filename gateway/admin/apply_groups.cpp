#include "gateway/admin/apply_work.h"
#include "gateway/base/text.h"
#include "scim/resource.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;
constexpr const char* scim_managed = "scim-managed";

/// Finds users by what a file calls them, each once: its own ids first.
class MemberNames {
 public:
  MemberNames(Users users, const std::unordered_map<std::string, UserId>& of_file)
      : users_(users), ids_(of_file.begin(), of_file.end()) {}

  std::optional<UserId> find(const std::string& reference) {
    const auto [known, added] = ids_.try_emplace(reference);
    if (added) known->second = look_up(reference);
    return known->second;
  }

 private:
  std::optional<UserId> look_up(const std::string& reference) {
    if (const auto declared = users_.find_declared(reference)) return declared->id;
    UserSelection by_name;
    by_name.user_name = reference;
    UserSelection by_email;
    by_email.email = reference;
    for (const UserSelection& selection : {by_name, by_email}) {
      const auto found = users_.list(selection, 0, 2);
      if (found.size() == 1) return found.front().id;
    }
    return std::nullopt;
  }

  Users users_;
  std::unordered_map<std::string, std::optional<UserId>> ids_;
};

struct MemberChange {
  std::vector<UserId> added;
  std::vector<std::string> added_names;
  std::vector<UserId> removed;
};

/// What makes the group's own rows those of the file; rows that SCIM or a sign-in made stay theirs.
MemberChange compare_members(ApplyWork& work, Groups& groups, const Group& group,
                             const DeclaredGroup& declared, MemberNames& names) {
  std::set<UserId> wanted;
  std::vector<std::pair<UserId, std::string>> order;
  for (const std::string& reference : *declared.members) {
    const auto user = names.find(reference);
    if (!user) {
      work.problems.add(declared.line, "group \"" + declared.name + "\": the member \"" +
                                           reference + "\" is no user of the organization");
    } else if (wanted.insert(*user).second) {
      order.emplace_back(*user, reference);
    }
  }
  MemberChange change;
  std::set<UserId> present;
  std::int64_t position = 0;
  for (auto list = groups.members(group, position, page); !list.empty();
       list = groups.members(group, position, page)) {
    position = list.back().position;
    for (const GroupMember& member : list) {
      present.insert(member.user);
      const bool own = member.origin == Origin::manual || member.origin == Origin::default_;
      if (own && !wanted.contains(member.user)) change.removed.push_back(member.user);
    }
  }
  for (const auto& [user, reference] : order) {
    if (present.contains(user)) continue;
    change.added.push_back(user);
    change.added_names.push_back(reference);
  }
  return change;
}

void apply_members(ApplyWork& work, Groups& groups, const Group& group,
                   const DeclaredGroup& declared, MemberNames& names) {
  if (!declared.members) return;
  const MemberChange change = compare_members(work, groups, group, declared, names);
  if (change.added.empty() && change.removed.empty()) return;
  if (group.scim_managed) {
    work.plan.kept.push_back({"group", declared.name, scim_managed});
    return;
  }
  if (auto added = groups.add_members(group, change.added, Origin::manual); !added) {
    return work.refuse(declared.line, "group \"" + declared.name + "\"", added.error());
  }
  groups.remove_members(group, change.removed);
  for (const std::string& reference : change.added_names) {
    work.plan.added.push_back({"membership", declared.name + "/" + reference, ""});
  }
  Users users = work.transaction.users(work.organization.key);
  for (const UserId& id : change.removed) {
    const auto user = users.get(id);
    const std::string name = user ? user->declared_id.value_or(user->profile.user_name) : id.str();
    work.plan.removed.push_back({"membership", declared.name + "/" + name, ""});
  }
}

/// The group as declared, but for its members; nothing if it cannot be had.
std::optional<Group> put_group(ApplyWork& work, Groups& groups, const DeclaredGroup& declared) {
  GroupSelection by_name;
  by_name.display_name = declared.name;
  const auto found = groups.list(by_name, 0, 1);
  const Group* current = found.empty() ? nullptr : &found.front();
  if (current && (current->scim_managed || current->profile.display_name == declared.name)) {
    return *current;
  }
  const std::string item = "group \"" + declared.name + "\"";
  json::Object document = current ? scim::group_document(*current, "") : json::Object{};
  document.set("displayName", declared.name);
  auto body =
      scim::read_group(json::Value(std::move(document)), scim::quirks_of(ScimMode::lenient));
  if (!body) {
    work.refuse(declared.line, item, body.error());
    return std::nullopt;
  }
  auto saved = current ? groups.update(*current, std::move(body->profile))
                       : groups.add(std::move(body->profile));
  if (!saved) {
    work.refuse(declared.line, item, saved.error());
    return std::nullopt;
  }
  auto& list = current ? work.plan.changed : work.plan.added;
  list.push_back({"group", declared.name, current ? "name" : ""});
  return *std::move(saved);
}

/// Gives how many groups SCIM does not manage.
std::int64_t remove_undeclared(ApplyWork& work, Groups& groups,
                               const std::vector<DeclaredGroup>& declared) {
  std::int64_t unmanaged = 0;
  std::unordered_set<std::string> names;
  for (const DeclaredGroup& group : declared) names.insert(fold(group.name));
  std::int64_t position = 0;
  for (auto list = groups.list_unmanaged(position, page); !list.empty();
       list = groups.list_unmanaged(position, page)) {
    position = list.back().position;
    unmanaged += static_cast<std::int64_t>(list.size());
    for (const Group& group : list) {
      const std::string& name = group.profile.display_name;
      if (names.contains(fold(name))) continue;
      if (auto removed = groups.remove(group.id); !removed) {
        work.problems.add(0, removed.error().detail());
      }
      work.plan.removed.push_back({"group", name, ""});
    }
  }
  return unmanaged;
}

}  // namespace

void apply_groups(ApplyWork& work, const std::vector<DeclaredGroup>& declared) {
  Groups groups = work.transaction.groups(work.organization.key);
  const std::int64_t all = groups.count({});
  note_scim_managed(work, "group", all - remove_undeclared(work, groups, declared));
  MemberNames names(work.transaction.users(work.organization.key), work.users);
  for (const DeclaredGroup& group : declared) {
    if (const auto stored = put_group(work, groups, group)) {
      apply_members(work, groups, *stored, group, names);
    }
  }
}

}  // namespace rollcall::admin
