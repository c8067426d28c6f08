#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"
#include "gateway/admin/tokens.h"

namespace rollcall::admin {
namespace {

ServiceUsers service_users(Context& context) {
  return context.transaction().service_users(context.key());
}

/// The detail of one: what it holds itself; it is in no group (S36).
json::Object with_grants(Context& context, const ServiceUser& found) {
  json::Array grants;
  for (const Grant& grant : context.grants().of({SubjectKind::service_user, found.position})) {
    grants.push_back(to_json(grant));
  }
  return {{"grants", std::move(grants)}};
}

http::Response list(Context& context, Input& query, std::string_view name) {
  const Page page = query.page(name);
  const auto search = query->text("search", 320);
  if (!query.valid()) return query.refusal();
  return context.page(
      name, service_users(context).list(search.value_or(""), page.position(), page.limit + 1), page,
      [](const ServiceUser& found) { return to_json(found); });
}

}  // namespace

Result<http::Response> list_principals(Context& context) {
  constexpr std::array<std::string_view, 2> kinds{"human", "service"};
  Input query(context.call(), Input::Part::query);
  query->require("kind");
  const auto kind = query->word("kind", kinds);
  if (kind == "service") return list(context, query, "service-users");
  if (kind == "human") return list_users(context);
  query.valid();
  return query.refusal();
}

Result<http::Response> list_service_users(Context& context) {
  Input query(context.call(), Input::Part::query);
  return list(context, query, "service-users");
}

Result<http::Response> create_service_user(Context& context) {
  constexpr std::array<std::string_view, 2> kinds{"service", "agent"};
  Input body(context.call(), Input::Part::body);
  body->require("name");
  const auto name = body->text("name", 400);
  const auto description = body->text("description", 4000);
  const auto kind = body->word("kind", kinds);
  if (!body.valid()) return body.refusal();
  TRY(const ServiceUser created,
      service_users(context).add(*name, description.value_or(""),
                                 *find_service_user_kind(kind.value_or("service"))));
  return created_response(context, to_json(created), "service-users/" + created.id.str());
}

Result<http::Response> get_service_user(Context& context) {
  TRY(const ServiceUser found, find_service_user(context, context.argument(1)));
  return detail_response(to_json(found), with_grants(context, found));
}

Result<http::Response> change_service_user(Context& context) {
  Input body(context.call(), Input::Part::body);
  auto name = body->text("name", 400);
  auto description = body->text("description", 4000);
  if (!body.valid()) return body.refusal();
  TRY(const ServiceUser current, find_service_user(context, context.argument(1)));
  CHECK_OK(context.match(to_json(current)));
  TRY(const ServiceUser updated,
      service_users(context).update(current, std::move(name), std::move(description)));
  return entity_response(200, to_json(updated));
}

Result<http::Response> remove_service_user(Context& context) {
  TRY(const ServiceUser current, find_service_user(context, context.argument(1)));
  CHECK_OK(context.match(to_json(current)));
  auto ask = ask_to_confirm(context, [&] {
    json::Object preview{{"service_user", to_json(current)}};
    for (json::Member& member : with_grants(context, current)) {
      preview.append(member.name, std::move(member.value));
    }
    preview.append("tokens", static_cast<std::int64_t>(living_tokens(
                                 context, context.transaction().tokens().list_of_service_user(
                                              current.position, 0, 1000))));
    return preview;
  });
  if (ask) return *std::move(ask);
  CHECK_OK(service_users(context).remove(current.id));
  return http::Response(204);
}

Result<http::Response> list_service_user_tokens(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("tokens");
  if (!query.valid()) return query.refusal();
  TRY(const ServiceUser owner, find_service_user(context, context.argument(1)));
  return context.page("tokens",
                      context.transaction().tokens().list_of_service_user(
                          owner.position, page.position(), page.limit + 1),
                      page, [](const Token& token) { return to_json(token, {}); });
}

Result<http::Response> create_service_user_token(Context& context) {
  Input body(context.call(), Input::Part::body);
  NewToken wanted = read_token(body, TokenKind::service_user);
  if (!body.valid()) return body.refusal();
  TRY(const ServiceUser owner, find_service_user(context, context.argument(1)));
  CHECK_OK(check_hands_on(context, {SubjectKind::service_user, owner.position}));
  wanted.service_user = owner.id;
  return add_token(context, std::move(wanted));
}

}  // namespace rollcall::admin
