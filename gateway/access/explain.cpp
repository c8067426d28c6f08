#include "gateway/access/held_rights.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <array>
#include <string>
#include <utility>

namespace rollcall::access {
namespace {

constexpr sql::Sql select_membership{
    "SELECT m.origin, m.since, m.connection, m.rule, c.id FROM memberships m "
    "LEFT JOIN scim_connections c ON c.key = m.scim_connection "
    "WHERE m.group_position = $1 AND m.user_position = $2"};
constexpr sql::Sql select_mapping{
    "SELECT id, idp_group, since FROM sso_mappings WHERE group_position = $1 "
    "AND (connection = $2 OR connection = '*') AND idp_group = $3 ORDER BY position LIMIT 1"};
constexpr sql::Sql select_group{"SELECT id, name, created FROM groups WHERE position = $1"};
constexpr sql::Sql select_grant{"SELECT id, scope, since, made_by FROM grants WHERE position = $1"};

/// How a membership came about, in the words of the API.
constexpr std::array<std::string_view, 4> origins{"manual", "sso", "scim", "default"};

struct Membership {
  Origin origin;
  Timestamp since;
  /// Of the sign-in connection and the IdP group that made it (origin sso).
  std::string connection;
  std::string idp_group;
  std::string scim_connection;
};

std::optional<Membership> find_membership(sql::Session& session, std::int64_t group,
                                          std::int64_t user) {
  const sql::Rows row = session.query(select_membership, {group, user});
  if (!row) return std::nullopt;
  return Membership{.origin = static_cast<Origin>(row.integer(0)),
                    .since = row.timestamp(1),
                    .connection = row.text(2),
                    .idp_group = row.text(3),
                    .scim_connection = row.text(4)};
}

std::string made_by(const Membership& membership) {
  if (membership.origin == Origin::sso) return "connection/" + membership.connection;
  if (membership.origin == Origin::scim) return "scim/" + membership.scim_connection;
  return std::string(origins[static_cast<std::size_t>(membership.origin)]);
}

/// From the IdP to the group: what made the principal a member.
void add_membership(sql::Session& session, std::int64_t group, std::int64_t user,
                    std::vector<Step>& path) {
  const auto membership = find_membership(session, group, user);
  if (!membership) return;
  if (membership->origin == Origin::sso && !membership->idp_group.empty()) {
    path.push_back({.kind = "idp_group",
                    .id = membership->connection,
                    .name = membership->idp_group,
                    .since = membership->since,
                    .by = made_by(*membership)});
    if (const sql::Rows row =
            session.query(select_mapping, {group, membership->connection, membership->idp_group})) {
      path.push_back({.kind = "mapping",
                      .id = row.id<MappingId>(0).str(),
                      .name = row.text(1),
                      .since = row.timestamp(2),
                      .by = {}});
    }
  }
  const sql::Rows row = session.query(select_group, {group});
  const std::string id = row.id<GroupId>(0).str();
  path.push_back({.kind = "membership",
                  .id = id,
                  .name = std::string(origins[static_cast<std::size_t>(membership->origin)]),
                  .since = membership->since,
                  .by = made_by(*membership)});
  path.push_back(
      {.kind = "group", .id = id, .name = row.text(1), .since = row.timestamp(2), .by = {}});
}

void add_grant(sql::Session& session, std::int64_t position, std::vector<Step>& path) {
  const sql::Rows row = session.query(select_grant, {position});
  path.push_back({.kind = "grant",
                  .id = row.id<GrantId>(0).str(),
                  .name = row.text(1),
                  .since = row.timestamp(2),
                  .by = row.text(3)});
}

Step role_step(const Role& role) {
  return {.kind = "role", .id = role.key, .name = role.name, .since = {}, .by = {}};
}

Step license_step(License license) {
  const std::string key(type_of(license).key);
  return {.kind = "license", .id = key, .name = key, .since = {}, .by = {}};
}

}  // namespace

Result<Answer> explain(Transaction& transaction, const Principal& principal,
                       const Question& question, std::string_view address) {
  TRY(const auto rights, read_held_rights(transaction, principal));
  const Decision decision = rights->weigh(question, address);
  Answer answer = rights->decide(question, address);
  if (decision.reason == Reason::ip_rule || decision.reason == Reason::deactivated) return answer;
  sql::Session& session = transaction.session();
  if (decision.grant) {
    if (decision.grant->group != 0) {
      add_membership(session, decision.grant->group, principal.position, answer.path);
    }
    add_grant(session, decision.grant->position, answer.path);
    answer.path.push_back(role_step(rights->rules().role(decision.grant->place)));
  } else if (decision.role) {
    answer.path.push_back(role_step(*decision.role));
  }
  // Both controls are part of every decision; the reason says which one decided (S47).
  if (rights->license()) answer.path.push_back(license_step(*rights->license()));
  return answer;
}

}  // namespace rollcall::access
