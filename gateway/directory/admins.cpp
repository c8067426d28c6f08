#include "gateway/directory/grants.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <set>

namespace rollcall {
namespace {

// Behind the index of roles: whoever holds an admin role is found without a look at the others. $2
// and $3 are the admin roles, $4 says whether licences count, $5 and $6 whether users and groups
// may hold roles.
constexpr sql::Sql select_admins{
    "SELECT u.position FROM grants g CROSS JOIN users u ON u.position = g.subject "
    "WHERE g.organization = $1 AND g.role IN ($2, $3) AND g.subject_kind = 0 AND $5 = 1 "
    "AND u.state <> 2 AND ($4 = 0 OR u.license IS NULL OR u.license NOT IN (2, 3)) "
    "UNION ALL "
    "SELECT u.position FROM grants g CROSS JOIN memberships m ON m.group_position = g.subject "
    "CROSS JOIN users u ON u.position = m.user_position "
    "WHERE g.organization = $1 AND g.role IN ($2, $3) AND g.subject_kind = 1 AND $6 = 1 "
    "AND u.state <> 2 AND ($4 = 0 OR u.license IS NULL OR u.license NOT IN (2, 3))"};
static_assert(static_cast<int>(SubjectKind::user) == 0 && static_cast<int>(SubjectKind::group) == 1,
              "the statement says 0 and 1");
static_assert(static_cast<int>(UserState::deactivated) == 2, "the statement says 2");
static_assert(static_cast<int>(License::it) == 2 && static_cast<int>(License::read_only) == 3,
              "the statement says 2 and 3 for the licences that decide whatever the roles");

std::vector<std::string> admin_roles(Preset preset) {
  std::vector<std::string> keys;
  for (const Role& role : builtin_roles(preset)) {
    if (is_admin_role(preset, role.key)) keys.push_back(role.key);
  }
  return keys;
}

}  // namespace

std::size_t Grants::count_admins(std::size_t limit) {
  const Organization& organization = transaction_.organization(organization_);
  const std::vector<std::string> roles = admin_roles(organization.preset);
  // Grants of teams rest while the plan has no teams; dbt's fixed groups are in every plan (F47).
  const bool groups = organization.preset == Preset::dbt || organization.has(Feature::groups);
  std::set<std::int64_t> admins;
  sql::Rows row = transaction_.session().query(
      select_admins, {organization_, roles.front(), roles.back(), organization.policy.licenses,
                      organization.policy.direct_user_grants, groups});
  for (; row && admins.size() < limit; row.next()) admins.insert(row.integer(0));
  return admins.size();
}

Result<> Grants::check_admin_left(std::size_t before) {
  if (transaction_.admin_check_deferred()) return {};
  if (before == 0 || count_admins(1) > 0) return {};
  return Error(Fault::conflict, "This would leave the organization without an admin.")
      .with_code("last_admin");
}

}  // namespace rollcall
