#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"
#include "gateway/http/url.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

ScopeTree tree(Context& context) { return context.transaction().scope_tree(context.key()); }

/// [{"name", "category"}]
void read_environments(Input& body, Project& project) {
  constexpr std::array<std::string_view, 4> categories{"production", "staging", "development",
                                                       "other"};
  const yaml::Node* node = body->node("environments");
  if (!node) return;
  const auto* items = body->list("environments");
  if (!items) return;
  project.environments.clear();
  Problems problems;
  for (const yaml::Node& item : *items) {
    Fields fields(item, "environments[" + std::to_string(project.environments.size()) + "]",
                  problems);
    fields.require("name");
    const auto name = fields.text("name", 128);
    const auto category = fields.word("category", categories);
    fields.done();
    project.environments.push_back({name.value_or(""), category
                                                           ? *find_environment_category(*category)
                                                           : EnvironmentCategory::other});
  }
  for (const Problem& problem : problems.list()) body->problem(0, problem.message);
}

json::Object what_goes(Context& context, const Project& project) {
  GrantSelection selection;
  selection.scope = Scope{ScopeKind::project, project.id, {}};
  json::Array grants;
  for (const Grant& grant : context.grants().list(selection, 0, Page::largest)) {
    json::Object object = to_json(grant);
    object.append("subject", show_subject(context, grant.subject));
    grants.push_back(std::move(object));
  }
  return {{"project", to_json(project)}, {"grants", std::move(grants)}};
}

}  // namespace

Result<http::Response> list_projects(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("projects");
  if (!query.valid()) return query.refusal();
  auto projects = tree(context).projects();
  std::erase_if(projects, [&](const Project& item) { return item.position <= page.position(); });
  std::ranges::sort(projects, {}, &Project::position);
  return context.page("projects", std::move(projects), page,
                      [](const Project& item) { return to_json(item); });
}

Result<http::Response> create_project(Context& context) {
  Input body(context.call(), Input::Part::body);
  body->require("id");
  Project wanted;
  wanted.id = body->text("id", 128).value_or("");
  wanted.name = body->text("name", 200).value_or(wanted.id);
  read_environments(body, wanted);
  if (!body.valid()) return body.refusal();
  TRY(const Project created, tree(context).add(wanted));
  return created_response(context, to_json(created),
                          "projects/" + http::percent_encode(created.id));
}

Result<http::Response> get_project(Context& context) {
  TRY(const Project project, tree(context).project(context.argument(1)));
  return entity_response(200, to_json(project));
}

Result<http::Response> change_project(Context& context) {
  Input body(context.call(), Input::Part::body);
  TRY(Project project, tree(context).project(context.argument(1)));
  CHECK_OK(context.match(to_json(project)));
  if (auto name = body->text("name", 200)) project.name = *std::move(name);
  read_environments(body, project);
  if (!body.valid()) return body.refusal();
  TRY(const Project updated, tree(context).update(project));
  return entity_response(200, to_json(updated));
}

Result<http::Response> remove_project(Context& context) {
  TRY(const Project project, tree(context).project(context.argument(1)));
  CHECK_OK(context.match(to_json(project)));
  if (auto ask = ask_to_confirm(context, [&] { return what_goes(context, project); })) {
    return *std::move(ask);
  }
  CHECK_OK(tree(context).remove_project(project.id));
  return http::Response(204);
}

}  // namespace rollcall::admin
