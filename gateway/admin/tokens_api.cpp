#include "gateway/admin/operations.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

json::Value optional_time(const std::optional<Timestamp>& instant) {
  return instant ? json::Value(format_timestamp(*instant)) : json::Value();
}

/// `connections` are those of the token's organization.
json::Object to_json(const Token& token, const std::vector<ScimConnection>& connections) {
  json::Object object{{"id", token.id.str()},
                      {"kind", token.kind == TokenKind::scim ? "scim" : "operator"},
                      {"name", token.name}};
  for (const ScimConnection& connection : connections) {
    if (token.scim_connection == connection.key) {
      object.append("scim_connection", connection.id);
    }
  }
  object.append("created_by", token.created_by);
  object.append("created", format_timestamp(token.created));
  object.append("expires", optional_time(token.expires));
  object.append("last_used", optional_time(token.last_used));
  object.append("revoked", optional_time(token.revoked));
  return object;
}

/// The organization whose tokens the path names; none for operator tokens.
Result<std::optional<Organization>> owner(Transaction& transaction, const Call& call, bool scim) {
  if (!scim) return std::optional<Organization>();
  TRY(auto organization, transaction.organizations().get(call.organization()));
  return std::optional(std::move(organization));
}

std::optional<OrganizationKey> key_of(const std::optional<Organization>& organization) {
  return organization ? std::optional(organization->key) : std::nullopt;
}

std::vector<ScimConnection> connections_of(Transaction& transaction,
                                           const std::optional<Organization>& organization) {
  if (!organization) return {};
  return transaction.organizations().scim_connections(organization->key);
}

/// Newest first, hence by falling id (UUID version 7).
Result<http::Response> list_tokens(Directory& directory, const Call& call, bool scim) {
  Input query(call, Input::Part::query);
  const Page page = query.page("tokens");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const auto organization, owner(transaction, call, scim));
    const auto connections = connections_of(transaction, organization);
    auto list = transaction.tokens().list(key_of(organization));
    std::sort(list.begin(), list.end(), [](const Token& a, const Token& b) { return a.id > b.id; });
    json::Array items;
    std::string last;
    for (const Token& token : list) {
      if (!page.after.empty() && token.id.str() >= page.after) continue;
      if (items.size() == page.limit) return page_response("tokens", std::move(items), last);
      items.push_back(to_json(token, connections));
      last = token.id.str();
    }
    return page_response("tokens", std::move(items), "");
  });
}

std::optional<Timestamp> read_expiry(Input& body) {
  const auto text = body->text("expires", 40);
  if (!text) return std::nullopt;
  const auto instant = parse_timestamp(*text);
  if (!instant) body->problem(0, "\"expires\" must be a date like 2030-01-31T00:00:00Z");
  return instant;
}

Result<http::Response> create_token(Directory& directory, const Call& call, bool scim) {
  Input body(call, Input::Part::body);
  body->require("name");
  const auto name = body->text("name", 100);
  const auto expires = read_expiry(body);
  std::optional<std::string> connection_id;
  if (scim) {
    body->require("scim_connection");
    connection_id = body->text("scim_connection", 63);
  }
  if (!body.valid()) return body.refusal();
  return directory.write_now(call.actor, [&](Transaction& transaction) -> Result<http::Response> {
    TRY(const auto organization, owner(transaction, call, scim));
    const auto connections = connections_of(transaction, organization);
    NewToken wanted{scim ? TokenKind::scim : TokenKind::operator_, key_of(organization),
                    std::nullopt, *name, expires};
    for (const ScimConnection& connection : connections) {
      if (connection.id == connection_id) wanted.scim_connection = connection.key;
    }
    if (scim && !wanted.scim_connection) {
      return Error(Fault::invalid_value,
                   "The organization has no SCIM connection \"" + *connection_id + "\".");
    }
    if (expires && *expires <= transaction.now()) {
      return Error(Fault::invalid_value, "\"expires\" must lie in the future.");
    }
    const CreatedToken created = transaction.tokens().add(wanted);
    json::Object object = to_json(created.token, connections);
    object.append("secret", created.secret.reveal());
    return json_response(201, std::move(object));
  });
}

Result<http::Response> revoke_token(Directory& directory, const Call& call, bool scim) {
  const auto id = TokenId::parse(call.arguments.back());
  return directory.write_now(call.actor, [&](Transaction& transaction) -> Result<http::Response> {
    TRY(const auto organization, owner(transaction, call, scim));
    const auto list = transaction.tokens().list(key_of(organization));
    const bool known =
        std::any_of(list.begin(), list.end(), [&](const Token& token) { return token.id == id; });
    if (!known) return Error(Fault::not_found, "There is no such token.");
    CHECK_OK(transaction.tokens().revoke(*id));
    return http::Response(204);
  });
}

}  // namespace

Result<http::Response> list_scim_tokens(Directory& directory, const Call& call) {
  return list_tokens(directory, call, true);
}
Result<http::Response> create_scim_token(Directory& directory, const Call& call) {
  return create_token(directory, call, true);
}
Result<http::Response> revoke_scim_token(Directory& directory, const Call& call) {
  return revoke_token(directory, call, true);
}
Result<http::Response> list_operator_tokens(Directory& directory, const Call& call) {
  return list_tokens(directory, call, false);
}
Result<http::Response> create_operator_token(Directory& directory, const Call& call) {
  return create_token(directory, call, false);
}
Result<http::Response> revoke_operator_token(Directory& directory, const Call& call) {
  return revoke_token(directory, call, false);
}

}  // namespace rollcall::admin
