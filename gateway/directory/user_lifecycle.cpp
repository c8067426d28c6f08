#include "gateway/directory/user_lifecycle.h"

#include "gateway/directory/group_change.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <vector>

namespace rollcall {
namespace {

constexpr sql::Sql select_memberships{
    "SELECT g.id, g.position, m.origin FROM memberships m JOIN groups g ON "
    "g.position = m.group_position WHERE m.user_position = $1 ORDER BY m.group_position"};
constexpr sql::Sql delete_membership{
    "DELETE FROM memberships WHERE group_position = $1 AND user_position = $2"};
constexpr sql::Sql delete_confirmations{"DELETE FROM confirmations WHERE user_position = $1"};
constexpr sql::Sql delete_identities{"DELETE FROM identities WHERE user_position = $1"};

const User* seated(const User* user) { return user && has_seat(*user) ? user : nullptr; }

std::optional<std::string_view> pool_of(const User* seated, const Policy& policy) {
  if (!seated) return std::nullopt;
  return seat_pool_of(seated->license, policy.licenses);
}

}  // namespace

Result<> UserLifecycle::move_seat(const User* current, const User* next) {
  current = seated(current);
  next = seated(next);
  if (current && next && current->license == next->license) return {};
  const Policy& policy = transaction_.organization(organization_).policy;
  const auto from = pool_of(current, policy);
  const auto to = pool_of(next, policy);
  if (from == to) return {};
  Seats seats = transaction_.seats(organization_);
  if (to) CHECK_OK(seats.reserve(*to));
  if (from) seats.release(*from);
  return {};
}

void UserLifecycle::start(const User& user, const Start& given) {
  const Policy& policy = transaction_.organization(organization_).policy;
  if (policy.default_deployment_roles && given.deployments) {
    transaction_.grants(organization_).add_defaults(user.position);
  }
  // SCIM on: no default groups, whatever the door (F56).
  if (policy.default_groups && given.default_groups && !scim_connection_ &&
      !scim_hold(transaction_, organization_).enabled) {
    transaction_.groups(organization_).join_default_groups(user);
  }
}

void UserLifecycle::end(const User& user, Ending ending) {
  sql::Session& session = transaction_.session();
  transaction_.sessions(organization_).end_of_user(user.position, SessionEnd::deprovisioned);
  transaction_.tokens().revoke_all_of_user(user.position);
  transaction_.grants(organization_).remove_all_of({SubjectKind::user, user.position});
  session.execute(delete_confirmations, {user.position});
  if (ending == Ending::removed) session.execute(delete_identities, {user.position});
  std::vector<std::pair<GroupId, std::int64_t>> left;
  for (sql::Rows row = session.query(select_memberships, {user.position}); row; row.next()) {
    const auto origin = static_cast<Origin>(row.integer(2));
    if (origin == Origin::scim && ending == Ending::deactivated) continue;
    left.emplace_back(row.id<GroupId>(0), row.integer(1));
  }
  for (const auto& [group, position] : left) {
    session.execute(delete_membership, {position, user.position});
    note_group_change(transaction_, position, -1);
    audit_members(transaction_, organization_, group, "group.user.removed", {user.id});
  }
  transaction_.access_changes().note_user(user.position);
}

}  // namespace rollcall
