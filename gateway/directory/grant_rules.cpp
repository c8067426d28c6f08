#include "gateway/directory/grant_rules.h"

#include "gateway/directory/fixed_groups.h"
#include "gateway/directory/service_users.h"
#include "gateway/directory/sql.h"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::string_view agent_role = "agent";
constexpr std::string_view weakest_role = "viewer";
constexpr std::string_view strongest_role = "admin";

constexpr sql::Sql select_user{
    "SELECT id, '', 0 FROM users WHERE position = $1 AND organization = $2"};
constexpr sql::Sql select_group{
    "SELECT id, name, 0 FROM groups WHERE position = $1 AND organization = $2"};
constexpr sql::Sql select_service_user{
    "SELECT id, name, kind FROM service_users WHERE position = $1 AND organization = $2"};

const sql::Sql& statement_of(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::user:
      return select_user;
    case SubjectKind::group:
      return select_group;
    case SubjectKind::service_user:
      return select_service_user;
  }
  return select_user;
}

std::string_view in_words(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::user:
      return "user";
    case SubjectKind::group:
      return "group";
    case SubjectKind::service_user:
      return "service user";
  }
  return {};
}

bool is_agent(const Role& role) { return role.builtin && role.key == agent_role; }

}  // namespace

Result<Holder> find_holder(sql::Session& session, OrganizationKey organization,
                           const Subject& subject) {
  const sql::Rows row = session.query(statement_of(subject.kind), {subject.position, organization});
  if (!row) {
    return Error(Fault::not_found, "There is no such " + std::string(in_words(subject.kind)) + ".");
  }
  return Holder{.object = std::string(name(subject.kind)) + "/" + row.id<UserId>(0).str(),
                .name = row.text(1),
                .agent = row.integer(2) == static_cast<std::int64_t>(ServiceUserKind::agent)};
}

Result<> check_direct(const Organization& organization, const Subject& subject) {
  if (subject.kind != SubjectKind::user || organization.policy.direct_user_grants) return {};
  return Error(Fault::invalid_value,
               "This organization grants roles to groups, not to users directly.")
      .with_code("direct_grants_disabled");
}

Result<> check_subject_in_plan(const Organization& organization, const Subject& subject,
                               const Holder& holder, std::string_view role) {
  const bool group = subject.kind == SubjectKind::group;
  if (organization.preset != Preset::dbt) {
    return group ? require(organization, Feature::groups) : Result<>();
  }
  // A service user is given sets one by one, and that is what RBAC is (S60): plans without it have
  // service users (F59) that hold no set and may call nothing.
  const FixedGroup* fixed = group ? find_fixed_group(holder.name) : nullptr;
  if (fixed && !role.empty() && fixed->role == role) return {};
  return require(organization, Feature::rbac);
}

Result<> check_role_in_plan(const Organization& organization, const Role& role, ScopeKind scope) {
  const Features needed = needed_features(organization.preset, role, scope);
  for (std::size_t i = 0; i < feature_count; ++i) {
    if (needed.test(i)) CHECK_OK(require(organization, static_cast<Feature>(i)));
  }
  return {};
}

Result<> check_level(const Organization& organization, const Role& role, const Scope& scope) {
  // Only sets of an account are granted on all projects too (S77), and an agent serves deployments
  // as a whole (F29).
  const bool too_wide = scope.kind == ScopeKind::all_projects &&
                        role.level == RoleLevel::organization && organization.preset != Preset::dbt;
  const bool too_narrow = scope.kind == ScopeKind::code_location && is_agent(role);
  if (fits(role, scope.kind) && !too_wide && !too_narrow) return {};
  return Error(Fault::invalid_value, "The role \"" + role.key + "\" is one of the level " +
                                         std::string(name(role.level)) + ": it is not granted on " +
                                         scope.str() + ".");
}

Result<> check_agent(const Role& role, const Subject& subject, const Holder& holder) {
  if (!is_agent(role)) return {};
  if (subject.kind == SubjectKind::service_user && holder.agent) return {};
  return Error(Fault::invalid_value, "The role \"agent\" is for service users of kind agent only.");
}

Result<> check_environments(const Role& role, Environments environments) {
  if (environments == 0) return {};
  if ((environments & ~all_environments) != 0) {
    return Error(Fault::invalid_value, "There is no such category of environments.");
  }
  if (role.takes_environments()) return {};
  return Error(Fault::invalid_value,
               "The role \"" + role.key + "\" takes no environments that it may write.");
}

std::optional<int> rank_around(Preset preset, std::span<const Grant> own, const Scope& location,
                               DeploymentKind deployment) {
  std::optional<int> strongest;
  for (const Grant& grant : own) {
    if (grant.scope.kind == ScopeKind::code_location ||
        !covers(grant.scope, location, deployment)) {
      continue;
    }
    const Role* role = find_builtin_role(preset, grant.role);
    if (role) strongest = std::max(strongest, role->rank);
  }
  return strongest;
}

bool adds_to(const Role& role, std::optional<int> around) {
  static const int admin = *find_builtin_role(Preset::none, strongest_role)->rank;
  if (around && *around >= admin) return false;
  if (!role.rank) return true;
  return role.key != weakest_role && role.rank > around;
}

}  // namespace rollcall
