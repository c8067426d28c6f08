#include "gateway/directory/users.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/counters.h"
#include "gateway/directory/document_diff.h"
#include "gateway/directory/group_change.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/packed.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_rows.h"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view one_user =
    " FROM users u JOIN user_documents d ON d.position = u.position "
    "LEFT JOIN user_external_ids e ON e.user_position = u.position AND e.scim_connection = $3 "
    "WHERE u.organization = $1 AND u.id = $2";
constexpr sql::Sql select_user{sql::joined<pick, user_columns, one_user>};

constexpr sql::Sql insert_user{
    "INSERT INTO users (id, organization, user_name, user_name_key, display_name, state, "
    "created_by, scim_managed, declared_id, version, created, modified) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10) "
    "ON CONFLICT DO NOTHING RETURNING position"};
constexpr sql::Sql update_user{
    "UPDATE users SET user_name = $3, user_name_key = $4, display_name = $5, state = $6, "
    "scim_managed = $7, version = version + 1, modified = $8 "
    "WHERE position = $1 AND organization = $2"};
constexpr sql::Sql delete_user{"DELETE FROM users WHERE position = $1"};
constexpr sql::Sql select_declared_id{
    "SELECT 1 FROM users WHERE organization = $1 AND declared_id = $2"};

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

constexpr sql::Sql select_groups{
    "SELECT g.id, g.name, g.position FROM memberships m JOIN groups g ON "
    "g.position = m.group_position WHERE m.user_position = $1 ORDER BY m.group_position"};
constexpr sql::Sql delete_memberships{"DELETE FROM memberships WHERE user_position = $1"};

static_assert(static_cast<int>(UserState::deactivated) == 2, "the schema and statements say 2");

Error name_taken() {
  return Error(Fault::uniqueness, "Another user has this userName.").with_code("user_name_taken");
}

std::string object_of(const UserId& id) { return "user/" + id.str(); }

bool same(const UserProfile& a, const UserProfile& b) {
  return a.user_name == b.user_name && a.display_name == b.display_name && a.active == b.active &&
         a.emails == b.emails && a.external_id == b.external_id && a.document == b.document &&
         a.schemas == b.schemas;
}

UserState next_state(UserState current, bool active) {
  if (!active) return UserState::deactivated;
  return current == UserState::deactivated ? UserState::active : current;
}

std::vector<std::string> email_keys(const UserProfile& profile) {
  std::vector<std::string> keys;
  for (const std::string& email : profile.emails) keys.push_back(fold(email));
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

json::Value shown(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value(json::Null{});
}

json::Value shown(const std::vector<std::string>& texts) {
  return json::Array(texts.begin(), texts.end());
}

/// What of `profile` differs from `other`; all of it without another.
json::Object shown(const UserProfile& profile, const UserProfile* other) {
  json::Object object;
  if (!other || profile.user_name != other->user_name) {
    object.append("user_name", profile.user_name);
  }
  if (!other || profile.display_name != other->display_name) {
    object.append("display_name", profile.display_name);
  }
  if (!other || profile.active != other->active) object.append("active", profile.active);
  if (!other || profile.emails != other->emails) object.append("emails", shown(profile.emails));
  if (!other || profile.external_id != other->external_id) {
    object.append("external_id", shown(profile.external_id));
  }
  return object;
}

void write_external_id(sql::Session& session, std::int64_t position, ScimConnectionKey connection,
                       const std::optional<std::string>& external_id) {
  if (external_id) {
    session.execute(upsert_external_id, {position, connection, *external_id});
  } else {
    session.execute(delete_external_id, {position, connection});
  }
}

}  // namespace

User user_of(const sql::Rows& row) {
  const auto state = static_cast<UserState>(row.integer(4));
  return {.id = row.id<UserId>(1),
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
          .modified = row.timestamp(10)};
}

Users::Users(Transaction& transaction, OrganizationKey organization,
             std::optional<ScimConnectionKey> scim_connection)
    : transaction_(transaction), organization_(organization), scim_connection_(scim_connection) {}

Result<User> Users::get(const UserId& id) {
  const sql::Rows row =
      transaction_.session().query(select_user, {organization_, id, scim_connection_});
  if (!row) return Error(Fault::not_found, "There is no such user.");
  return user_of(row);
}

std::vector<UserGroup> Users::groups_of(const User& user) {
  std::vector<UserGroup> groups;
  sql::Rows row = transaction_.session().query(select_groups, {user.position});
  for (; row; row.next()) groups.push_back({row.id<GroupId>(0), row.text(1)});
  return groups;
}

