#include "gateway/admin/apply_work.h"

#include <set>

namespace rollcall::admin {
namespace {

std::string changes(const CustomRole& before, const CustomRole& after) {
  const auto shown = [](const CustomRole& role) {
    const std::set<std::string> permissions(role.permissions.begin(), role.permissions.end());
    return json::Object{{"name", role.name},
                        {"description", role.description},
                        {"icon", role.icon},
                        {"level", name(role.level)},
                        {"based_on", role.based_on.value_or("")},
                        {"permissions", json::Array(permissions.begin(), permissions.end())}};
  };
  return changed_keys(shown(before), shown(after));
}

void put_role(ApplyWork& work, const DeclaredRole& declared, const CustomRole* before) {
  Roles roles = work.transaction.roles(work.key());
  const std::string item = "role " + declared.role.key;
  if (!before) {
    const auto added = roles.add(declared.role);
    if (!added) return work.refuse(declared.line, item, added.error());
    work.plan.added.push_back({"role", declared.role.key, ""});
    return;
  }
  const std::string changed = changes(*before, declared.role);
  if (changed.empty()) return;
  const auto updated = roles.update(declared.role);
  if (!updated) return work.refuse(declared.line, item, updated.error());
  work.plan.changed.push_back({"role", declared.role.key, changed});
}

}  // namespace

void put_roles(ApplyWork& work, const std::vector<DeclaredRole>& declared) {
  const auto present = work.transaction.roles(work.key()).custom();
  for (const DeclaredRole& wanted : declared) {
    put_role(work, wanted, find_by(present, &CustomRole::key, wanted.role.key));
  }
}

void remove_roles(ApplyWork& work, const std::vector<DeclaredRole>& declared) {
  Roles roles = work.transaction.roles(work.key());
  for (const CustomRole& role : roles.custom()) {
    const auto key_of = [](const DeclaredRole& item) { return item.role.key; };
    if (find_by(declared, key_of, role.key)) continue;
    const auto done = roles.remove(role.key);
    if (!done) work.refuse(0, "role " + role.key, done.error());
    work.plan.removed.push_back({"role", role.key, ""});
  }
}

}  // namespace rollcall::admin
