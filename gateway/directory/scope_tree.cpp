#include "gateway/directory/scope_tree.h"

#include "gateway/directory/grant_rules.h"
#include "gateway/directory/packed.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <stdexcept>

namespace rollcall {
namespace {

/// Code locations of a deployment, environments of a project.
constexpr std::size_t most_parts = 1000;
constexpr std::size_t longest_project_name = 200;
/// Users that are read at a time when a deployment is new.
constexpr std::int64_t page = 500;

constexpr std::string_view deployment_columns =
    "SELECT position, name, kind, default_role, code_locations, version FROM deployments "
    "WHERE organization = $1 ";
constexpr std::string_view project_columns =
    "SELECT position, id, name, environments, version FROM projects WHERE organization = $1 ";
constexpr std::string_view in_order = "ORDER BY position";
constexpr std::string_view by_name = "AND name = $2";
constexpr std::string_view by_id = "AND id = $2";
constexpr sql::Sql select_deployments{sql::joined<deployment_columns, in_order>};
constexpr sql::Sql select_deployment{sql::joined<deployment_columns, by_name>};
constexpr sql::Sql select_projects{sql::joined<project_columns, in_order>};
constexpr sql::Sql select_project{sql::joined<project_columns, by_id>};

constexpr sql::Sql insert_deployment{
    "INSERT INTO deployments (organization, name, kind, default_role, code_locations, version, "
    "created) VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT DO NOTHING"};
constexpr sql::Sql update_deployment{
    "UPDATE deployments SET default_role = $2, code_locations = $3, version = version + 1 "
    "WHERE position = $1"};
constexpr sql::Sql delete_deployment{"DELETE FROM deployments WHERE position = $1"};
constexpr sql::Sql count_full_deployments{
    "SELECT count(*) FROM deployments WHERE organization = $1 AND kind = 0"};
static_assert(static_cast<int>(DeploymentKind::full) == 0, "the statement says 0");

constexpr sql::Sql insert_project{
    "INSERT INTO projects (organization, id, name, environments, version, created) "
    "VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING"};
constexpr sql::Sql update_project{
    "UPDATE projects SET name = $2, environments = $3, version = version + 1 WHERE position = $1"};
constexpr sql::Sql delete_project{"DELETE FROM projects WHERE position = $1"};

constexpr sql::Sql select_users{
    "SELECT position FROM users WHERE organization = $1 AND position > $2 AND state <> 2 "
    "ORDER BY position LIMIT $3"};
static_assert(static_cast<int>(UserState::deactivated) == 2, "the statement says 2");

Error bad(std::string sentence) { return {Fault::invalid_value, std::move(sentence)}; }

json::Array environments_json(const std::vector<Environment>& environments) {
  json::Array list;
  for (const Environment& environment : environments) {
    list.emplace_back(
        json::Object{{"name", environment.name}, {"category", name(environment.category)}});
  }
  return list;
}

std::vector<Environment> stored_environments(std::string_view text) {
  const auto value = json::parse(text);
  if (!value || !value->array()) throw std::logic_error("stored environments cannot be read");
  std::vector<Environment> environments;
  for (const json::Value& item : *value->array()) {
    const json::Object& object = *item.object();
    environments.push_back(
        {.name = *object.find("name")->string(),
         .category = find_environment_category(*object.find("category")->string())
                         .value_or(EnvironmentCategory::other)});
  }
  return environments;
}

Deployment deployment_of(const sql::Rows& row) {
  return {.position = row.integer(0),
          .name = row.text(1),
          .kind = static_cast<DeploymentKind>(row.integer(2)),
          .default_role = row.optional_text(3),
          .code_locations = unpack(row.bytes(4)),
          .version = row.integer(5)};
}

Project project_of(const sql::Rows& row) {
  return {.position = row.integer(0),
          .id = row.text(1),
          .name = row.text(2),
          .environments = stored_environments(row.bytes(3)),
          .version = row.integer(4)};
}

Scope scope_of(const Deployment& deployment) {
  const bool full = deployment.kind == DeploymentKind::full;
  return {.kind = full ? ScopeKind::deployment : ScopeKind::branch, .first = deployment.name};
}

Scope scope_of(const Project& project) { return {.kind = ScopeKind::project, .first = project.id}; }

json::Object shown(const Deployment& deployment) {
  json::Object object;
  if (deployment.kind == DeploymentKind::full) {
    object.append("default_role",
                  deployment.default_role ? json::Value(*deployment.default_role) : json::Value());
  }
  object.append("code_locations",
                json::Array(deployment.code_locations.begin(), deployment.code_locations.end()));
  return object;
}

json::Object shown(const Project& project) {
  return {{"name", project.name}, {"environments", environments_json(project.environments)}};
}

/// What scopes can name, each name once.
Result<> check_names(std::vector<std::string> names) {
  if (names.size() > most_parts) return bad("There are more than 1000 names in one list.");
  for (const std::string& name : names) {
    if (!Scope::parse("project/" + name)) {
      return bad("A name has 1 to 128 bytes, no '/' and no control characters.");
    }
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::adjacent_find(names);
  if (repeated == names.end()) return {};
  return bad("The name \"" + *repeated + "\" is there twice.");
}

/// F27: a role of the ladder that deployments take.
Result<> check_default_role(const Organization& organization, const std::string& key) {
  const Role* role = find_builtin_role(Preset::none, key);
  if (!role || !role->rank || role->level != RoleLevel::deployment) {
    return bad("The default role of a deployment is viewer, launcher, editor, admin or none.");
  }
  return check_role_in_plan(organization, *role, ScopeKind::deployment);
}

/// F39: a project has at most one environment of a category, but any number of other ones.
Result<> check_environments(const std::vector<Environment>& environments) {
  std::vector<std::string> names;
  Environments taken = 0;
  for (const Environment& environment : environments) {
    names.push_back(environment.name);
    const Environments category = bit(environment.category);
    if (environment.category != EnvironmentCategory::other && (taken & category) != 0) {
      return bad("A project has one environment of the category " +
                 std::string(name(environment.category)) + ".");
    }
    taken = static_cast<Environments>(taken | category);
  }
  return check_names(std::move(names));
}

Result<> check_project(const Project& wanted) {
  CHECK_OK(check_names({wanted.id}));
  if (wanted.name.size() > longest_project_name) {
    return bad("The name of a project has at most 200 bytes.");
  }
  return check_environments(wanted.environments);
}

}  // namespace

std::vector<Deployment> ScopeTree::deployments() {
  std::vector<Deployment> deployments;
  sql::Rows row = transaction_.session().query(select_deployments, {organization_});
  for (; row; row.next()) deployments.push_back(deployment_of(row));
  return deployments;
}

std::vector<Project> ScopeTree::projects() {
  std::vector<Project> projects;
  sql::Rows row = transaction_.session().query(select_projects, {organization_});
  for (; row; row.next()) projects.push_back(project_of(row));
  return projects;
}

Result<Deployment> ScopeTree::deployment(std::string_view name) {
  const sql::Rows row = transaction_.session().query(select_deployment, {organization_, name});
  if (!row) return Error(Fault::not_found, "There is no such deployment.");
  return deployment_of(row);
}

Result<Project> ScopeTree::project(std::string_view id) {
  const sql::Rows row = transaction_.session().query(select_project, {organization_, id});
  if (!row) return Error(Fault::not_found, "There is no such project.");
  return project_of(row);
}

Result<Deployment> ScopeTree::add(const Deployment& wanted) {
  Deployment next = wanted;
  if (next.kind == DeploymentKind::branch) next.default_role.reset();
  CHECK_OK(check_names({next.name}));
  CHECK_OK(check_names(next.code_locations));
  if (next.default_role) {
    CHECK_OK(check_default_role(transaction_.organization(organization_), *next.default_role));
  }
  if (transaction_.session().execute(
          insert_deployment, {organization_, next.name, static_cast<std::int64_t>(next.kind),
                              next.default_role, pack(next.code_locations), transaction_.now()}) ==
      0) {
    return Error(Fault::uniqueness, "Another deployment has this name.");
  }
  note_change("deployment.added", scope_of(next), {{"after", shown(next)}});
  if (next.kind == DeploymentKind::full) give_defaults(next);
  return deployment(next.name);
}

void ScopeTree::give_defaults(const Deployment& added) {
  if (!gives_default_grants(transaction_.organization(organization_).policy)) return;
  sql::Session& session = transaction_.session();
  // With the first deployment its users get what new ones get: the role on branches too.
  const bool first = session.query(count_full_deployments, {organization_}).integer(0) == 1;
  if (!first && !added.default_role) return;
  const auto only = first ? std::nullopt : std::optional(added.name);
  std::vector<std::int64_t> users;
  std::int64_t after = 0;
  do {
    users.clear();
    for (sql::Rows row = session.query(select_users, {organization_, after, page}); row;
         row.next()) {
      users.push_back(row.integer(0));
    }
    for (const std::int64_t user : users)
      transaction_.grants(organization_).add_defaults(user, only);
    if (!users.empty()) after = users.back();
  } while (!users.empty());
}

Result<Project> ScopeTree::add(const Project& wanted) {
  CHECK_OK(check_project(wanted));
  if (transaction_.session().execute(
          insert_project,
          {organization_, wanted.id, wanted.name,
           json::write(environments_json(wanted.environments)), transaction_.now()}) == 0) {
    return Error(Fault::uniqueness, "Another project has this id.");
  }
  note_change("project.added", scope_of(wanted), {{"after", shown(wanted)}});
  return project(wanted.id);
}

Result<Deployment> ScopeTree::update(const Deployment& wanted) {
  TRY(const Deployment current, deployment(wanted.name));
  Deployment next = current;
  next.code_locations = wanted.code_locations;
  if (current.kind == DeploymentKind::full) next.default_role = wanted.default_role;
  const bool other_default = next.default_role != current.default_role;
  if (!other_default && next.code_locations == current.code_locations) return current;
  CHECK_OK(check_names(next.code_locations));
  if (other_default && next.default_role) {
    CHECK_OK(check_default_role(transaction_.organization(organization_), *next.default_role));
  }
  transaction_.session().execute(update_deployment,
                                 {current.position, next.default_role, pack(next.code_locations)});
  for (const std::string& location : current.code_locations) {
    if (std::ranges::find(next.code_locations, location) != next.code_locations.end()) continue;
    transaction_.grants(organization_)
        .remove_all_on({ScopeKind::code_location, current.name, location});
  }
  note_change("deployment.changed", scope_of(next),
              {{"before", shown(current)}, {"after", shown(next)}});
  return deployment(next.name);
}

Result<Project> ScopeTree::update(const Project& wanted) {
  TRY(const Project current, project(wanted.id));
  if (wanted.name == current.name && wanted.environments == current.environments) return current;
  CHECK_OK(check_project(wanted));
  transaction_.session().execute(
      update_project,
      {current.position, wanted.name, json::write(environments_json(wanted.environments))});
  for (const Environment& environment : current.environments) {
    if (std::ranges::find(wanted.environments, environment.name, &Environment::name) !=
        wanted.environments.end()) {
      continue;
    }
    transaction_.grants(organization_)
        .remove_all_on({ScopeKind::environment, current.id, environment.name});
  }
  note_change("project.changed", scope_of(wanted),
              {{"before", shown(current)}, {"after", shown(wanted)}});
  return project(wanted.id);
}

Result<> ScopeTree::remove_deployment(std::string_view name) {
  TRY(const Deployment current, deployment(name));
  transaction_.grants(organization_).remove_all_on(scope_of(current));
  transaction_.session().execute(delete_deployment, {current.position});
  note_change("deployment.removed", scope_of(current), {{"before", shown(current)}});
  return {};
}

Result<> ScopeTree::remove_project(std::string_view id) {
  TRY(const Project current, project(id));
  transaction_.grants(organization_).remove_all_on(scope_of(current));
  transaction_.session().execute(delete_project, {current.position});
  note_change("project.removed", scope_of(current), {{"before", shown(current)}});
  return {};
}

Result<> ScopeTree::check_exists(const Scope& scope) {
  if (exists(scope)) return {};
  return bad("There is no " + scope.str() + " in this organization.");
}

bool ScopeTree::exists(const Scope& scope) {
  switch (scope.kind) {
    case ScopeKind::organization:
    case ScopeKind::all_branch_deployments:
    case ScopeKind::all_projects:
      return true;
    case ScopeKind::deployment:
    case ScopeKind::branch: {
      const auto found = deployment(scope.first);
      return found && scope_of(*found) == scope;
    }
    case ScopeKind::code_location: {
      const auto found = deployment(scope.first);
      return found &&
             std::ranges::find(found->code_locations, scope.second) != found->code_locations.end();
    }
    case ScopeKind::project:
      return static_cast<bool>(project(scope.first));
    case ScopeKind::environment: {
      const auto found = project(scope.first);
      return found && std::ranges::find(found->environments, scope.second, &Environment::name) !=
                          found->environments.end();
    }
  }
  return false;
}

void ScopeTree::note_change(std::string_view type, const Scope& scope, json::Object detail) {
  transaction_.access_changes().note_shared();
  transaction_.audit(organization_).append(type, scope.str(), json::write(std::move(detail)));
}

}  // namespace rollcall
