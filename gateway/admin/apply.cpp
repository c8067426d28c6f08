#include "gateway/admin/apply.h"

#include "gateway/admin/apply_work.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

bool names(const auto& declared, const std::string& id) {
  return std::any_of(declared.begin(), declared.end(),
                     [&](const auto& item) { return item.id == id; });
}

template <class Item>
const Item* find(const std::vector<Item>& items, const std::string& id) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

std::string changed_keys(const json::Object& before, const json::Object& after) {
  std::string keys;
  const auto add = [&](const std::string& key) { keys += (keys.empty() ? "" : ", ") + key; };
  for (const json::Member& member : after) {
    const json::Value* old = before.find(member.name);
    if (!old || !(*old == member.value)) add(member.name);
  }
  for (const json::Member& member : before) {
    if (!after.find(member.name)) add(member.name);
  }
  return keys;
}

void apply_connections(ApplyWork& work, const std::vector<DeclaredConnection>& declared) {
  Organizations organizations = work.transaction.organizations();
  const auto present = organizations.connections(work.organization.key);
  for (const Connection& connection : present) {
    if (names(declared, connection.id)) continue;
    if (auto done = organizations.remove_connection(work.organization.key, connection.id); !done) {
      work.problems.add(0, done.error().detail());
    }
    work.plan.removed.push_back({"connection", connection.id, ""});
  }
  for (const DeclaredConnection& wanted : declared) {
    const Connection* before = find(present, wanted.id);
    const json::Object settings = before ? stored_object(before->settings) : json::Object{};
    if (before && settings == wanted.settings) continue;
    auto done = organizations.put_connection(
        {work.organization.key, wanted.id, json::write(json::Value(wanted.settings))});
    if (!done) {
      work.refuse(wanted.line, "connection " + wanted.id, done.error());
    } else if (before) {
      work.plan.changed.push_back(
          {"connection", wanted.id, changed_keys(settings, wanted.settings)});
    } else {
      work.plan.added.push_back({"connection", wanted.id, ""});
    }
  }
}

json::Object summary(bool enabled, ScimMode mode, bool username_is_email, json::Object options) {
  options.set("enabled", enabled);
  options.set("mode", name(mode));
  options.set("username_is_email", username_is_email);
  return options;
}

void create_tokens(ApplyWork& work, const DeclaredScimConnection& wanted, ScimConnectionKey key) {
  if (wanted.tokens.empty()) return;
  Tokens tokens = work.transaction.tokens();
  const auto present = tokens.list(work.organization.key);
  for (const std::string& token_name : wanted.tokens) {
    const bool alive = std::any_of(present.begin(), present.end(), [&](const Token& token) {
      return token.scim_connection == key && token.name == token_name &&
             token.alive(work.transaction.now());
    });
    if (alive) continue;
    CreatedToken created =
        tokens.add({TokenKind::scim, work.organization.key, key, token_name, std::nullopt});
    work.plan.added.push_back({"token", wanted.id + "/" + token_name, ""});
    work.plan.created_tokens.push_back(
        {created.token.id.str(), wanted.id, token_name, std::move(created.secret)});
  }
}

void apply_scim_connection(ApplyWork& work, const DeclaredScimConnection& wanted,
                           const ScimConnection* before) {
  ScimConnection connection{before ? before->key : ScimConnectionKey(0),
                            work.organization.key,
                            work.organization.slug,
                            wanted.id,
                            wanted.enabled,
                            wanted.mode,
                            wanted.username_is_email,
                            json::write(json::Value(wanted.options))};
  const json::Object after =
      summary(wanted.enabled, wanted.mode, wanted.username_is_email, wanted.options);
  std::string keys;
  if (before) {
    keys = changed_keys(summary(before->enabled, before->mode, before->username_is_email,
                                stored_object(before->options)),
                        after);
  }
  if (!before || !keys.empty()) {
    auto stored = work.transaction.organizations().put_scim_connection(connection);
    if (!stored) return work.refuse(wanted.line, "SCIM connection " + wanted.id, stored.error());
    connection.key = stored->key;
    auto& list = before ? work.plan.changed : work.plan.added;
    list.push_back({"scim_connection", wanted.id, keys});
  }
  create_tokens(work, wanted, connection.key);
}

void apply_scim(ApplyWork& work, const std::vector<DeclaredScimConnection>& declared) {
  Organizations organizations = work.transaction.organizations();
  const auto present = organizations.scim_connections(work.organization.key);
  for (const ScimConnection& connection : present) {
    if (names(declared, connection.id)) continue;
    auto done = organizations.remove_scim_connection(work.organization.key, connection.id);
    if (!done) work.problems.add(0, done.error().detail());
    work.plan.removed.push_back({"scim_connection", connection.id, "its tokens are revoked"});
  }
  for (const DeclaredScimConnection& wanted : declared) {
    apply_scim_connection(work, wanted, find(present, wanted.id));
  }
}

void audit(ApplyWork& work) {
  if (work.plan.empty()) return;
  const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
  const json::Object detail{{"added", count(work.plan.added)},
                            {"changed", count(work.plan.changed)},
                            {"removed", count(work.plan.removed)}};
  work.transaction.audit(work.organization.key)
      .append("organization.applied", "organization/" + work.organization.slug,
              json::write(json::Value(detail)));
}

}  // namespace

json::Object stored_object(const std::string& text) {
  const auto value = json::parse(text);
  return value && value->object() ? *value->object() : json::Object{};
}

void ApplyWork::refuse(int line, const std::string& item, const Error& error) {
  problems.add(line, item + ": " + error.detail());
}

void note_scim_managed(ApplyWork& work, const char* kind, std::int64_t count) {
  if (count == 0) return;
  work.plan.kept.push_back({kind, "*", std::to_string(count) + " scim-managed, never removed"});
}

Plan apply(Transaction& transaction, const OrganizationFile& file, Problems& problems) {
  Plan plan;
  Organizations organizations = transaction.organizations();
  auto organization = organizations.get(file.slug);
  if (!organization) {
    organization = organizations.add(file.slug);
    plan.added.push_back({"organization", file.slug, ""});
  }
  if (!organization) {
    problems.add(file.line, "organization: " + organization.error().detail());
    return plan;
  }
  plan.organization = organization->slug;
  ApplyWork work{transaction, *organization, plan, problems, {}};
  if (file.connections) apply_connections(work, *file.connections);
  if (file.scim) apply_scim(work, *file.scim);
  if (file.users) apply_users(work, *file.users);
  if (file.groups) apply_groups(work, *file.groups);
  audit(work);
  return plan;
}

}  // namespace rollcall::admin
