#include "gateway/admin/apply_work.h"
#include "scim/resource.h"

#include <array>
#include <unordered_set>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

/// The SCIM resource that the declaration makes of `current` (an empty object for a new user). What
/// the declaration does not state stays.
json::Object declared_document(const DeclaredUser& declared, json::Object current) {
  current.set("userName", declared.login());
  if (declared.given_name || declared.family_name) {
    const json::Value* old = current.find("name");
    json::Object name = old && old->object() ? *old->object() : json::Object{};
    const json::Object before = name;
    if (declared.given_name) name.set("givenName", *declared.given_name);
    if (declared.family_name) name.set("familyName", *declared.family_name);
    if (!(name == before)) name.erase("formatted");
    current.set("name", std::move(name));
  }
  if (declared.display_name) current.set("displayName", *declared.display_name);
  if (declared.active) current.set("active", *declared.active);
  return current;
}

/// The e-mail address becomes the only one, unless it is the primary one already.
void declare_email(const DeclaredUser& declared, const std::vector<std::string>& present,
                   json::Object& document) {
  if (!declared.email || (!present.empty() && present.front() == *declared.email)) return;
  document.set("emails", json::Array{json::Object{
                             {"value", *declared.email}, {"type", "work"}, {"primary", true}}});
}

std::string changes(const json::Object& before, const json::Object& after) {
  constexpr std::array<std::array<const char*, 2>, 5> keys{{{"userName", "user_name"},
                                                            {"name", "name"},
                                                            {"displayName", "display_name"},
                                                            {"emails", "email"},
                                                            {"active", "active"}}};
  std::string text;
  for (const auto& [attribute, key] : keys) {
    const json::Value* old = before.find(attribute);
    const json::Value* now = after.find(attribute);
    const bool same = old && now ? *old == *now : old == now;
    if (!same) text += (text.empty() ? "" : ", ") + std::string(key);
  }
  return text;
}

/// Who the declaration means: the user it once made, else whoever has its userName or, alone, its
/// e-mail address, unless another declaration made that one.
std::optional<User> find_user(Users& users, const DeclaredUser& declared) {
  if (auto found = users.find_declared(declared.id)) return found;
  UserSelection by_name;
  by_name.user_name = declared.login();
  auto found = users.list(by_name, 0, 1);
  if (found.empty() && declared.email) {
    UserSelection by_email;
    by_email.email = declared.email;
    found = users.list(by_email, 0, 2);
  }
  if (found.size() != 1) return std::nullopt;
  User& user = found.front();
  if (user.declared_id && !user.scim_managed) return std::nullopt;
  return std::move(user);
}

/// Who is declared is loaded as somebody who exists already: without mail and default groups.
NewUser loaded(const DeclaredUser& declared) {
  return {.declared_id = declared.id,
          .license = declared.license,
          .default_groups = false,
          .notify = false};
}

/// The licence as declared; one who is deactivated has none.
void apply_license(ApplyWork& work, Users& users, const DeclaredUser& declared, const User& user) {
  if (!declared.license || declared.license == user.license ||
      user.state == UserState::deactivated) {
    return;
  }
  if (user.scim_managed) {
    work.plan.kept.push_back({"user", declared.id, scim_managed});
    return;
  }
  work.people.watch(user);
  if (const auto saved = users.set_license(user, *declared.license); !saved) {
    return work.refuse(declared.line, "user \"" + declared.id + "\"", saved.error());
  }
  work.plan.changed.push_back({"user", declared.id, "license"});
}

void remember(ApplyWork& work, const std::string& declared_id, const User& user, bool added) {
  work.users.insert_or_assign(
      declared_id,
      ApplyWork::KnownUser{user.id, user.position, added, user.state == UserState::deactivated});
}

void apply_user(ApplyWork& work, Users& users, const DeclaredUser& declared) {
  const auto current = find_user(users, declared);
  if (current) remember(work, declared.id, *current, false);
  const json::Object before = current ? scim::user_document(*current, "") : json::Object{};
  json::Object after = declared_document(declared, before);
  declare_email(declared, current ? current->profile.emails : std::vector<std::string>{}, after);
  const std::string changed = current ? changes(before, after) : "";
  if (current && changed.empty()) return apply_license(work, users, declared, *current);
  if (current && current->scim_managed) {
    work.plan.kept.push_back({"user", declared.id, scim_managed});
    return;
  }
  auto profile = scim::read_user(json::Value(std::move(after)), scim::quirks_of(ScimMode::lenient));
  const std::string item = "user \"" + declared.id + "\"";
  if (!profile) return work.refuse(declared.line, item, profile.error());
  if (current) work.people.watch(*current);
  const auto saved = current ? users.update(*current, *std::move(profile))
                             : users.add(*std::move(profile), loaded(declared));
  if (!saved) return work.refuse(declared.line, item, saved.error());
  if (!current) work.people.watch_new(*saved);
  remember(work, declared.id, *saved, !current);
  auto& list = current ? work.plan.changed : work.plan.added;
  list.push_back({"user", declared.id, changed});
  if (current) apply_license(work, users, declared, *saved);
}

/// Gives how many users SCIM does not manage.
std::int64_t remove_undeclared(ApplyWork& work, Users& users,
                               const std::vector<DeclaredUser>& declared) {
  std::int64_t unmanaged = 0;
  std::unordered_set<std::string> ids;
  for (const DeclaredUser& user : declared) ids.insert(user.id);
  std::int64_t position = 0;
  for (auto list = users.list_unmanaged(position, page); !list.empty();
       list = users.list_unmanaged(position, page)) {
    position = list.back().position;
    unmanaged += static_cast<std::int64_t>(list.size());
    for (const User& user : list) {
      if (!user.declared_id || ids.contains(*user.declared_id)) continue;
      work.people.watch(user);
      const auto removed = users.remove(user.id);
      if (!removed) work.refuse(0, "user \"" + *user.declared_id + "\"", removed.error());
      work.plan.removed.push_back({"user", *user.declared_id, ""});
    }
  }
  return unmanaged;
}

}  // namespace

void apply_users(ApplyWork& work, const std::vector<DeclaredUser>& declared) {
  Users users = work.transaction.users(work.key());
  const std::int64_t all = users.count({});
  // First, so that what goes gives its name free.
  note_scim_managed(work, "user", all - remove_undeclared(work, users, declared));
  for (const DeclaredUser& user : declared) apply_user(work, users, user);
}

}  // namespace rollcall::admin
