#include "gateway/access/organization_rules.h"

#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>

namespace rollcall::access {
namespace {

// Names alone: there may be thousands of branch deployments.
constexpr sql::Sql select_branches{
    "SELECT name FROM deployments WHERE organization = $1 AND kind = $2 ORDER BY name"};

}  // namespace

OrganizationRules::OrganizationRules(Transaction& transaction, OrganizationKey organization) {
  const Organization& settings = transaction.organization(organization);
  preset_ = settings.preset;
  features_ = settings.features();
  direct_user_grants_ = settings.policy.direct_user_grants;
  licenses_ = settings.policy.licenses;
  it_connections_ = settings.policy.it_connections;
  if (has(Feature::ip_rules)) ip_gate_ = IpGate(settings.policy.ip_rules);
  read_roles(transaction, organization);
  read_tree(transaction, organization);
}

void OrganizationRules::read_roles(Transaction& transaction, OrganizationKey organization) {
  for (const Role& role : builtin_roles(preset_)) roles_.push_back(&role);
  for (Role& role : transaction.roles(organization).list()) {
    if (!role.builtin) custom_roles_.push_back(std::move(role));
  }
  for (const Role& role : custom_roles_) roles_.push_back(&role);
  for (std::size_t place = 0; place < roles_.size(); ++place) {
    places_.emplace(roles_[place]->key, place);
  }
}

void OrganizationRules::read_tree(Transaction& transaction, OrganizationKey organization) {
  const auto kind = static_cast<std::int64_t>(DeploymentKind::branch);
  for (sql::Rows row = transaction.session().query(select_branches, {organization, kind}); row;
       row.next()) {
    branches_.push_back(row.text(0));
  }
  for (const Project& project : transaction.scope_tree(organization).projects()) {
    Categories& categories = environments_[project.id];
    for (const Environment& environment : project.environments) {
      categories.emplace(environment.name, environment.category);
    }
  }
}

bool OrganizationRules::includes(const Role& role, ScopeKind kind) const {
  return (needed_features(preset_, role, kind) & ~features_).none();
}

std::optional<std::size_t> OrganizationRules::find_role(std::string_view key) const {
  const auto found = places_.find(key);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

DeploymentKind OrganizationRules::deployment_kind(std::string_view name) const {
  return std::ranges::binary_search(branches_, name, std::less<>()) ? DeploymentKind::branch
                                                                    : DeploymentKind::full;
}

EnvironmentCategory OrganizationRules::category(std::string_view project,
                                                std::string_view environment) const {
  if (const auto of = environments_.find(project); of != environments_.end()) {
    const auto found = of->second.find(environment);
    if (found != of->second.end()) return found->second;
  }
  return find_environment_category(environment).value_or(EnvironmentCategory::other);
}

}  // namespace rollcall::access
