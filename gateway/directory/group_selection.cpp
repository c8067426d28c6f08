#include "gateway/base/text.h"
#include "gateway/directory/counters.h"
#include "gateway/directory/group_rows.h"
#include "gateway/directory/selecting.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr std::string_view conditions =
    " AND (g.id = $5 OR $5 IS NULL)"
    " AND (g.name_key = $6 OR $6 IS NULL)"
    " AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM group_external_ids y WHERE "
    "y.group_position = g.position AND y.scim_connection = $4 AND y.external_id = $7))"
    " AND (CAST($8 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM memberships y WHERE "
    "y.group_position = g.position AND y.user_position = $8) AND (g.scim_managed = 1 OR $11 = 0))"
    " AND (g.modified >= $9 OR $9 IS NULL)"
    " AND (CAST($10 AS BIGINT) IS NULL OR NOT EXISTS (SELECT 1 FROM unlinked_groups y WHERE "
    "y.scim_connection = $10 AND y.group_position = g.position))"
    " AND g.organization = $1";
constexpr std::string_view documents =
    "JOIN group_documents d ON d.position = g.position "
    "LEFT JOIN group_external_ids e ON e.group_position = g.position AND e.scim_connection = $12 ";

// CROSS JOIN keeps SQLite's planner from starting at the other table.
constexpr std::string_view from_groups = "FROM groups g ";
constexpr std::string_view from_external_ids = "FROM group_external_ids x CROSS JOIN groups g ";
constexpr std::string_view from_memberships = "FROM memberships x CROSS JOIN groups g ";

constexpr std::string_view lead_all = "g.organization = $1";
constexpr std::string_view lead_id = "g.id = $5";
constexpr std::string_view lead_name = "g.organization = $1 AND g.name_key = $6";
constexpr std::string_view lead_external_id =
    "x.scim_connection = $4 AND x.external_id = $7 AND g.position = x.group_position";
constexpr std::string_view lead_member = "x.user_position = $8 AND g.position = x.group_position";
constexpr std::string_view lead_modified = "g.organization = $1 AND g.modified >= $9";

constexpr std::string_view own_position = "g.position";
constexpr std::string_view joined_position = "x.group_position";
constexpr std::string_view sorted_position = "g.position + 0";

template <const std::string_view& From, const std::string_view& Lead,
          const std::string_view& Position, const std::string_view& Order = Position>
constexpr selecting::Set led_by = selecting::set_of<
    selecting::Statements<group_columns, From, documents, Lead, conditions, Position, Order>>;

constexpr selecting::Set by_all = led_by<from_groups, lead_all, own_position>;
constexpr selecting::Set by_id = led_by<from_groups, lead_id, own_position>;
constexpr selecting::Set by_name = led_by<from_groups, lead_name, own_position>;
constexpr selecting::Set by_external_id =
    led_by<from_external_ids, lead_external_id, joined_position>;
constexpr selecting::Set by_member = led_by<from_memberships, lead_member, joined_position>;
constexpr selecting::Set by_modified =
    led_by<from_groups, lead_modified, own_position, sorted_position>;

constexpr sql::Sql select_user{
    "SELECT position, scim_managed FROM users WHERE id = $1 AND organization = $2"};
constexpr sql::Sql count_unlinked{
    "SELECT count(*) FROM unlinked_groups WHERE scim_connection = $1"};

/// Whose view of the groups it is.
struct Reader {
  std::optional<ScimConnectionKey> scim_connection;
  /// The connection again, if there are groups that it unlinked.
  std::optional<ScimConnectionKey> unlinked_by;
};

/// A selection with what it compares made ready, and the statements of the index that leads.
class Walk {
 public:
  Walk(sql::Session& session, OrganizationKey organization, const GroupSelection& selection,
       const Reader& reader)
      : session_(session), organization_(organization), selection_(selection), reader_(reader) {
    if (selection.display_name) name_key_ = fold(*selection.display_name);
    if (selection.member) {
      const sql::Rows row = session.query(select_user, {*selection.member, organization});
      user_ = row ? row.integer(0) : 0;
      unsynced_ = row && reader.scim_connection && !row.flag(1);
    }
  }

  sql::Rows list(std::int64_t after, std::int64_t limit) {
    return session_.query(lead().list,
                          {organization_, after, limit, selection_.scim_connection, selection_.id,
                           name_key_, selection_.external_id, user_, selection_.modified_since,
                           reader_.unlinked_by, unsynced_, reader_.scim_connection});
  }
  std::int64_t count() { return run(lead().count, 0, selecting::no_limit).value_or(0); }
  std::int64_t nth(std::int64_t after, std::int64_t offset) {
    return run(lead().nth, after, offset).value_or(selecting::past_the_end);
  }

 private:
  std::optional<std::int64_t> run(const sql::Sql& sql, std::int64_t after, std::int64_t limit) {
    const sql::Rows row =
        session_.query(sql, {organization_, after, limit, selection_.scim_connection, selection_.id,
                             name_key_, selection_.external_id, user_, selection_.modified_since,
                             reader_.unlinked_by, unsynced_});
    return row ? std::optional<std::int64_t>(row.integer(0)) : std::nullopt;
  }
  const selecting::Set& lead() {
    if (selection_.id) return by_id;
    if (selection_.display_name) return by_name;
    if (selection_.external_id) return by_external_id;
    if (user_) return by_member;
    if (!selection_.modified_since) return by_all;
    const auto changed = run(by_modified.count, 0, selecting::few_changes);
    return changed < selecting::few_changes ? by_modified : by_all;
  }

  sql::Session& session_;
  OrganizationKey organization_;
  const GroupSelection& selection_;
  Reader reader_;
  std::optional<std::string> name_key_;
  std::optional<std::int64_t> user_;
  /// The member asked for is hidden in groups that SCIM does not manage.
  bool unsynced_ = false;
};

}  // namespace

std::vector<Group> Groups::list(const GroupSelection& selection, std::int64_t after,
                                std::size_t limit) {
  std::vector<Group> groups;
  Walk walk(transaction_.session(), organization_, selection, {scim_connection_, unlinked_by()});
  sql::Rows row = walk.list(after, static_cast<std::int64_t>(limit));
  for (; row; row.next()) groups.push_back(group_of(row));
  return groups;
}

std::int64_t Groups::count(const GroupSelection& selection) {
  sql::Session& session = transaction_.session();
  const auto hider = unlinked_by();
  if (!selection.unconstrained()) {
    return Walk(session, organization_, selection, {scim_connection_, hider}).count();
  }
  const std::int64_t hidden = hider ? session.query(count_unlinked, {hider}).integer(0) : 0;
  return Counters(session, organization_, Counted::groups).total() - hidden;
}

std::int64_t Groups::position_before(const GroupSelection& selection, std::int64_t offset) {
  if (offset <= 0) return 0;
  sql::Session& session = transaction_.session();
  const auto hider = unlinked_by();
  Walk walk(session, organization_, selection, {scim_connection_, hider});
  // The kept counts know nothing of hidden groups.
  if (hider || !selection.unconstrained()) return walk.nth(0, offset - 1);
  const auto place = Counters(session, organization_, Counted::groups).place_of(offset - 1);
  return walk.nth(place.after, place.offset);
}

}  // namespace rollcall
