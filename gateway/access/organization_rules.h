#pragma once

#include "gateway/base/id.h"
#include "gateway/catalogue/plan.h"
#include "gateway/catalogue/role.h"
#include "gateway/catalogue/scope.h"
#include "gateway/directory/ip_gate.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {
class Transaction;
}

namespace rollcall::access {

/// What the decisions of one organization have in common: its roles, policy, plan and as much of
/// the scope tree as says what kind a name is. Immutable; any thread.
class OrganizationRules {
 public:
  OrganizationRules(Transaction& transaction, OrganizationKey organization);
  OrganizationRules(const OrganizationRules&) = delete;
  OrganizationRules& operator=(const OrganizationRules&) = delete;

  Preset preset() const { return preset_; }
  bool has(Feature feature) const { return rollcall::has(features_, feature); }
  /// Whether the plan includes grants of this role on such scopes.
  bool includes(const Role& role, ScopeKind kind) const;
  bool direct_user_grants() const { return direct_user_grants_; }
  /// Whether users have licences.
  bool licenses() const { return licenses_; }
  bool it_connections() const { return it_connections_; }
  const IpGate& ip_gate() const { return ip_gate_; }

  /// The role's place among all of them, the strongest first; nothing if there is none.
  std::optional<std::size_t> find_role(std::string_view key) const;
  const Role& role(std::size_t place) const { return *roles_[place]; }

  /// Of the deployment that a branch or code location names; one that is not known counts as full.
  DeploymentKind deployment_kind(std::string_view name) const;
  /// Of an environment; one that is not known has the category of its name, or other.
  EnvironmentCategory category(std::string_view project, std::string_view environment) const;

 private:
  void read_roles(Transaction& transaction, OrganizationKey organization);
  void read_tree(Transaction& transaction, OrganizationKey organization);

  using Categories = std::map<std::string, EnvironmentCategory, std::less<>>;

  Preset preset_ = Preset::none;
  Features features_;
  bool direct_user_grants_ = true;
  bool licenses_ = false;
  bool it_connections_ = false;
  IpGate ip_gate_;
  std::vector<Role> custom_roles_;
  std::vector<const Role*> roles_;
  std::map<std::string_view, std::size_t> places_;
  std::vector<std::string> branches_;  // in order
  std::map<std::string, Categories, std::less<>> environments_;
};

}  // namespace rollcall::access
