#include "gateway/directory/groups.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/counters.h"
#include "gateway/directory/document_diff.h"
#include "gateway/directory/group_change.h"
#include "gateway/directory/group_rows.h"
#include "gateway/directory/membership_rules.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/packed.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view one_group =
    " FROM groups g JOIN group_documents d ON d.position = g.position "
    "LEFT JOIN group_external_ids e ON e.group_position = g.position AND e.scim_connection = $3 "
    "WHERE g.organization = $1 AND g.id = $2 AND NOT EXISTS (SELECT 1 FROM unlinked_groups x "
    "WHERE x.scim_connection = $3 AND x.group_position = g.position)";
constexpr sql::Sql select_group{sql::joined<pick, group_columns, one_group>};

constexpr sql::Sql insert_group{
    "INSERT INTO groups (id, organization, name, name_key, scim_managed, members, version, "
    "created, modified) VALUES ($1, $2, $3, $4, $5, 0, 1, $6, $6) "
    "ON CONFLICT DO NOTHING RETURNING position"};
constexpr sql::Sql update_group{
    "UPDATE groups SET name = $3, name_key = $4, scim_managed = $5, adopted = $6, "
    "version = version + $7, modified = $8 WHERE position = $1 AND organization = $2"};
constexpr sql::Sql update_options{
    "UPDATE groups SET assign_by_default = $2, manual_members = $3 WHERE position = $1"};
constexpr sql::Sql delete_group{"DELETE FROM groups WHERE position = $1"};

constexpr sql::Sql insert_document{
    "INSERT INTO group_documents (position, document, schemas) VALUES ($1, $2, $3)"};
constexpr sql::Sql update_document{
    "UPDATE group_documents SET document = $2, schemas = $3 WHERE position = $1"};
constexpr sql::Sql delete_document{"DELETE FROM group_documents WHERE position = $1"};

constexpr sql::Sql upsert_external_id{
    "INSERT INTO group_external_ids (group_position, scim_connection, external_id) "
    "VALUES ($1, $2, $3) ON CONFLICT (group_position, scim_connection) "
    "DO UPDATE SET external_id = excluded.external_id"};
constexpr sql::Sql delete_external_id{
    "DELETE FROM group_external_ids WHERE group_position = $1 AND scim_connection = $2"};
constexpr sql::Sql delete_external_ids{"DELETE FROM group_external_ids WHERE group_position = $1"};
constexpr sql::Sql delete_memberships{"DELETE FROM memberships WHERE group_position = $1"};
constexpr sql::Sql delete_unlinked{
    "DELETE FROM unlinked_groups WHERE group_position = $1 AND scim_connection IN "
    "(SELECT key FROM scim_connections WHERE organization = $2)"};

std::string object_of(const GroupId& id) { return "group/" + id.str(); }

bool same(const GroupProfile& a, const GroupProfile& b) {
  return a.display_name == b.display_name && a.external_id == b.external_id &&
         a.document == b.document && a.schemas == b.schemas;
}

/// What of `profile` differs from `other`; all of it without another.
json::Object shown(const GroupProfile& profile, const GroupProfile* other) {
  json::Object object;
  if (!other || profile.display_name != other->display_name) {
    object.append("display_name", profile.display_name);
  }
  if (!other || profile.external_id != other->external_id) {
    object.append("external_id", profile.external_id ? json::Value(*profile.external_id)
                                                     : json::Value(json::Null{}));
  }
  return object;
}

