#include "gateway/admin/apply_work.h"
#include "gateway/directory/grant_rules.h"

namespace rollcall::admin {
namespace {

const char* kind_name(DeploymentKind kind) {
  return kind == DeploymentKind::full ? "deployment" : "branch_deployment";
}

Scope scope_of(const Deployment& deployment) {
  const bool full = deployment.kind == DeploymentKind::full;
  return {full ? ScopeKind::deployment : ScopeKind::branch, deployment.name, {}};
}

void add_difference(std::string& note, const char* key, bool differs) {
  if (differs) note += (note.empty() ? "" : ", ") + std::string(key);
}

using Section = std::optional<std::vector<DeclaredDeployment>>;

void remove_deployments(ApplyWork& work, const std::vector<Deployment>& present,
                        DeploymentKind kind, const std::vector<DeclaredDeployment>& declared) {
  for (const Deployment& deployment : present) {
    if (deployment.kind != kind) continue;
    if (find_by(declared, &DeclaredDeployment::name, deployment.name)) continue;
    work.people.watch_holders(scope_of(deployment));
    for (const std::string& location : deployment.code_locations) {
      work.people.watch_holders({ScopeKind::code_location, deployment.name, location});
    }
    const auto done = work.transaction.scope_tree(work.key()).remove_deployment(deployment.name);
    if (!done) work.refuse(0, "deployment " + deployment.name, done.error());
    work.plan.removed.push_back({kind_name(kind), deployment.name, "with the grants on it"});
  }
}

void update_deployment(ApplyWork& work, const DeclaredDeployment& declared,
                       const Deployment& present) {
  Deployment wanted = present;
  if (declared.default_role) wanted.default_role = *declared.default_role;
  if (declared.code_locations) wanted.code_locations = *declared.code_locations;
  const auto sorted = [](std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
  };
  std::string note;
  add_difference(note, "sso_default_role", wanted.default_role != present.default_role);
  add_difference(note, "code_locations",
                 sorted(wanted.code_locations) != sorted(present.code_locations));
  if (note.empty()) return;
  for (const std::string& location : present.code_locations) {
    if (std::ranges::find(wanted.code_locations, location) != wanted.code_locations.end()) continue;
    work.people.watch_holders({ScopeKind::code_location, present.name, location});
  }
  if (const auto done = work.transaction.scope_tree(work.key()).update(wanted); !done) {
    return work.refuse(declared.line, "deployment " + declared.name, done.error());
  }
  work.plan.changed.push_back({kind_name(present.kind), declared.name, note});
}

void add_deployment(ApplyWork& work, const DeclaredDeployment& declared, DeploymentKind kind) {
  Deployment wanted;
  wanted.name = declared.name;
  wanted.kind = kind;
  if (kind == DeploymentKind::branch) wanted.default_role.reset();
  if (declared.default_role) wanted.default_role = *declared.default_role;
  wanted.code_locations = declared.code_locations.value_or(std::vector<std::string>{});
  // Its default role goes to everyone there is (X12).
  if (wanted.default_role && gives_default_grants(work.organization.policy)) {
    work.people.watch_everyone();
  }
  if (const auto done = work.transaction.scope_tree(work.key()).add(wanted); !done) {
    return work.refuse(declared.line, "deployment " + declared.name, done.error());
  }
  work.plan.added.push_back({kind_name(kind), declared.name, ""});
}

void put_deployments(ApplyWork& work, const std::vector<Deployment>& present, DeploymentKind kind,
                     const std::vector<DeclaredDeployment>& declared) {
  for (const DeclaredDeployment& deployment : declared) {
    const Deployment* before = find_by(present, &Deployment::name, deployment.name);
    if (before && before->kind == kind) {
      update_deployment(work, deployment, *before);
    } else {
      add_deployment(work, deployment, kind);
    }
  }
}

void update_project(ApplyWork& work, const DeclaredProject& declared, const Project& present) {
  Project wanted = present;
  if (declared.name) wanted.name = *declared.name;
  if (declared.environments) wanted.environments = *declared.environments;
  const auto by_name = [](std::vector<Environment> environments) {
    std::ranges::sort(environments, {}, &Environment::name);
    return environments;
  };
  std::string note;
  add_difference(note, "name", wanted.name != present.name);
  add_difference(note, "environments",
                 by_name(wanted.environments) != by_name(present.environments));
  if (note.empty()) return;
  for (const Environment& environment : present.environments) {
    if (find_by(wanted.environments, &Environment::name, environment.name)) continue;
    work.people.watch_holders({ScopeKind::environment, present.id, environment.name});
  }
  if (const auto done = work.transaction.scope_tree(work.key()).update(wanted); !done) {
    return work.refuse(declared.line, "project " + declared.id, done.error());
  }
  work.plan.changed.push_back({"project", declared.id, note});
}

void remove_project(ApplyWork& work, const Project& project) {
  work.people.watch_holders({ScopeKind::project, project.id, {}});
  for (const Environment& environment : project.environments) {
    work.people.watch_holders({ScopeKind::environment, project.id, environment.name});
  }
  const auto done = work.transaction.scope_tree(work.key()).remove_project(project.id);
  if (!done) work.refuse(0, "project " + project.id, done.error());
  work.plan.removed.push_back({"project", project.id, "with the grants on it"});
}

void apply_projects(ApplyWork& work, const std::vector<DeclaredProject>& declared) {
  const auto present = work.transaction.scope_tree(work.key()).projects();
  for (const Project& project : present) {
    if (!find_by(declared, &DeclaredProject::id, project.id)) remove_project(work, project);
  }
  for (const DeclaredProject& wanted : declared) {
    if (const Project* before = find_by(present, &Project::id, wanted.id)) {
      update_project(work, wanted, *before);
      continue;
    }
    Project project;
    project.id = wanted.id;
    project.name = wanted.name.value_or(wanted.id);
    project.environments = wanted.environments.value_or(std::vector<Environment>{});
    if (const auto done = work.transaction.scope_tree(work.key()).add(project); !done) {
      work.refuse(wanted.line, "project " + wanted.id, done.error());
      continue;
    }
    work.plan.added.push_back({"project", wanted.id, ""});
  }
}

}  // namespace

void apply_scopes(ApplyWork& work, const OrganizationFile& file) {
  const auto present = work.transaction.scope_tree(work.key()).deployments();
  const auto each = [&](auto apply) {
    if (file.deployments) apply(DeploymentKind::full, *file.deployments);
    if (file.branch_deployments) apply(DeploymentKind::branch, *file.branch_deployments);
  };
  // All removals first, so that a name can go from one kind to the other.
  each([&](DeploymentKind kind, const auto& declared) {
    remove_deployments(work, present, kind, declared);
  });
  each([&](DeploymentKind kind, const auto& declared) {
    put_deployments(work, present, kind, declared);
  });
  if (file.projects) apply_projects(work, *file.projects);
}

}  // namespace rollcall::admin
