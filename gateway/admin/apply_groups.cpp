#include "gateway/admin/apply_members.h"
#include "gateway/base/text.h"
#include "scim/resource.h"

#include <unordered_set>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

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

/// What an admin decides of a group, SCIM-managed or not.
void apply_options(ApplyWork& work, Groups& groups, const Group& group,
                   const DeclaredGroup& declared, bool added) {
  GroupOptions wanted = group.options;
  wanted.assign_by_default = declared.assign_by_default.value_or(wanted.assign_by_default);
  wanted.manual_members = declared.manual_members.value_or(wanted.manual_members);
  if (wanted == group.options) return;
  if (const auto saved = groups.set_options(group, wanted); !saved) {
    return work.refuse(declared.line, "group \"" + declared.name + "\"", saved.error());
  }
  if (added) return;
  const bool by_default = wanted.assign_by_default != group.options.assign_by_default;
  const bool manual = wanted.manual_members != group.options.manual_members;
  work.plan.changed.push_back({"group", declared.name,
                               std::string(by_default ? "assign_by_default" : "") +
                                   (by_default && manual ? ", " : "") +
                                   (manual ? "manual_members" : "")});
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
      work.people.watch_members(group);
      if (const auto removed = groups.remove(group.id); !removed) {
        work.refuse(0, "group \"" + name + "\"", removed.error());
      }
      work.plan.removed.push_back({"group", name, ""});
    }
  }
  return unmanaged;
}

}  // namespace

void apply_groups(ApplyWork& work, const std::vector<DeclaredGroup>& declared) {
  Groups groups = work.transaction.groups(work.key());
  const std::int64_t all = groups.count({});
  note_scim_managed(work, "group", all - remove_undeclared(work, groups, declared));
  MemberNames names(work);
  for (const DeclaredGroup& group : declared) {
    const std::size_t before = work.plan.added.size();
    const auto stored = put_group(work, groups, group);
    if (!stored) continue;
    apply_options(work, groups, *stored, group, work.plan.added.size() > before);
    apply_members(work, *stored, group, names);
    apply_mappings(work, *stored, group);
  }
}

}  // namespace rollcall::admin
