#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"
#include "gateway/admin/tokens.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

using access::AdminRight;

constexpr std::size_t longest_name = 400;

std::vector<ScimConnection> connections_of(Context& context) {
  if (!context.has_organization()) return {};
  return context.transaction().organizations().scim_connections(context.key());
}

/// Newest first, hence by falling id (UUID version 7), of a list that the directory gives whole.
http::Response page_of_newest(Context& context, std::vector<Token> list, const Page& page) {
  const auto connections = connections_of(context);
  std::sort(list.begin(), list.end(), [](const Token& a, const Token& b) { return a.id > b.id; });
  json::Array items;
  std::string last;
  for (const Token& token : list) {
    if (!page.after.empty() && token.id.str() >= page.after) continue;
    if (items.size() == page.limit) {
      return page_response(context.call(), "tokens", std::move(items), last);
    }
    items.push_back(to_json(token, connections));
    last = token.id.str();
  }
  return page_response(context.call(), "tokens", std::move(items), "");
}

/// The key of the SCIM connection that the body names.
Result<ScimConnectionKey> scim_connection_called(Context& context, const std::string& id) {
  for (const ScimConnection& connection : connections_of(context)) {
    if (connection.id == id) return connection.key;
  }
  return Error(Fault::invalid_value, "The organization has no SCIM connection \"" + id + "\".");
}

/// Who may end the token: its owner, and whoever answers for its kind (F28).
Result<> need_right_over(Context& context, const Token& token) {
  const Authority& caller = context.authority();
  switch (token.kind) {
    case TokenKind::scim:
      return caller.need(AdminRight::manage_scim);
    case TokenKind::user:
      if (token.user && caller.is_user(token.user->position)) return {};
      return caller.need(AdminRight::revoke_tokens);
    case TokenKind::service_user:
      return caller.need(AdminRight::manage_service_users);
    case TokenKind::operator_:
      break;
  }
  return caller.need_operator();
}

/// The token of the path, if it is one of the log's owner: the organization's or the operator's.
Result<Token> token_of_path(Context& context) {
  const auto id = TokenId::parse(context.call().arguments.back());
  if (!id) return no_such("token");
  auto token = context.transaction().tokens().get(*id);
  const auto owner =
      context.has_organization() ? std::optional(context.key()) : std::optional<OrganizationKey>();
  if (!token || token->organization != owner) return no_such("token");
  return token;
}

/// A person's own tokens; of all people for who may revoke them.
Result<http::Response> list_user_tokens(Context& context, const Page& page,
                                        const std::optional<std::string>& user) {
  Tokens tokens = context.transaction().tokens();
  const Authority& caller = context.authority();
  const auto show = [](const Token& token) { return to_json(token, {}); };
  std::optional<std::int64_t> owner;
  if (user) {
    TRY(const User found, find_user_called(context.transaction(), context.key(), *user));
    owner = found.position;
    if (!caller.is_user(*owner)) CHECK_OK(caller.need(AdminRight::revoke_tokens));
  } else if (!caller.may(AdminRight::revoke_tokens)) {
    if (caller.principal()->kind != SubjectKind::user) {
      return caller.need(AdminRight::revoke_tokens).error();
    }
    owner = caller.principal()->position;
  }
  auto list = owner ? tokens.list_of_user(*owner, page.position(), page.limit + 1)
                    : tokens.list_of_users(context.key(), page.position(), page.limit + 1);
  return context.page("user-tokens", std::move(list), page, show);
}

}  // namespace

NewToken read_token(Input& body, TokenKind kind) {
  NewToken wanted;
  wanted.kind = kind;
  body->require("name");
  wanted.name = body->text("name", longest_name).value_or("");
  wanted.expires = body.instant("expires");
  return wanted;
}

Result<http::Response> add_token(Context& context, NewToken wanted) {
  if (context.has_organization()) wanted.organization = context.key();
  TRY(const CreatedToken created, context.transaction().tokens().add(wanted));
  json::Object object = to_json(created.token, connections_of(context));
  object.append("secret", created.secret.reveal());
  return json_response(201, std::move(object));
}

std::size_t living_tokens(Context& context, const std::vector<Token>& tokens) {
  return static_cast<std::size_t>(std::ranges::count_if(
      tokens, [&](const Token& token) { return token.alive(context.transaction().now()); }));
}

Result<http::Response> list_tokens(Context& context) {
  constexpr std::array<std::string_view, 2> kinds{"scim", "user"};
  Input query(context.call(), Input::Part::query);
  const bool of_users = query->word("kind", kinds) == "user" || query.has("user");
  const auto user = query->text("user", 320);
  const Page page = query.page(of_users ? "user-tokens" : "tokens");
  if (!query.valid()) return query.refusal();
  if (of_users) return list_user_tokens(context, page, user);
  CHECK_OK(context.authority().need(AdminRight::manage_scim));
  return page_of_newest(context, context.transaction().tokens().list(context.key()), page);
}

Result<http::Response> create_token(Context& context) {
  Input body(context.call(), Input::Part::body);
  // Without a SCIM connection it is the caller's own: nobody makes one for another (F28).
  const auto& caller = context.authority().principal();
  const bool own = caller && caller->kind == SubjectKind::user && !body.has("scim_connection");
  NewToken wanted = read_token(body, own ? TokenKind::user : TokenKind::scim);
  const auto connection = body->text("scim_connection", 63);
  if (!own) body->require("scim_connection");
  if (!body.valid()) return body.refusal();
  if (own) {
    wanted.user = UserId::parse(context.call().actor.id);
    return add_token(context, std::move(wanted));
  }
  CHECK_OK(context.authority().need(AdminRight::manage_scim));
  TRY(wanted.scim_connection, scim_connection_called(context, *connection));
  return add_token(context, std::move(wanted));
}

Result<http::Response> revoke_token(Context& context) {
  TRY(const Token token, token_of_path(context));
  CHECK_OK(need_right_over(context, token));
  CHECK_OK(context.transaction().tokens().revoke(token.id));
  return http::Response(204);
}

Result<http::Response> list_operator_tokens(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("tokens");
  if (!query.valid()) return query.refusal();
  return page_of_newest(context, context.transaction().tokens().list(std::nullopt), page);
}

Result<http::Response> create_operator_token(Context& context) {
  Input body(context.call(), Input::Part::body);
  NewToken wanted = read_token(body, TokenKind::operator_);
  if (!body.valid()) return body.refusal();
  return add_token(context, std::move(wanted));
}

Result<http::Response> revoke_operator_token(Context& context) { return revoke_token(context); }

}  // namespace rollcall::admin
