#pragma once

#include "gateway/directory/grants.h"
#include "gateway/directory/organization.h"

#include <optional>
#include <span>
#include <string>

namespace rollcall {

namespace sql {
class Session;
}

/// What the rules ask of a subject.
struct Holder {
  /// As the audit log names it: "user/0190…".
  std::string object;
  /// Of a group or a service user.
  std::string name;
  /// A service user of kind agent.
  bool agent = false;
};

/// not_found unless the subject belongs to the organization.
Result<Holder> find_holder(sql::Session& session, OrganizationKey organization,
                           const Subject& subject);

// The checks of Grants::put(), in its order; each is one refusal of its contract.

/// direct_grants_disabled: the policy gives users roles by their groups only (S63, F32).
Result<> check_direct(const Organization& organization, const Subject& subject);
/// feature_not_in_plan: teams (S18); of dbt's plans the fixed groups have their fixed sets, and
/// everything else is RBAC (S60, F47).
Result<> check_subject_in_plan(const Organization& organization, const Subject& subject,
                               const Holder& holder, std::string_view role);
/// feature_not_in_plan: what the role needs on a scope of this kind (F1, F3, S24, S60).
Result<> check_role_in_plan(const Organization& organization, const Role& role, ScopeKind scope);
/// invalid_value: the role has another level than the scope.
Result<> check_level(const Organization& organization, const Role& role, const Scope& scope);
/// invalid_value: "agent" is for service users of kind agent (F29).
Result<> check_agent(const Role& role, const Subject& subject, const Holder& holder);
/// invalid_value: the role writes no environments, or there are no such categories (F39).
Result<> check_environments(const Role& role, Environments environments);

/// The strongest rank that `own` grants give on the whole of a code location's deployment.
std::optional<int> rank_around(Preset preset, std::span<const Grant> own, const Scope& location,
                               DeploymentKind deployment);
/// Whether a role on a code location adds to `around`, the rank on its deployment (F9): launcher,
/// editor and admin above it; other roles unless it is admin already.
bool adds_to(const Role& role, std::optional<int> around);

/// Whether new users get grants of their own.
inline bool gives_default_grants(const Policy& policy) {
  return policy.default_deployment_roles && policy.direct_user_grants;
}

}  // namespace rollcall