Result<User> Users::add(UserProfile profile, CreatedBy created_by,
                        std::optional<std::string> declared_id) {
  sql::Session& session = transaction_.session();
  if (!scim_connection_) profile.external_id.reset();
  User user{.id = new_id<UserId>(transaction_.now()),
            .position = 0,
            .profile = std::move(profile),
            .state = UserState::active,
            .created_by = created_by,
            .scim_managed = scim_connection_.has_value(),
            .declared_id = std::move(declared_id),
            .version = 1,
            .created = transaction_.now(),
            .modified = transaction_.now()};
  user.state = next_state(user.state, user.profile.active);
  if (user.declared_id && session.query(select_declared_id, {organization_, *user.declared_id})) {
    return Error(Fault::uniqueness, "Another user has this declared id.");
  }
  if (const sql::Rows row =
          session.query(insert_user, {user.id, organization_, user.profile.user_name,
                                      fold(user.profile.user_name), user.profile.display_name,
                                      static_cast<std::int64_t>(user.state),
                                      static_cast<std::int64_t>(user.created_by), user.scim_managed,
                                      user.declared_id, user.created})) {
    user.position = row.integer(0);
  } else {
    return name_taken();
  }
  session.execute(insert_document, {user.position, user.profile.document,
                                    pack(user.profile.schemas), pack(user.profile.emails)});
  for (const std::string& key : email_keys(user.profile)) {
    session.execute(insert_email, {organization_, key, user.position});
  }
  if (user.profile.external_id) {
    write_external_id(session, user.position, *scim_connection_, user.profile.external_id);
  }
  Counters(session, organization_, Counted::users).added(user.position);
  transaction_.audit(organization_)
      .append("user.added", object_of(user.id),
              json::write(json::Object{{"after", shown(user.profile, nullptr)}}));
  return user;
}

Result<User> Users::update(const User& current, UserProfile profile) {
  sql::Session& session = transaction_.session();
  if (!scim_connection_) profile.external_id = current.profile.external_id;
  const bool scim_managed = current.scim_managed || scim_connection_;
  if (same(current.profile, profile) && scim_managed == current.scim_managed) return current;
  session.lock(sql::Resource::user, current.position);
  const UserState state = next_state(current.state, profile.active);
  const auto changed = session.execute_unique(
      update_user,
      {current.position, organization_, profile.user_name, fold(profile.user_name),
       profile.display_name, static_cast<std::int64_t>(state), scim_managed, transaction_.now()});
  if (!changed) return name_taken();
  if (*changed == 0) return Error(Fault::not_found, "There is no such user.");
  write_details(current, profile);
  json::Object detail{{"before", shown(current.profile, &profile)},
                      {"after", shown(profile, &current.profile)}};
  detail.append("attributes", shown(changed_members(current.profile.document, profile.document)));
  transaction_.audit(organization_)
      .append("user.changed", object_of(current.id), json::write(detail));
  User updated = current;
  updated.profile = std::move(profile);
  updated.state = state;
  updated.scim_managed = scim_managed;
  ++updated.version;
  updated.modified = transaction_.now();
  return updated;
}

void Users::write_details(const User& current, const UserProfile& profile) {
  sql::Session& session = transaction_.session();
  const UserProfile& before = current.profile;
  if (profile.document != before.document || profile.schemas != before.schemas ||
      profile.emails != before.emails) {
    session.execute(update_document, {current.position, profile.document, pack(profile.schemas),
                                      pack(profile.emails)});
  }
  if (profile.emails != before.emails) {
    const std::vector<std::string> old_keys = email_keys(before);
    const std::vector<std::string> new_keys = email_keys(profile);
    for (const std::string& key : old_keys) {
      if (std::ranges::binary_search(new_keys, key)) continue;
      session.execute(delete_email, {organization_, key, current.position});
    }
    for (const std::string& key : new_keys) {
      if (std::ranges::binary_search(old_keys, key)) continue;
      session.execute(insert_email, {organization_, key, current.position});
    }
  }
  if (profile.external_id != before.external_id) {
    write_external_id(session, current.position, *scim_connection_, profile.external_id);
  }
}

Result<> Users::remove(const UserId& id) {
  TRY(const User user, get(id));
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::user, user.position);
  std::vector<std::pair<GroupId, std::int64_t>> groups;
  for (sql::Rows row = session.query(select_groups, {user.position}); row; row.next()) {
    groups.emplace_back(row.id<GroupId>(0), row.integer(2));
  }
  session.execute(delete_memberships, {user.position});
  for (const auto& [group, position] : groups) {
    note_group_change(transaction_, position, -1);
    audit_members(transaction_, organization_, group, "group.user.removed", {user.id});
  }
  for (const std::string& key : email_keys(user.profile)) {
    session.execute(delete_email, {organization_, key, user.position});
  }
  session.execute(delete_external_ids, {user.position});
  session.execute(delete_document, {user.position});
  session.execute(delete_user, {user.position});
  Counters(session, organization_, Counted::users).removed(user.position);
  transaction_.audit(organization_)
      .append("user.removed", object_of(user.id),
              json::write(json::Object{{"before", shown(user.profile, nullptr)}}));
  return {};
}

}  // namespace rollcall
