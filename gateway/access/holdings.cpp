#include "gateway/access/held_rights.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <tuple>

namespace rollcall::access {
namespace {

constexpr sql::Sql select_user{
    "SELECT state, license FROM users WHERE position = $1 AND organization = $2"};
constexpr sql::Sql select_service_user{
    "SELECT 1 FROM service_users WHERE position = $1 AND organization = $2"};
constexpr sql::Sql select_own_grants{
    "SELECT position, 0, role, scope, environments, origin FROM grants "
    "WHERE subject_kind = $1 AND subject = $2"};
constexpr sql::Sql select_group_grants{
    "SELECT g.position, m.group_position, g.role, g.scope, g.environments, g.origin "
    "FROM memberships m JOIN grants g ON g.subject_kind = $2 AND g.subject = m.group_position "
    "WHERE m.user_position = $1"};

constexpr auto group_kind = static_cast<std::int64_t>(SubjectKind::group);

const PermissionSet& organization_wide() {
  static const PermissionSet set = [] {
    PermissionSet wide;
    const auto all = permissions();
    for (std::size_t i = 0; i < all.size(); ++i) wide.set(i, all[i].organization_wide);
    return wide;
  }();
  return set;
}

/// F34: account-level permissions count wherever their role stands. Of the ladder, a role on one
/// code location or on branches lets see the organization's people but not add to them, which
/// takes a deployment (F6).
PermissionSet everywhere(const Role& role, ScopeKind kind) {
  if (kind == ScopeKind::organization) return role.permissions;
  const PermissionSet wide = role.permissions & organization_wide();
  const bool part = kind == ScopeKind::code_location || kind == ScopeKind::branch ||
                    kind == ScopeKind::all_branch_deployments;
  return part ? wide & viewer().permissions : wide;
}

void take(sql::Rows rows, const OrganizationRules& rules, bool service_user,
          std::vector<HeldGrant>& grants) {
  for (; rows; rows.next()) {
    // A role or scope that is gone, and what the plan does not include, is kept but gives nothing.
    const auto place = rules.find_role(rows.bytes(2));
    auto scope = Scope::parse(rows.bytes(3));
    if (!place || !scope) continue;
    const Role& role = rules.role(*place);
    if (!rules.includes(role, scope->kind)) continue;
    if (service_user && !rules.has(Feature::service_users) && !is_agent(role)) continue;  // S33
    // An account-level set on all projects is held on the account (F34).
    if (role.level == RoleLevel::organization) *scope = Scope{};
    const ScopeKind kind = scope->kind;
    grants.push_back({.position = rows.integer(0),
                      .group = rows.integer(1),
                      .place = *place,
                      .scope = *std::move(scope),
                      .environments = static_cast<Environments>(rows.integer(4)),
                      .origin = static_cast<GrantOrigin>(rows.integer(5)),
                      .everywhere = everywhere(role, kind)});
  }
}

}  // namespace

Result<Holdings> read_holdings(Transaction& transaction, const Principal& principal,
                               const OrganizationRules& rules) {
  sql::Session& session = transaction.session();
  Holdings holdings;
  const bool user = principal.kind == SubjectKind::user;
  if (user) {
    const sql::Rows row = session.query(select_user, {principal.position, principal.organization});
    if (!row) return Error(Fault::not_found, "There is no such user.");
    holdings.deactivated = static_cast<UserState>(row.integer(0)) == UserState::deactivated;
    if (rules.licenses() && !row.null(1)) {
      holdings.license = static_cast<License>(row.integer(1));
    }
  } else if (principal.kind != SubjectKind::service_user ||
             !session.query(select_service_user, {principal.position, principal.organization})) {
    return Error(Fault::not_found, "There is no such service user.");
  }
  if (!user || rules.direct_user_grants()) {
    const auto kind = static_cast<std::int64_t>(principal.kind);
    take(session.query(select_own_grants, {kind, principal.position}), rules, !user,
         holdings.grants);
  }
  // The fixed groups of the dbt preset are in every plan (F47).
  if (user && (rules.has(Feature::groups) || rules.preset() == Preset::dbt)) {
    take(session.query(select_group_grants, {principal.position, group_kind}), rules, false,
         holdings.grants);
  }
  std::ranges::sort(holdings.grants, {}, [](const HeldGrant& grant) {
    return std::tuple(grant.place, grant.origin == GrantOrigin::default_, grant.position);
  });
  return holdings;
}

}  // namespace rollcall::access
