#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/group_change.h"
#include "gateway/directory/group_rows.h"
#include "gateway/directory/groups.h"
#include "gateway/directory/membership_rules.h"
#include "gateway/directory/transaction.h"

// How groups come under SCIM and leave it (spec/access 3.3e; product.md "SCIM DELETE of a group").

namespace rollcall {
namespace {

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view one_group =
    " FROM groups g JOIN group_documents d ON d.position = g.position "
    "LEFT JOIN group_external_ids e ON e.group_position = g.position AND e.scim_connection = $3 "
    "WHERE g.organization = $1 AND g.name_key = $2";
constexpr sql::Sql select_by_name{sql::joined<pick, group_columns, one_group>};

constexpr sql::Sql select_any_unlinked{
    "SELECT 1 FROM unlinked_groups WHERE scim_connection = $1 LIMIT 1"};
constexpr sql::Sql insert_unlinked{
    "INSERT INTO unlinked_groups (scim_connection, group_position) VALUES ($1, $2) "
    "ON CONFLICT DO NOTHING"};
constexpr sql::Sql delete_unlinked{
    "DELETE FROM unlinked_groups WHERE scim_connection = $1 AND group_position = $2"};
constexpr sql::Sql release_group{"UPDATE groups SET scim_managed = 0 WHERE position = $1"};
constexpr sql::Sql delete_external_id{
    "DELETE FROM group_external_ids WHERE group_position = $1 AND scim_connection = $2"};
constexpr sql::Sql select_members_of_scim{
    "SELECT u.id FROM memberships m JOIN users u ON u.position = m.user_position "
    "WHERE m.group_position = $1 AND m.origin = $2 ORDER BY m.user_position"};

}  // namespace

std::optional<ScimConnectionKey> Groups::unlinked_by() {
  if (!scim_connection_) return std::nullopt;
  if (!any_unlinked_) {
    const sql::Rows row = transaction_.session().query(select_any_unlinked, {scim_connection_});
    any_unlinked_ = static_cast<bool>(row);
  }
  return *any_unlinked_ ? scim_connection_ : std::nullopt;
}

Result<Group> Groups::link(GroupProfile profile) {
  sql::Session& session = transaction_.session();
  std::optional<Group> found;
  if (const sql::Rows row = session.query(
          select_by_name, {organization_, fold(profile.display_name), scim_connection_})) {
    found = group_of(row);
  }
  if (!found) return group_name_taken();
  const bool hidden = session.execute(delete_unlinked, {scim_connection_, found->position}) > 0;
  if (found->scim_managed && !hidden) return group_name_taken();
  any_unlinked_.reset();
  TRY(Group linked, update(*found, std::move(profile)));
  // Whoever unlinked it may do so again, whatever made it.
  linked.adopted = true;
  return linked;
}

Result<> Groups::unlink(const Group& group) {
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::group, group.position);
  std::vector<UserId> users;
  for (sql::Rows row = session.query(select_members_of_scim,
                                     {group.position, static_cast<std::int64_t>(Origin::scim)});
       row; row.next()) {
    users.push_back(row.id<UserId>(0));
  }
  CHECK_OK(remove_members(group, users));
  note_group_change(transaction_, group.position, 0);
  session.execute(release_group, {group.position});
  session.execute(delete_external_id, {group.position, scim_connection_});
  session.execute(insert_unlinked, {scim_connection_, group.position});
  any_unlinked_ = true;
  transaction_.audit(organization_)
      .append(
          "group.changed", "group/" + group.id.str(),
          json::write(json::Object{{"before", json::Object{{"scim_managed", group.scim_managed}}},
                                   {"after", json::Object{{"scim_managed", false}}},
                                   {"reason", "unlinked by the SCIM connection"}}));
  return {};
}

}  // namespace rollcall
