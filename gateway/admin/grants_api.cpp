#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"

namespace rollcall::admin {
namespace {

using access::AdminRight;

json::Object grant_json(Context& context, const Grant& grant) {
  json::Object object = to_json(grant);
  object.append("subject", show_subject(context, grant.subject));
  return object;
}

/// "all", or a list of categories (F39).
Environments read_environments(Input& body) {
  const yaml::Node* node = body->node("environments");
  if (!node) return 0;
  const json::Value value = to_json(*node);
  if (value.string() && *value.string() == "all") return all_environments;
  Environments environments = 0;
  bool good = value.array() != nullptr;
  for (const json::Value& item : value.array() ? *value.array() : json::Array()) {
    const auto category = item.string() ? find_environment_category(*item.string()) : std::nullopt;
    good = good && category.has_value();
    if (category) environments = static_cast<Environments>(environments | bit(*category));
  }
  if (!good) {
    body->problem(0,
                  "\"environments\" must be \"all\" or a list of: production staging development "
                  "other");
  }
  return environments;
}

/// Who may decide what the subject may do there (F6, S5, S39).
Result<> need_right(Context& context, const Subject& subject, const std::string& role,
                    const Scope& scope) {
  const Authority& caller = context.authority();
  if (subject.kind == SubjectKind::user) return caller.need(AdminRight::manage_grants);
  const bool service_user = subject.kind == SubjectKind::service_user;
  if (service_user) CHECK_OK(caller.need(AdminRight::manage_service_users));
  if (caller.may(AdminRight::manage_grants)) return {};
  TRY(const Role granted, context.transaction().roles(context.key()).get(role));
  return service_user ? caller.need_to_hand_on(granted, scope)
                      : caller.need_group_grant(granted, scope);
}

}  // namespace

Result<http::Response> list_grants(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("grants");
  const SubjectReference reference = read_subject(query, false);
  GrantSelection selection;
  selection.role = query->text("role", 100);
  const auto scope = query->text("scope", 300);
  if (!query.valid()) return query.refusal();
  if (scope) {
    TRY(selection.scope, Scope::parse(*scope));
  }
  if (!reference.empty()) {
    TRY(const NamedSubject subject, find_subject(context, reference));
    selection.subject = subject.subject;
  }
  return context.page("grants", context.grants().list(selection, page.position(), page.limit + 1),
                      page, [&](const Grant& grant) { return grant_json(context, grant); });
}

Result<http::Response> create_grant(Context& context) {
  Input body(context.call(), Input::Part::body);
  const SubjectReference reference = read_subject(body, true);
  body->require("role");
  body->require("scope");
  const auto role = body->text("role", 100);
  const auto scope_text = body->text("scope", 300);
  const Environments environments = read_environments(body);
  if (!body.valid()) return body.refusal();
  TRY(const Scope scope, Scope::parse(*scope_text));
  TRY(const NamedSubject subject, find_subject(context, reference));
  CHECK_OK(need_right(context, subject.subject, *role, scope));
  TRY(const Grant grant,
      context.grants().put({subject.subject, *role, scope, environments, GrantOrigin::manual}));
  return created_response(context, grant_json(context, grant), "grants/" + grant.id.str());
}

Result<http::Response> get_grant(Context& context) {
  const auto id = GrantId::parse(context.argument(1));
  if (!id) return no_such("grant");
  TRY(const Grant grant, context.grants().get(*id));
  return entity_response(200, grant_json(context, grant));
}

Result<http::Response> remove_grant(Context& context) {
  const auto id = GrantId::parse(context.argument(1));
  if (!id) return no_such("grant");
  TRY(const Grant grant, context.grants().get(*id));
  CHECK_OK(need_right(context, grant.subject, grant.role, grant.scope));
  CHECK_OK(context.match(grant_json(context, grant)));
  CHECK_OK(context.grants().remove(*id));
  return http::Response(204);
}

}  // namespace rollcall::admin
