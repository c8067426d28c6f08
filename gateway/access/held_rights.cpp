#include "gateway/access/held_rights.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rollcall::access {
namespace {

/// What a licence gives whatever the roles (S57, S58).
struct FixedLicense {
  PermissionSet permissions;
  /// The sets it stands for; the first that gives a permission answers.
  std::array<const Role*, 2> roles;
};

PermissionSet contained(std::string_view key) { return with_contained(*Permission::find(key)); }

/// F47, 3.3b.5: reads whatever there is on projects except developing and permissions.
FixedLicense make_read_only(Preset preset) {
  const Role* readonly = find_builtin_role(Preset::dbt, "readonly");
  PermissionSet permissions = readonly->permissions | reading(viewer().permissions);
  const auto all = rollcall::permissions();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool of_projects = all[i].family == PermissionFamily::sets && !all[i].organization_wide;
    if (of_projects && all[i].key.ends_with(":R") && all[i].key != "permissions:R") {
      permissions.set(i);
    }
  }
  const Role* role = preset == Preset::dbt ? readonly : &viewer();
  return {permissions, {role, role}};
}

FixedLicense make_it(bool connections) {
  const Role* security = find_builtin_role(Preset::dbt, "security_admin");
  const Role* billing = find_builtin_role(Preset::dbt, "billing_admin");
  PermissionSet permissions = security->permissions | billing->permissions;
  if (connections) permissions |= contained("connections:W");  // F41
  return {permissions, {security, billing}};
}

const FixedLicense& fixed_license(License license, const OrganizationRules& rules) {
  static const FixedLicense on_ladder = make_read_only(Preset::dagster);
  static const FixedLicense on_sets = make_read_only(Preset::dbt);
  static const FixedLicense it = make_it(false);
  static const FixedLicense it_with_connections = make_it(true);
  if (license == License::it) return rules.it_connections() ? it_with_connections : it;
  return rules.preset() == Preset::dbt ? on_sets : on_ladder;
}

/// What a question's scope asks of the rules once, not of each grant.
struct Place {
  const Scope& scope;
  DeploymentKind deployment = DeploymentKind::full;
  /// The categories that a grant must be able to write for a permission that takes it (F39).
  /// Anywhere but in one environment that is all of them.
  Environments categories = all_environments;
};

Place place_of(const Scope& scope, const OrganizationRules& rules) {
  Place place{.scope = scope};
  if (scope.kind == ScopeKind::code_location) {
    place.deployment = rules.deployment_kind(scope.first);
  } else if (scope.kind == ScopeKind::environment) {
    place.categories = bit(rules.category(scope.first, scope.second));
  }
  return place;
}

/// Whether a grant that reaches the place gives the permission there.
bool gives(const HeldGrant& grant, const Role& role, std::size_t permission, const Place& place) {
  if (role.permissions.test(permission)) return true;
  if (role.environment_permissions.test(permission)) {
    return (grant.environments & place.categories) == place.categories;
  }
  return place.scope.kind == ScopeKind::code_location &&
         grant.scope.kind == ScopeKind::deployment && !is_agent(role) &&
         viewer().permissions.test(permission);
}

}  // namespace

const Role& viewer() {
  static const Role& role = *find_builtin_role(Preset::dagster, "viewer");
  return role;
}

bool is_agent(const Role& role) { return role.builtin && role.key == "agent"; }

HeldRights::HeldRights(std::shared_ptr<const OrganizationRules> rules, Holdings holdings)
    : rules_(std::move(rules)), holdings_(std::move(holdings)) {
  if (holdings_.deactivated) return;
  if (fixed()) everywhere_ = fixed_license(*holdings_.license, *rules_).permissions;
  for (const HeldGrant& grant : holdings_.grants) {
    if (!fixed()) everywhere_ |= grant.everywhere;
  }
}

bool HeldRights::fixed() const { return holdings_.license && type_of(*holdings_.license).fixed; }

bool HeldRights::holds(Permission permission) const { return everywhere_.test(permission.index()); }

Decision HeldRights::weigh(const Question& question, std::string_view address) const {
  if (!address.empty() && !rules_->ip_gate().admits(address)) return {.reason = Reason::ip_rule};
  if (holdings_.deactivated) return {.reason = Reason::deactivated};
  return fixed() ? weigh_license(question) : weigh_grants(question);
}

Decision HeldRights::weigh_license(const Question& question) const {
  const FixedLicense& license = fixed_license(*holdings_.license, *rules_);
  Decision decision{.reason = Reason::license, .role = license.roles.front()};
  if (!question.permission) {
    decision.allowed = true;
    return decision;
  }
  const std::size_t permission = question.permission->index();
  decision.allowed = license.permissions.test(permission);
  const auto giving = std::ranges::find_if(
      license.roles, [&](const Role* role) { return role->permissions.test(permission); });
  if (giving != license.roles.end()) decision.role = *giving;
  return decision;
}

Decision HeldRights::weigh_grants(const Question& question) const {
  const Place place = place_of(question.scope, *rules_);
  const std::size_t permission = question.permission ? question.permission->index() : 0;
  const bool wide = question.permission && permissions()[permission].organization_wide;
  const HeldGrant* reaching = nullptr;
  const HeldGrant* deciding = nullptr;
  for (const HeldGrant& grant : holdings_.grants) {
    const bool reaches = covers(grant.scope, place.scope, place.deployment);
    if (reaches && !reaching) reaching = &grant;
    const bool decides =
        !question.permission ? reaches
        : wide               ? grant.everywhere.test(permission)
               : reaches && gives(grant, rules_->role(grant.place), permission, place);
    if (decides && !deciding) deciding = &grant;
    if (reaching && deciding) break;
  }
  Decision decision{.allowed = deciding != nullptr, .grant = deciding ? deciding : reaching};
  if (deciding) {
    decision.reason = deciding->origin == GrantOrigin::default_ ? Reason::default_ : Reason::grant;
  }
  if (decision.grant) decision.role = &rules_->role(decision.grant->place);
  // On the ladder the role is the strongest there, whichever grant gave the permission (S20).
  if (reaching && rules_->role(reaching->place).rank)
    decision.role = &rules_->role(reaching->place);
  return decision;
}

Answer HeldRights::decide(const Question& question, std::string_view address) const {
  const Decision decision = weigh(question, address);
  Answer answer;
  answer.allowed = decision.allowed;
  answer.reason = decision.reason;
  answer.license = holdings_.license;
  if (decision.role) answer.role = decision.role->key;
  return answer;
}

}  // namespace rollcall::access
