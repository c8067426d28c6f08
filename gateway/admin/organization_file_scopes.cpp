#include "gateway/admin/organization_file_parts.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::array<std::string_view, 4> categories{"production", "staging", "development",
                                                     "other"};

void read_settings(Fields& deployment, const std::string& where, DeclaredDeployment& into,
                   Problems& problems) {
  const yaml::Node* node = deployment.node("settings");
  if (!node) return;
  Fields fields(*node, where + ".settings", problems);
  into.default_role = read_default_role(fields, "sso_default_role");
  fields.done();
}

/// A name, whose category is the one of that name, or {name, category}.
Environment read_environment(const yaml::Node& node, const std::string& where, Problems& problems) {
  Environment environment;
  if (node.kind == yaml::Node::Kind::scalar) {
    const json::Value value = to_json(node);
    if (!value.string() || value.string()->empty()) {
      problems.add(node.mark.line, where + " must be a name or {name, category}");
      return environment;
    }
    environment.name = *value.string();
    environment.category =
        find_environment_category(environment.name).value_or(EnvironmentCategory::other);
    return environment;
  }
  Fields fields(node, where, problems);
  fields.require("name");
  environment.name = fields.text("name", longest_name).value_or("");
  const auto named = find_environment_category(environment.name);
  const auto stated = fields.word("category", categories);
  environment.category =
      stated ? *find_environment_category(*stated) : named.value_or(EnvironmentCategory::other);
  fields.done();
  return environment;
}

std::optional<std::vector<Environment>> read_environments(Fields& project, const std::string& where,
                                                          Problems& problems) {
  const Nodes* nodes = project.list("environments");
  if (!nodes) return std::nullopt;
  std::vector<Environment> environments;
  Unique names("the environment", problems);
  for (const yaml::Node& node : *nodes) {
    const std::string place = item(where + ".environments", environments.size());
    environments.push_back(read_environment(node, place, problems));
    names.add(environments.back().name, environments.back().name, node.mark.line);
  }
  return environments;
}

}  // namespace

std::vector<DeclaredDeployment> read_deployments(const Nodes& nodes, DeploymentKind kind,
                                                 Problems& problems) {
  const bool full = kind == DeploymentKind::full;
  std::vector<DeclaredDeployment> deployments;
  for (const yaml::Node& node : nodes) {
    const std::string where = item(full ? "deployments" : "branch_deployments", deployments.size());
    Fields fields(node, where, problems);
    DeclaredDeployment deployment;
    deployment.line = node.mark.line;
    fields.require("name");
    deployment.name = fields.text("name", longest_name).value_or("");
    if (full) read_settings(fields, where, deployment, problems);
    deployment.code_locations = fields.texts("code_locations", longest_name);
    fields.done();
    if (deployment.code_locations) {
      Unique names("the code location", problems);
      for (const std::string& name : *deployment.code_locations) {
        names.add(name, name, deployment.line);
      }
    }
    deployments.push_back(std::move(deployment));
  }
  return deployments;
}

void check_deployment_names(const OrganizationFile& file, Problems& problems) {
  Unique names("the deployment", problems);
  std::vector<const DeclaredDeployment*> all;
  for (const auto* section : {&file.deployments, &file.branch_deployments}) {
    if (!*section) continue;
    for (const DeclaredDeployment& deployment : **section) all.push_back(&deployment);
  }
  std::ranges::sort(all, {}, &DeclaredDeployment::line);
  for (const DeclaredDeployment* deployment : all) {
    names.add(deployment->name, deployment->name, deployment->line);
  }
}

std::vector<DeclaredProject> read_projects(const Nodes& nodes, Problems& problems) {
  std::vector<DeclaredProject> projects;
  Unique ids("the project", problems);
  for (const yaml::Node& node : nodes) {
    const std::string where = item("projects", projects.size());
    Fields fields(node, where, problems);
    DeclaredProject project;
    project.line = node.mark.line;
    fields.require("id");
    project.id = fields.text("id", longest_name).value_or("");
    project.name = fields.text("name", 256);
    project.environments = read_environments(fields, where, problems);
    fields.done();
    ids.add(project.id, project.id, project.line);
    projects.push_back(std::move(project));
  }
  return projects;
}

}  // namespace rollcall::admin
