#include "gateway/admin/apply_work.h"
#include "gateway/admin/connection_writes.h"

namespace rollcall::admin {
namespace {

json::Object summary(bool enabled, ScimMode mode, bool username_is_email, json::Object options) {
  options.set("enabled", enabled);
  options.set("mode", name(mode));
  options.set("username_is_email", username_is_email);
  return options;
}

void create_scim_tokens(ApplyWork& work, const DeclaredScimConnection& wanted,
                        ScimConnectionKey key) {
  if (wanted.tokens.empty()) return;
  auto present = work.transaction.tokens().list(work.key());
  std::erase_if(present, [&](const Token& token) { return token.scim_connection != key; });
  NewToken token;
  token.kind = TokenKind::scim;
  token.organization = work.key();
  token.scim_connection = key;
  create_tokens(work, wanted.tokens, present, token, wanted.line, wanted.id);
}

void apply_scim_connection(ApplyWork& work, const DeclaredScimConnection& wanted,
                           const ScimConnection* before) {
  ScimConnection connection{before ? before->key : ScimConnectionKey(0),
                            work.key(),
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
  create_scim_tokens(work, wanted, connection.key);
}

void apply_connection(ApplyWork& work, const DeclaredConnection& wanted, const Connection* before) {
  const auto secrets =
      put_sign_in_connection(work.transaction, work.keys, work.key(), wanted, StatedBy::operator_);
  if (!secrets) return work.refuse(wanted.line, "connection " + wanted.id, secrets.error());
  if (!before) {
    work.plan.added.push_back({"connection", wanted.id, ""});
    return;
  }
  std::string keys = changed_keys(stored_object(before->settings), wanted.settings);
  for (const std::string& secret : *secrets) keys += (keys.empty() ? "" : ", ") + secret;
  if (!keys.empty()) work.plan.changed.push_back({"connection", wanted.id, keys});
}

}  // namespace

void apply_connections(ApplyWork& work, const std::vector<DeclaredConnection>& declared) {
  Organizations organizations = work.transaction.organizations();
  const auto present = organizations.connections(work.key());
  for (const Connection& connection : present) {
    if (find_by(declared, &DeclaredConnection::id, connection.id)) continue;
    if (auto done = organizations.remove_connection(work.key(), connection.id); !done) {
      work.refuse(0, "connection " + connection.id, done.error());
    }
    work.plan.removed.push_back({"connection", connection.id, ""});
  }
  for (const DeclaredConnection& wanted : declared) {
    apply_connection(work, wanted, find_by(present, &Connection::id, wanted.id));
  }
}

void apply_scim(ApplyWork& work, const std::vector<DeclaredScimConnection>& declared) {
  Organizations organizations = work.transaction.organizations();
  const auto present = organizations.scim_connections(work.key());
  for (const ScimConnection& connection : present) {
    if (find_by(declared, &DeclaredScimConnection::id, connection.id)) continue;
    auto done = organizations.remove_scim_connection(work.key(), connection.id);
    if (!done) work.refuse(0, "SCIM connection " + connection.id, done.error());
    work.plan.removed.push_back({"scim_connection", connection.id, "its tokens are revoked"});
  }
  for (const DeclaredScimConnection& wanted : declared) {
    apply_scim_connection(work, wanted, find_by(present, &ScimConnection::id, wanted.id));
  }
}

}  // namespace rollcall::admin
