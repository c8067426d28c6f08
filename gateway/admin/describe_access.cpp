#include "gateway/admin/apply_work.h"
#include "gateway/admin/describe_parts.h"

#include <map>

namespace rollcall::admin {
namespace {

DeclaredGrant declared_form(const Grant& grant) {
  return {0, grant.role, grant.scope, grant.environments};
}

DeclaredDeployment declared_form(const Deployment& deployment) {
  DeclaredDeployment declared;
  declared.name = deployment.name;
  if (deployment.kind == DeploymentKind::full && deployment.default_role != "viewer") {
    declared.default_role = deployment.default_role;
  }
  declared.code_locations = deployment.code_locations;
  return declared;
}

template <class Item>
std::vector<Item>& section(std::optional<std::vector<Item>>& items) {
  return items ? *items : items.emplace();
}

}  // namespace

std::vector<DeclaredGrant> describe_grants(Transaction& transaction, OrganizationKey organization,
                                           const Subject& subject) {
  std::vector<DeclaredGrant> declared;
  for (const Grant& grant : transaction.grants(organization).of(subject)) {
    declared.push_back(declared_form(grant));
  }
  return declared;
}

std::vector<DeclaredGrant> describe_user_grants(Transaction& transaction,
                                                OrganizationKey organization,
                                                const Subject& subject,
                                                const std::vector<DefaultGrant>& defaults) {
  const std::vector<Grant> present = transaction.grants(organization).of(subject);
  std::vector<DeclaredGrant> declared;
  for (const Grant& grant : present) {
    const bool as_default = std::ranges::any_of(defaults, [&](const DefaultGrant& item) {
      return item.scope == grant.scope && item.role == grant.role && grant.environments == 0;
    });
    const auto on_scope = [&](const Grant& other) { return other.scope == grant.scope; };
    // Beside another grant on its scope a default one must be listed: that one hides it.
    if (as_default && std::ranges::count_if(present, on_scope) == 1) continue;
    declared.push_back(declared_form(grant));
  }
  for (const DefaultGrant& item : defaults) {
    if (!find_by(present, &Grant::scope, item.scope)) {
      declared.push_back({0, "none", item.scope, 0});
    }
  }
  return declared;
}

void describe_scopes(Transaction& transaction, OrganizationKey organization,
                     OrganizationFile& file) {
  ScopeTree tree = transaction.scope_tree(organization);
  for (const Deployment& deployment : tree.deployments()) {
    const bool full = deployment.kind == DeploymentKind::full;
    section(full ? file.deployments : file.branch_deployments).push_back(declared_form(deployment));
  }
  for (const Project& project : tree.projects()) {
    DeclaredProject declared;
    declared.id = project.id;
    if (project.name != project.id) declared.name = project.name;
    declared.environments = project.environments;
    section(file.projects).push_back(std::move(declared));
  }
}

void describe_roles(Transaction& transaction, OrganizationKey organization,
                    OrganizationFile& file) {
  for (const CustomRole& role : transaction.roles(organization).custom()) {
    section(file.custom_roles).push_back({0, role});
  }
}

void describe_license_mappings(Transaction& transaction, OrganizationKey organization,
                               OrganizationFile& file) {
  for (const LicenseMapping& mapping : transaction.mappings(organization).licenses()) {
    section(file.license_mappings)
        .push_back({0, mapping.license, mapping.connection, mapping.idp_group});
  }
}

}  // namespace rollcall::admin
