#pragma once

#include "gateway/base/id.h"
#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/scope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// A full deployment or a branch deployment.
struct Deployment {
  std::int64_t position = 0;
  std::string name = {};
  DeploymentKind kind = DeploymentKind::full;
  /// sso_default_role (F27): a role key of the ladder, or nothing for NO_ACCESS. Full ones only.
  std::optional<std::string> default_role = "viewer";
  std::vector<std::string> code_locations = {};
  std::int64_t version = 1;
};

struct Environment {
  std::string name = {};
  EnvironmentCategory category = EnvironmentCategory::other;
  friend bool operator==(const Environment&, const Environment&) = default;
};

struct Project {
  std::int64_t position = 0;
  std::string id = {};
  std::string name = {};
  std::vector<Environment> environments = {};
  std::int64_t version = 1;
};

/// The platform's resources that grants name: deployments with their code locations, projects with
/// their environments. One organization within one transaction; changes write audit rows
/// ("deployment.added" …) and are seen by the next decision.
class ScopeTree {
 public:
  ScopeTree(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// In order of creation, code locations and environments included.
  std::vector<Deployment> deployments();
  std::vector<Project> projects();
  /// not_found if absent. Deployments and branch deployments share one space of names.
  Result<Deployment> deployment(std::string_view name);
  Result<Project> project(std::string_view id);

  /// uniqueness if the name is taken. A new full deployment gives the users that the organization
  /// has its default role on it (X12).
  Result<Deployment> add(const Deployment& wanted);
  Result<Project> add(const Project& wanted);
  /// default_role, code_locations, environments, name of a project become those of `wanted`, found
  /// by name (id). What a removed code location or environment was granted goes with it.
  Result<Deployment> update(const Deployment& wanted);
  Result<Project> update(const Project& wanted);
  /// With all grants on it and below it.
  Result<> remove_deployment(std::string_view name);
  Result<> remove_project(std::string_view id);

  /// invalid_value unless the scope names something there is (org, all_… always are).
  Result<> check_exists(const Scope& scope);

 private:
  /// What a new full deployment gives the users of the organization, page by page.
  void give_defaults(const Deployment& added);
  bool exists(const Scope& scope);
  /// Audits it, and lets cached decisions know.
  void note_change(std::string_view type, const Scope& scope, json::Object detail);

  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall
