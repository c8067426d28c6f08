#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"

namespace rollcall::admin {
namespace {

constexpr std::size_t most_checks = 1000;

/// Whose rights: one of these.
struct PrincipalReference {
  std::optional<std::string> user;
  std::optional<std::string> service_user;
  /// Its id, or the value of its cookie.
  std::optional<std::string> session;
};

/// What both calls are given: whose rights, asked from where, and the questions.
struct Inquiry {
  std::string organization;
  PrincipalReference principal;
  /// Of the client that the answer is for; its organization's IP rules count then (F60).
  std::string address;
  std::vector<access::Question> questions;
};

std::optional<access::Question> read_question(const yaml::Node& node, const std::string& where,
                                              Problems& problems) {
  Fields fields(node, where, problems);
  fields.require("scope");
  const auto permission = fields.text("permission", 100);
  const auto role = fields.boolean("role");
  const auto scope_text = fields.text("scope", 300);
  fields.done();
  if (permission.has_value() == role.value_or(false)) {
    problems.add(0, where + R"(: ask for a "permission" or for "role": true)");
    return std::nullopt;
  }
  access::Question question;
  if (permission) {
    question.permission = Permission::find(*permission);
    if (!question.permission) {
      problems.add(0, where + ": there is no permission \"" + *permission + "\"");
    }
  }
  if (!scope_text) return std::nullopt;
  auto scope = Scope::parse(*scope_text);
  if (!scope) {
    problems.add(0, where + ": " + scope.error().detail());
    return std::nullopt;
  }
  question.scope = *std::move(scope);
  return question;
}

PrincipalReference read_principal(Input& body, Problems& problems) {
  PrincipalReference principal;
  body->require("principal");
  const yaml::Node* node = body->node("principal");
  if (!node) return principal;
  Fields fields(*node, "principal", problems);
  principal.user = fields.text("user", 320);
  principal.service_user = fields.text("service_user");
  principal.session = fields.text("session", 128);
  fields.done();
  const int named = principal.user.has_value() + principal.service_user.has_value() +
                    principal.session.has_value();
  if (problems.empty() && named != 1) {
    problems.add(0, R"(principal: name one of "user", "service_user" and "session")");
  }
  return principal;
}

Inquiry read_inquiry(Input& body) {
  Inquiry inquiry;
  Problems problems;
  for (const char* key : {"organization", "checks"}) body->require(key);
  inquiry.organization = body->text("organization", 63).value_or("");
  inquiry.address = body->text("address", 64).value_or("");
  inquiry.principal = read_principal(body, problems);
  if (const auto* checks = body->list("checks")) {
    if (checks->size() > most_checks) problems.add(0, "\"checks\" are at most 1000");
    for (const yaml::Node& check : *checks) {
      const std::string where = "checks[" + std::to_string(inquiry.questions.size()) + "]";
      const auto question = read_question(check, where, problems);
      inquiry.questions.push_back(question.value_or(access::Question{}));
      if (problems.full()) break;
    }
  }
  for (const Problem& problem : problems.list()) body->problem(0, problem.message);
  return inquiry;
}

/// The principal of the inquiry, in an organization that the caller belongs to (S3).
Result<access::Principal> find_principal(Transaction& transaction, const Call& call,
                                         const Inquiry& inquiry) {
  TRY(const Organization organization, transaction.organizations().get(inquiry.organization));
  if (call.principal && call.principal->organization != organization.key) {
    return no_such("organization");
  }
  if (inquiry.principal.session) {
    TRY(const Session session,
        find_session_called(transaction, organization.key, *inquiry.principal.session));
    return access::Principal{organization.key, SubjectKind::user, session.user_position};
  }
  if (inquiry.principal.user) {
    TRY(const User user, find_user_called(transaction, organization.key, *inquiry.principal.user));
    return access::Principal{organization.key, SubjectKind::user, user.position};
  }
  TRY(const ServiceUser found,
      find_service_user_called(transaction, organization.key, *inquiry.principal.service_user));
  return access::Principal{organization.key, SubjectKind::service_user, found.position};
}

json::Object to_json(const access::Answer& answer) {
  return {{"allowed", answer.allowed},
          {"role", shown(answer.role)},
          {"license", shown(answer.license)},
          {"reason", access::name(answer.reason)}};
}

json::Array to_json(const std::vector<access::Step>& path) {
  json::Array steps;
  for (const access::Step& step : path) {
    steps.push_back(json::Object{{"kind", step.kind},
                                 {"id", step.id},
                                 {"name", step.name},
                                 {"since", shown(step.since)},
                                 {"by", step.by}});
  }
  return steps;
}

}  // namespace

Result<http::Response> check_access(const Services& services, const Call& call) {
  Input body(call, Input::Part::body);
  const Inquiry inquiry = read_inquiry(body);
  if (!body.valid()) return body.refusal();
  TRY(const auto principal, services.directory.read_now([&](Transaction& transaction) {
    return find_principal(transaction, call, inquiry);
  }));
  TRY(const auto rights, services.rights.get_now(principal));
  json::Array results;
  for (const access::Question& question : inquiry.questions) {
    results.push_back(to_json(rights->decide(question, inquiry.address)));
  }
  return json_response(200, {{"results", std::move(results)}});
}

Result<http::Response> explain_access(Context& context) {
  Input body(context.call(), Input::Part::body);
  const Inquiry inquiry = read_inquiry(body);
  if (!body.valid()) return body.refusal();
  TRY(const auto principal, find_principal(context.transaction(), context.call(), inquiry));
  const auto& caller = context.authority().principal();
  if (caller && *caller != principal) {
    CHECK_OK(context.authority().need(access::AdminRight::read_people));
  }
  json::Array results;
  for (const access::Question& question : inquiry.questions) {
    TRY(const access::Answer answer,
        access::explain(context.transaction(), principal, question, inquiry.address));
    json::Object result = to_json(answer);
    result.append("path", to_json(answer.path));
    results.push_back(std::move(result));
  }
  return json_response(200, {{"results", std::move(results)}});
}

Result<http::Response> list_permissions(Context&) {
  json::Array items;
  for (const PermissionInfo& info : permissions()) {
    items.push_back(json::Object{{"key", info.key},
                                 {"family", name(info.family)},
                                 {"description", info.description},
                                 {"organization_wide", info.organization_wide}});
  }
  return json_response(200, {{"items", std::move(items)}, {"next", json::Null{}}});
}

}  // namespace rollcall::admin
