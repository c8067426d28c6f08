#include "gateway/admin/connection_writes.h"
#include "gateway/admin/endpoints.h"
#include "gateway/admin/organization_file.h"
#include "gateway/admin/organization_file_parts.h"
#include "gateway/admin/show.h"
#include "gateway/sign_in/connection.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

Organizations organizations(Context& context) { return context.transaction().organizations(); }

Result<Connection> find_connection(Context& context) {
  auto connection = organizations(context).connection(context.key(), context.argument(1));
  if (!connection) return no_such("connection");
  return *std::move(connection);
}

/// Addresses of ours that the form of an OpenID provider wants.
json::Object oidc_addresses(const std::string& origin,
                            const sign_in::SignInConnection& connection) {
  const auto url = [&](std::string_view endpoint) {
    return sign_in::oidc_url(origin, connection, endpoint);
  };
  return {{"redirect_uri", url("callback")},
          {"initiate_login_uri", url("login")},
          {"backchannel_logout_uri", url("backchannel-logout")},
          {"frontchannel_logout_uri", url("frontchannel-logout")},
          {"post_logout_redirect_uri", origin + "/logout/done"},
          {"jwks_uri", url("jwks.json")}};
}

/// What became of what was stated, and what the IdP's form wants to know of us.
Result<json::Object> more_about(Context& context, const Connection& row) {
  TRY(const auto connection,
      sign_in::find_connection(context.transaction(), context.services().keys,
                               context.organization().slug, row.id));
  json::Object object{{"state", sign_in::name(connection.state)}};
  object.set("problem",
             connection.problem.empty() ? json::Value() : json::Value(connection.problem));
  object.set("tested", row.tested && *row.tested == connection.digest);
  object.set("secrets",
             shown(context.transaction().connection_secrets(context.key()).names(row.id)));
  const std::string& origin = context.call().origin;
  if (origin.empty()) return object;
  object.set("login_url", sign_in::login_url(origin, connection));
  if (connection.protocol == sign_in::Protocol::oidc) {
    object.set("addresses", oidc_addresses(origin, connection));
  }
  return object;
}

Result<ScimConnection> find_scim_connection(Context& context) {
  for (ScimConnection& connection : organizations(context).scim_connections(context.key())) {
    if (connection.id == context.argument(1)) return std::move(connection);
  }
  return no_such("SCIM connection");
}

json::Object shown_scim(Context& context, const ScimConnection& connection) {
  return to_json(connection, context.organization().preset);
}

/// What depends on the connection: mappings that name it (S82: their groups may end as unmanaged).
json::Object what_goes(Context& context, const Connection& connection) {
  json::Array mappings;
  std::int64_t position = 0;
  for (auto list = context.transaction().mappings(context.key()).list(position, Page::largest);
       !list.empty() && mappings.size() < Page::largest;
       list = context.transaction().mappings(context.key()).list(position, Page::largest)) {
    position = list.back().position;
    for (const SsoMapping& mapping : list) {
      if (mapping.connection == connection.id) mappings.push_back(to_json(mapping));
    }
  }
  return {{"connection", to_json(connection)}, {"mappings", std::move(mappings)}};
}

json::Object stated_options(const ScimConnection& connection) {
  const auto value = json::parse(connection.options);
  return value && value->object() ? *value->object() : json::Object{};
}

/// The members of the body over `connection`.
void read_scim(Input& body, ScimConnection& connection) {
  constexpr std::array<std::string_view, 3> modes{"lenient", "strict", "interop"};
  json::Object options = stated_options(connection);
  if (const auto enabled = body->boolean("enabled")) connection.enabled = *enabled;
  if (const auto mode = body->word("mode", modes)) {
    const auto place = std::ranges::find(modes, *mode) - modes.begin();
    connection.mode = static_cast<ScimMode>(place);
  }
  if (const auto email = body->boolean("username_is_email")) connection.username_is_email = *email;
  for (const char* name : {"manual_users", "manual_groups", "controls_license"}) {
    if (const auto option = body->boolean(name)) options.set(name, *option);
  }
  if (const auto sign_in = body->text("connection", 63)) options.set("connection", *sign_in);
  connection.options = json::write(json::Value(std::move(options)));
}

Result<http::Response> save_scim(Context& context, ScimConnection wanted, int status) {
  // What a smaller plan does not have can still be switched off.
  if (wanted.enabled) CHECK_OK(require(context.organization(), Feature::scim));
  TRY(const ScimConnection saved, organizations(context).put_scim_connection(wanted));
  return entity_response(status, shown_scim(context, saved));
}

}  // namespace

