#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"
#include "gateway/http/url.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

using access::AdminRight;

ScopeTree tree(Context& context) { return context.transaction().scope_tree(context.key()); }

Scope scope_of(const Deployment& deployment) {
  const bool full = deployment.kind == DeploymentKind::full;
  return {full ? ScopeKind::deployment : ScopeKind::branch, deployment.name, {}};
}

/// The deployment of the path, if it is of the kind that the path is about.
Result<Deployment> deployment_of_path(Context& context, DeploymentKind kind) {
  TRY(Deployment deployment, tree(context).deployment(context.argument(1)));
  if (deployment.kind != kind) return no_such("deployment");
  return deployment;
}

void read_details(Input& body, Deployment& deployment) {
  if (auto locations = body->texts("code_locations", 128)) {
    deployment.code_locations = *std::move(locations);
  }
  if (deployment.kind != DeploymentKind::full || !body.has("default_role")) return;
  if (body.is_null("default_role")) {
    body->ignore("default_role");
    deployment.default_role.reset();  // F27: NO_ACCESS
  } else if (auto role = body->text("default_role", 100)) {
    deployment.default_role = *std::move(role);
  }
}

/// Each code location with the user's own role there, or "inherits" (S26).
json::Array overrides_of(Context& context, const Deployment& deployment, const User& user) {
  const auto grants = context.grants().of({SubjectKind::user, user.position});
  json::Array locations;
  for (const std::string& location : deployment.code_locations) {
    const Scope scope{ScopeKind::code_location, deployment.name, location};
    const auto own = std::ranges::find(grants, scope, &Grant::scope);
    locations.push_back(
        json::Object{{"code_location", location},
                     {"role", own == grants.end() ? std::string("inherits") : own->role}});
  }
  return locations;
}

/// The grants on it and on its code locations, the first of each.
json::Object what_goes(Context& context, const Deployment& deployment) {
  std::vector<Scope> scopes{scope_of(deployment)};
  for (const std::string& location : deployment.code_locations) {
    scopes.push_back({ScopeKind::code_location, deployment.name, location});
  }
  json::Array grants;
  for (const Scope& scope : scopes) {
    GrantSelection selection;
    selection.scope = scope;
    for (const Grant& grant : context.grants().list(selection, 0, Page::largest)) {
      json::Object object = to_json(grant);
      object.append("subject", show_subject(context, grant.subject));
      grants.push_back(std::move(object));
    }
  }
  return {{"deployment", to_json(deployment)}, {"grants", std::move(grants)}};
}

Result<http::Response> list(Context& context, DeploymentKind kind, std::string_view name) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page(name);
  if (!query.valid()) return query.refusal();
  auto deployments = tree(context).deployments();
  std::erase_if(deployments, [&](const Deployment& item) {
    return item.kind != kind || item.position <= page.position();
  });
  std::ranges::sort(deployments, {}, &Deployment::position);
  return context.page(name, std::move(deployments), page,
                      [](const Deployment& item) { return to_json(item); });
}

Result<http::Response> create(Context& context, DeploymentKind kind, const std::string& path) {
  Input body(context.call(), Input::Part::body);
  Deployment wanted;
  wanted.kind = kind;
  if (kind == DeploymentKind::branch) wanted.default_role.reset();
  body->require("name");
  wanted.name = body->text("name", 128).value_or("");
  read_details(body, wanted);
  if (!body.valid()) return body.refusal();
  TRY(const Deployment created, tree(context).add(wanted));
  return created_response(context, to_json(created), path + http::percent_encode(created.name));
}

Result<http::Response> get(Context& context, DeploymentKind kind) {
  Input query(context.call(), Input::Part::query);
  const auto reference = query->text("user", 320);
  if (!query.valid()) return query.refusal();
  TRY(const Deployment deployment, deployment_of_path(context, kind));
  if (!reference) return entity_response(200, to_json(deployment));
  TRY(const User user, find_user_called(context.transaction(), context.key(), *reference));
  if (!context.authority().is_user(user.position)) {
    CHECK_OK(context.authority().need(AdminRight::read_people));
  }
  return detail_response(to_json(deployment),
                         {{"overrides", overrides_of(context, deployment, user)}});
}

/// F6: an editor of the deployment changes its settings and its code locations.
Result<> check_may_change(Context& context, const Deployment& before, const Deployment& after) {
  const Authority& caller = context.authority();
  const Scope scope = scope_of(before);
  if (before.default_role != after.default_role) {
    CHECK_OK(caller.need_on(AdminRight::manage_deployments, "deployment_settings.edit", scope));
    // New users get it: an editor must not make admins of them.
    const Role* given =
        after.default_role ? find_builtin_role(Preset::none, *after.default_role) : nullptr;
    if (given) CHECK_OK(caller.need_to_hand_on(*given, scope));
  }
  return caller.need_on(AdminRight::manage_deployments, "code_locations.edit", scope);
}

Result<http::Response> change(Context& context, DeploymentKind kind) {
  Input body(context.call(), Input::Part::body);
  TRY(const Deployment current, deployment_of_path(context, kind));
  Deployment wanted = current;
  read_details(body, wanted);
  if (!body.valid()) return body.refusal();
  CHECK_OK(check_may_change(context, current, wanted));
  CHECK_OK(context.match(to_json(current)));
  TRY(const Deployment updated, tree(context).update(wanted));
  return entity_response(200, to_json(updated));
}

Result<http::Response> remove(Context& context, DeploymentKind kind) {
  TRY(const Deployment current, deployment_of_path(context, kind));
  CHECK_OK(context.match(to_json(current)));
  if (auto ask = ask_to_confirm(context, [&] { return what_goes(context, current); })) {
    return *std::move(ask);
  }
  CHECK_OK(tree(context).remove_deployment(current.name));
  return http::Response(204);
}

/// F6: whoever is an editor, of branches or of some deployment, opens branches.
Result<> check_may_branch(Context& context) {
  constexpr std::string_view permission = "branch_deployments.create";
  const auto allowed = [&](const Scope& scope) {
    return context.authority().need_on(AdminRight::manage_deployments, permission, scope);
  };
  for (const Deployment& deployment : tree(context).deployments()) {
    if (deployment.kind == DeploymentKind::full && allowed(scope_of(deployment))) return {};
  }
  return allowed({ScopeKind::all_branch_deployments, {}, {}});
}

constexpr auto full = DeploymentKind::full;
constexpr auto branch = DeploymentKind::branch;

}  // namespace

Result<http::Response> list_deployments(Context& context) {
  return list(context, full, "deployments");
}
Result<http::Response> create_deployment(Context& context) {
  return create(context, full, "deployments/");
}
Result<http::Response> get_deployment(Context& context) { return get(context, full); }
Result<http::Response> change_deployment(Context& context) { return change(context, full); }
Result<http::Response> remove_deployment(Context& context) { return remove(context, full); }

Result<http::Response> list_branch_deployments(Context& context) {
  return list(context, branch, "branch-deployments");
}
Result<http::Response> create_branch_deployment(Context& context) {
  CHECK_OK(check_may_branch(context));
  return create(context, branch, "branch-deployments/");
}
Result<http::Response> get_branch_deployment(Context& context) { return get(context, branch); }
Result<http::Response> change_branch_deployment(Context& context) {
  return change(context, branch);
}
Result<http::Response> remove_branch_deployment(Context& context) {
  return remove(context, branch);
}

}  // namespace rollcall::admin