json::Object shown(const GroupOptions& options) {
  return {{"assign_by_default", options.assign_by_default},
          {"manual_members", options.manual_members == ManualMembers::keep ? "keep" : "reconcile"}};
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

Error group_name_taken() {
  return Error(Fault::uniqueness, "Another group has this displayName.")
      .with_code("group_name_taken");
}

Group group_of(const sql::Rows& row) {
  return {.id = row.id<GroupId>(1),
          .position = row.integer(0),
          .profile = {.display_name = row.text(2),
                      .external_id = row.optional_text(9),
                      .document = row.text(7),
                      .schemas = unpack(row.bytes(8))},
          .scim_managed = row.flag(3),
          .version = row.integer(4),
          .created = row.timestamp(5),
          .modified = row.timestamp(6),
          .options = {.assign_by_default = row.flag(10),
                      .manual_members = static_cast<ManualMembers>(row.integer(11))},
          .adopted = row.flag(12)};
}

Groups::Groups(Transaction& transaction, OrganizationKey organization,
               std::optional<ScimConnectionKey> scim_connection)
    : transaction_(transaction), organization_(organization), scim_connection_(scim_connection) {}

Result<Group> Groups::get(const GroupId& id) {
  const sql::Rows row =
      transaction_.session().query(select_group, {organization_, id, scim_connection_});
  if (!row) return Error(Fault::not_found, "There is no such group.");
  return group_of(row);
}

Result<Group> Groups::add(GroupProfile profile) {
  sql::Session& session = transaction_.session();
  CHECK_OK(check_plan(profile.display_name));
  if (!scim_connection_) profile.external_id.reset();
  Group group{.id = new_id<GroupId>(transaction_.now()),
              .position = 0,
              .profile = std::move(profile),
              .scim_managed = scim_connection_.has_value(),
              .version = 1,
              .created = transaction_.now(),
              .modified = transaction_.now()};
  if (const sql::Rows row = session.query(
          insert_group, {group.id, organization_, group.profile.display_name,
                         fold(group.profile.display_name), group.scim_managed, group.created})) {
    group.position = row.integer(0);
  } else {
    return scim_connection_ ? link(std::move(group.profile)) : group_name_taken();
  }
  // Members that follow in the same unit belong to version 1.
  transaction_.first_change_of_group(group.position);
  session.execute(insert_document,
                  {group.position, group.profile.document, pack(group.profile.schemas)});
  if (group.profile.external_id) {
    write_external_id(session, group.position, *scim_connection_, group.profile.external_id);
  }
  Counters(session, organization_, Counted::groups).added(group.position);
  transaction_.audit(organization_)
      .append("group.added", object_of(group.id),
              json::write(json::Object{{"after", shown(group.profile, nullptr)}}));
  return group;
}

Result<Group> Groups::update(const Group& current, GroupProfile profile) {
  sql::Session& session = transaction_.session();
  const GroupProfile& before = current.profile;
  if (!scim_connection_) profile.external_id = before.external_id;
  const bool adopts = scim_connection_ && !current.scim_managed;
  if (same(before, profile) && !adopts) return current;
  CHECK_OK(check_plan(profile.display_name));
  CHECK_OK(check_ours(current));
  session.lock(sql::Resource::group, current.position);
  const bool raise = transaction_.first_change_of_group(current.position);
  const auto changed = session.execute_unique(
      update_group,
      {current.position, organization_, profile.display_name, fold(profile.display_name),
       current.scim_managed || adopts, current.adopted || adopts, raise, transaction_.now()});
  if (!changed) return group_name_taken();
  if (*changed == 0) return Error(Fault::not_found, "There is no such group.");
  if (profile.document != before.document || profile.schemas != before.schemas) {
    session.execute(update_document, {current.position, profile.document, pack(profile.schemas)});
  }
  if (profile.external_id != before.external_id) {
    write_external_id(session, current.position, *scim_connection_, profile.external_id);
  }
  json::Array names;
  for (std::string& name : changed_members(before.document, profile.document)) {
    names.emplace_back(std::move(name));
  }
  transaction_.audit(organization_)
      .append("group.changed", object_of(current.id),
              json::write(json::Object{{"before", shown(before, &profile)},
                                       {"after", shown(profile, &before)},
                                       {"attributes", std::move(names)}}));
  return get(current.id);
}

Result<Group> Groups::set_options(const Group& current, const GroupOptions& options) {
  if (options == current.options) return current;
  CHECK_OK(check_plan(current.profile.display_name));
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::group, current.position);
  session.execute(update_options, {current.position, options.assign_by_default,
                                   static_cast<std::int64_t>(options.manual_members)});
  note_group_change(transaction_, current.position, 0);
  transaction_.audit(organization_)
      .append(
          "group.changed", object_of(current.id),
          json::write(json::Object{{"before", shown(current.options)}, {"after", shown(options)}}));
  return get(current.id);
}

Result<> Groups::remove(const GroupId& id) {
  TRY(const Group group, get(id));
  if (!scim_connection_) {
    CHECK_OK(check_ours(group));
    return erase(group);
  }
  // What was made here, or decides at sign-in, is not the IdP's to destroy (product.md).
  const bool stays =
      group.adopted || !group.scim_managed || transaction_.mappings(organization_).managed(group);
  return stays ? unlink(group) : erase(group);
}

Result<> Groups::erase(const Group& group) {
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::group, group.position);
  GroupAdminsKept admins(transaction_, organization_, group);
  transaction_.mappings(organization_).remove_all_of(group);
  transaction_.grants(organization_).remove_all_of({SubjectKind::group, group.position});
  const std::int64_t members = session.execute(delete_memberships, {group.position});
  session.execute(delete_external_ids, {group.position});
  session.execute(delete_unlinked, {group.position, organization_});
  session.execute(delete_document, {group.position});
  session.execute(delete_group, {group.position});
  Counters(session, organization_, Counted::groups).removed(group.position);
  transaction_.access_changes().note_shared();
  json::Object before = shown(group.profile, nullptr);
  before.append("members", members);
  transaction_.audit(organization_)
      .append("group.removed", object_of(group.id),
              json::write(json::Object{{"before", std::move(before)}}));
  return admins.check(door());
}

Door Groups::door() const { return door_of(transaction_, scim_connection_); }

Result<> Groups::check_plan(std::string_view name) const {
  const Organization& organization = transaction_.organization(organization_);
  if (scim_connection_) CHECK_OK(require(organization, Feature::scim));
  return check_plan_has(organization, name);
}

Result<> Groups::check_ours(const Group& group) const {
  if (!group.scim_managed || door() != Door::manual) return {};
  if (manual_groups(transaction_, organization_) != ManualGroups::refused) return {};
  return scim_decides();
}

}  // namespace rollcall