Result<http::Response> list_connections(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("connections");
  if (!query.valid()) return query.refusal();
  json::Array items;
  std::string last;
  for (const Connection& row : organizations(context).connections(context.key())) {
    if (!page.after.empty() && row.id <= page.after) continue;
    if (items.size() == page.limit) {
      return page_response(context.call(), "connections", std::move(items), last);
    }
    TRY(const json::Object more, more_about(context, row));
    json::Object shown = to_json(row);
    for (const json::Member& member : more) shown.set(member.name, member.value);
    items.emplace_back(std::move(shown));
    last = row.id;
  }
  return page_response(context.call(), "connections", std::move(items), "");
}

Result<http::Response> get_connection(Context& context) {
  TRY(const Connection row, find_connection(context));
  TRY(const json::Object more, more_about(context, row));
  return detail_response(to_json(row), more);
}

Result<http::Response> put_connection(Context& context) {
  Problems problems;
  auto body = json::parse(context.call().body);
  if (!body || !body->object()) {
    problems.add(0, "the body must be a JSON object");
    return refusal(problems);
  }
  body->object()->set("id", context.argument(1));
  const auto declared = read_connection(to_node(*body), "body", problems);
  for (const DeclaredSecret& secret : declared.secrets) {
    if (!secret.file.empty()) problems.add(0, "a body cannot name a file: state the secret itself");
  }
  if (!problems.empty()) return refusal(problems);
  CHECK_OK(require(context.organization(), Feature::sso));
  const auto before = find_connection(context);
  if (before) CHECK_OK(context.match(to_json(*before)));
  const StatedBy by = context.authority().is_operator() ? StatedBy::operator_ : StatedBy::admin;
  CHECK_OK(put_sign_in_connection(context.transaction(), context.services().keys, context.key(),
                                  declared, by));
  TRY(const Connection row, find_connection(context));
  TRY(const json::Object more, more_about(context, row));
  http::Response response = detail_response(to_json(row), more);
  response.status = before ? 200 : 201;
  return response;
}

Result<http::Response> remove_connection(Context& context) {
  TRY(const Connection connection, find_connection(context));
  CHECK_OK(context.match(to_json(connection)));
  if (auto ask = ask_to_confirm(context, [&] { return what_goes(context, connection); })) {
    return *std::move(ask);
  }
  CHECK_OK(organizations(context).remove_connection(context.key(), connection.id));
  return http::Response(204);
}

Result<http::Response> list_scim_connections(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("scim-connections");
  if (!query.valid()) return query.refusal();
  return context.page_of_all(
      "scim-connections", organizations(context).scim_connections(context.key()), page,
      [](const ScimConnection& item) { return item.id; },
      [&](const ScimConnection& item) { return shown_scim(context, item); });
}

Result<http::Response> get_scim_connection(Context& context) {
  TRY(const ScimConnection connection, find_scim_connection(context));
  return entity_response(200, shown_scim(context, connection));
}

Result<http::Response> put_scim_connection(Context& context) {
  Input body(context.call(), Input::Part::body);
  ScimConnection wanted{.key = ScimConnectionKey(0),
                        .organization = context.key(),
                        .organization_slug = context.organization().slug,
                        .id = context.argument(1)};
  read_scim(body, wanted);
  if (!body.valid()) return body.refusal();
  const auto before = find_scim_connection(context);
  if (before) CHECK_OK(context.match(shown_scim(context, *before)));
  return save_scim(context, std::move(wanted), before ? 200 : 201);
}

Result<http::Response> change_scim_connection(Context& context) {
  Input body(context.call(), Input::Part::body);
  TRY(ScimConnection wanted, find_scim_connection(context));
  CHECK_OK(context.match(shown_scim(context, wanted)));
  read_scim(body, wanted);
  if (!body.valid()) return body.refusal();
  return save_scim(context, std::move(wanted), 200);
}

Result<http::Response> remove_scim_connection(Context& context) {
  TRY(const ScimConnection connection, find_scim_connection(context));
  CHECK_OK(context.match(shown_scim(context, connection)));
  auto ask = ask_to_confirm(
      context, [&] { return json::Object{{"scim_connection", shown_scim(context, connection)}}; });
  if (ask) return *std::move(ask);
  CHECK_OK(organizations(context).remove_scim_connection(context.key(), connection.id));
  return http::Response(204);
}

}  // namespace rollcall::admin
