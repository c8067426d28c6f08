#include "gateway/directory/user_rows.h"

#include "gateway/base/text.h"
#include "gateway/directory/packed.h"

#include <algorithm>

namespace rollcall {
namespace {

// $12: an address that nobody may have; null, and the condition holds.
constexpr sql::Sql insert_user{
    "INSERT INTO users (id, organization, user_name, user_name_key, display_name, state, "
    "created_by, scim_managed, declared_id, version, created, modified, license) "
    "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, $11 WHERE NOT EXISTS "
    "(SELECT 1 FROM user_emails WHERE organization = $2 AND email_key = $12) "
    "ON CONFLICT DO NOTHING "
    "RETURNING position, EXISTS (SELECT 1 FROM deployments WHERE organization = $2)"};
constexpr sql::Sql update_user{
    "UPDATE users SET user_name = $3, user_name_key = $4, display_name = $5, state = $6, "
    "scim_managed = $7, version = version + 1, modified = $8, license = $9 "
    "WHERE position = $1 AND organization = $2"};
constexpr sql::Sql delete_user{"DELETE FROM users WHERE position = $1"};

constexpr sql::Sql insert_document{
    "INSERT INTO user_documents (position, document, schemas, emails) VALUES ($1, $2, $3, $4)"};
constexpr sql::Sql update_document{
    "UPDATE user_documents SET document = $2, schemas = $3, emails = $4 WHERE position = $1"};
constexpr sql::Sql delete_document{"DELETE FROM user_documents WHERE position = $1"};

constexpr sql::Sql insert_email{
    "INSERT INTO user_emails (organization, email_key, user_position) VALUES ($1, $2, $3)"};
constexpr sql::Sql delete_email{
    "DELETE FROM user_emails WHERE organization = $1 AND email_key = $2 AND user_position = $3"};

constexpr sql::Sql upsert_external_id{
    "INSERT INTO user_external_ids (user_position, scim_connection, external_id) "
    "VALUES ($1, $2, $3) ON CONFLICT (user_position, scim_connection) "
    "DO UPDATE SET external_id = excluded.external_id"};
constexpr sql::Sql delete_external_id{
    "DELETE FROM user_external_ids WHERE user_position = $1 AND scim_connection = $2"};
constexpr sql::Sql delete_external_ids{"DELETE FROM user_external_ids WHERE user_position = $1"};

static_assert(static_cast<int>(UserState::deactivated) == 2, "the schema and statements say 2");

std::vector<std::string> email_keys(const UserProfile& profile) {
  std::vector<std::string> keys;
  for (const std::string& email : profile.emails) keys.push_back(fold(email));
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

std::optional<std::int64_t> number(const std::optional<License>& license) {
  return license ? std::optional(static_cast<std::int64_t>(*license)) : std::nullopt;
}

std::string_view name(UserState state) {
  switch (state) {
    case UserState::invited:
      return "invited";
    case UserState::active:
      return "active";
    case UserState::deactivated:
      return "deactivated";
  }
  return "";
}

json::Value shown(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value(json::Null{});
}

}  // namespace

User user_of(const sql::Rows& row) {
  const auto state = static_cast<UserState>(row.integer(4));
  User user{.id = row.id<UserId>(1),
            .position = row.integer(0),
            .profile = {.user_name = row.text(2),
                        .display_name = row.text(3),
                        .active = state != UserState::deactivated,
                        .emails = unpack(row.bytes(13)),
                        .external_id = row.optional_text(14),
                        .document = row.text(11),
                        .schemas = unpack(row.bytes(12))},
            .state = state,
            .created_by = static_cast<CreatedBy>(row.integer(5)),
            .scim_managed = row.flag(6),
            .declared_id = row.optional_text(7),
            .version = row.integer(8),
            .created = row.timestamp(9),
            .modified = row.timestamp(10),
            .last_sign_in = row.optional_timestamp(16)};
  if (!row.null(15)) user.license = static_cast<License>(row.integer(15));
  return user;
}

std::optional<std::string_view> primary_address(const UserProfile& profile) {
  if (!profile.emails.empty()) return profile.emails.front();
  if (profile.user_name.find('@') != std::string::npos) return profile.user_name;
  return std::nullopt;
}

std::string object_of(const UserId& id) { return "user/" + id.str(); }

json::Object shown(const User& user, const User* other) {
  const UserProfile& own = user.profile;
  const UserProfile* theirs = other ? &other->profile : nullptr;
  json::Object object;
  if (!other || own.user_name != theirs->user_name) object.append("user_name", own.user_name);
  if (!other || own.display_name != theirs->display_name) {
    object.append("display_name", own.display_name);
  }
  if (!other || own.active != theirs->active) object.append("active", own.active);
  if (!other || own.emails != theirs->emails) {
    object.append("emails", json::Array(own.emails.begin(), own.emails.end()));
  }
  if (!other || own.external_id != theirs->external_id) {
    object.append("external_id", shown(own.external_id));
  }
  // From invited to active: the other changes of state are those of active.
  if (other && user.state != other->state && own.active == theirs->active)
    object.append("state", name(user.state));
  if (other && user.scim_managed != other->scim_managed) {
    object.append("scim_managed", user.scim_managed);
  }
  return object;
}

std::optional<UserRows::Inserted> UserRows::insert(User& user,
                                                   const std::optional<std::string>& free_address) {
  Inserted inserted{};
  {
    const sql::Rows row = session_.query(
        insert_user, {user.id, organization_, user.profile.user_name, fold(user.profile.user_name),
                      user.profile.display_name, static_cast<std::int64_t>(user.state),
                      static_cast<std::int64_t>(user.created_by), user.scim_managed,
                      user.declared_id, user.created, number(user.license), free_address});
    if (!row) return std::nullopt;
    user.position = row.integer(0);
    inserted.deployments = row.flag(1);
  }
  session_.execute(insert_document, {user.position, user.profile.document,
                                     pack(user.profile.schemas), pack(user.profile.emails)});
  insert_emails(email_keys(user.profile), user.position);
  if (user.profile.external_id) write_external_id(user.position, user.profile.external_id);
  return inserted;
}

UserRows::Updated UserRows::update(const User& current, const User& next) {
  const UserProfile& before = current.profile;
  const UserProfile& after = next.profile;
  const auto changed = session_.execute_unique(
      update_user, {current.position, organization_, after.user_name, fold(after.user_name),
                    after.display_name, static_cast<std::int64_t>(next.state), next.scim_managed,
                    next.modified, number(next.license)});
  if (!changed) return Updated::name_taken;
  if (*changed == 0) return Updated::not_found;
  if (after.document != before.document || after.schemas != before.schemas ||
      after.emails != before.emails) {
    session_.execute(update_document,
                     {current.position, after.document, pack(after.schemas), pack(after.emails)});
  }
  if (after.emails != before.emails) update_emails(current, next);
  if (after.external_id != before.external_id) {
    write_external_id(current.position, after.external_id);
  }
  return Updated::done;
}

void UserRows::remove(const User& user) {
  for (const std::string& key : email_keys(user.profile)) {
    session_.execute(delete_email, {organization_, key, user.position});
  }
  session_.execute(delete_external_ids, {user.position});
  session_.execute(delete_document, {user.position});
  session_.execute(delete_user, {user.position});
}

void UserRows::insert_emails(const std::vector<std::string>& keys, std::int64_t position) {
  for (const std::string& key : keys) {
    session_.execute(insert_email, {organization_, key, position});
  }
}

void UserRows::update_emails(const User& current, const User& next) {
  const std::vector<std::string> old_keys = email_keys(current.profile);
  std::vector<std::string> new_keys = email_keys(next.profile);
  for (const std::string& key : old_keys) {
    if (std::ranges::binary_search(new_keys, key)) continue;
    session_.execute(delete_email, {organization_, key, current.position});
  }
  std::erase_if(new_keys,
                [&](const std::string& key) { return std::ranges::binary_search(old_keys, key); });
  insert_emails(new_keys, current.position);
}

void UserRows::write_external_id(std::int64_t position,
                                 const std::optional<std::string>& external_id) {
  if (!scim_connection_) return;
  if (external_id) {
    session_.execute(upsert_external_id, {position, *scim_connection_, *external_id});
  } else {
    session_.execute(delete_external_id, {position, *scim_connection_});
  }
}

}  // namespace rollcall
