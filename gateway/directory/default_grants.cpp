#include "gateway/directory/grant_rules.h"
#include "gateway/directory/grants.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>

namespace rollcall {
namespace {

// $2: the one deployment, or none for all.
constexpr sql::Sql select_full_deployments{
    "SELECT name, default_role FROM deployments WHERE organization = $1 AND kind = 0 "
    "AND ($2 IS NULL OR name = $2) ORDER BY position"};
static_assert(static_cast<int>(DeploymentKind::full) == 0, "the statement says 0");

struct Default {
  std::string role;
  Scope scope;
};

std::vector<Default> defaults_of(sql::Session& session, const Organization& organization,
                                 const std::optional<std::string>& only) {
  std::vector<Default> defaults;
  sql::Rows row = session.query(select_full_deployments, {organization.key, only});
  const bool deployments = static_cast<bool>(row);
  for (; row; row.next()) {
    if (row.null(1)) continue;
    defaults.push_back({row.text(1), {.kind = ScopeKind::deployment, .first = row.text(0)}});
  }
  if (deployments && !only && organization.policy.default_branch_role) {
    defaults.push_back(
        {*organization.policy.default_branch_role, {.kind = ScopeKind::all_branch_deployments}});
  }
  return defaults;
}

}  // namespace

void Grants::add_defaults(std::int64_t user_position, const std::optional<std::string>& only) {
  const Organization& organization = transaction_.organization(organization_);
  if (!gives_default_grants(organization.policy)) return;
  std::vector<Default> defaults = defaults_of(transaction_.session(), organization, only);
  // The policy may name a role that has gone, or one that the plan holds back.
  std::erase_if(defaults, [&](const Default& wanted) {
    const auto role = transaction_.roles(organization_).get(wanted.role);
    return !role || !check_role_in_plan(organization, *role, wanted.scope.kind) ||
           !check_level(organization, *role, wanted.scope);
  });
  if (defaults.empty()) return;
  const Subject user{.kind = SubjectKind::user, .position = user_position};
  const std::vector<Grant> own = of(user);
  const std::string object = object_of(user);
  for (Default& wanted : defaults) {
    if (std::ranges::find(own, wanted.scope, &Grant::scope) != own.end()) continue;
    insert({.subject = user,
            .role = std::move(wanted.role),
            .scope = std::move(wanted.scope),
            .origin = GrantOrigin::default_},
           object);
  }
  if (!own.empty()) remove_outdone(user, object);
}

}  // namespace rollcall
