#include "gateway/admin/admin_api.h"

#include "gateway/admin/operations.h"
#include "gateway/admin/workers.h"
#include "gateway/base/text.h"
#include "gateway/http/problem.h"
#include "gateway/http/route_table.h"
#include "gateway/http/url.h"

#include <exception>
#include <variant>

namespace rollcall::admin {
namespace {

/// Two, so that a long backup or verification does not hold up the rest.
constexpr std::size_t threads = 2;
constexpr std::size_t most_waiting = 32;
constexpr std::size_t longest_token = 128;

enum class Access { operator_, anyone };

struct Target {
  Operation operation;
  Access access = Access::operator_;
};
using Table = http::RouteTable<Target>;
using http::Method;

const Table& table() {
  static const Table routes({
      {Method::get, "/api/v1/openapi.json", {openapi_document, Access::anyone}},
      {Method::get, "/api/v1/organizations", {list_organizations}},
      {Method::post, "/api/v1/organizations", {create_organization}},
      {Method::get, "/api/v1/organizations/{organization}", {get_organization}},
      {Method::get, "/api/v1/organizations/{organization}/connections", {list_connections}},
      {Method::get,
       "/api/v1/organizations/{organization}/scim-connections",
       {list_scim_connections}},
      {Method::get, "/api/v1/organizations/{organization}/users", {list_users}},
      {Method::get, "/api/v1/organizations/{organization}/users/{user}", {get_user}},
      {Method::get, "/api/v1/organizations/{organization}/groups", {list_groups}},
      {Method::get, "/api/v1/organizations/{organization}/groups/{group}", {get_group}},
      {Method::get, "/api/v1/organizations/{organization}/memberships", {list_memberships}},
      {Method::get, "/api/v1/organizations/{organization}/tokens", {list_scim_tokens}},
      {Method::post, "/api/v1/organizations/{organization}/tokens", {create_scim_token}},
      {Method::delete_, "/api/v1/organizations/{organization}/tokens/{token}", {revoke_scim_token}},
      {Method::get, "/api/v1/organizations/{organization}/audit", {list_audit_events}},
      {Method::get, "/api/v1/organizations/{organization}/audit/head", {get_audit_head}},
      {Method::post, "/api/v1/organizations/{organization}/audit/verify", {verify_audit}},
      {Method::get, "/api/v1/organizations/{organization}/export", {export_organization}},
      {Method::post, "/api/v1/apply", {apply_organization}},
      {Method::get, "/api/v1/tokens", {list_operator_tokens}},
      {Method::post, "/api/v1/tokens", {create_operator_token}},
      {Method::delete_, "/api/v1/tokens/{token}", {revoke_operator_token}},
      {Method::get, "/api/v1/audit", {list_audit_events}},
      {Method::get, "/api/v1/audit/head", {get_audit_head}},
      {Method::post, "/api/v1/audit/verify", {verify_audit}},
      {Method::post, "/api/v1/backup", {back_up_store}},
  });
  return routes;
}

/// A call and the route that will answer it.
struct Routed {
  const Table::Route* route = nullptr;
  Call call;
};

Call call_of(const http::Request& request, std::vector<std::string> arguments) {
  Call call;
  call.arguments = std::move(arguments);
  call.query = request.query;
  call.body = request.body;
  call.authorization = request.field("Authorization").value_or("");
  call.local = request.local;
  call.actor.address = request.client_address;
  call.actor.request_id = request.id;
  return call;
}

/// What the path and method alone decide, or the call.
std::variant<http::Response, Routed> route(const http::Request& request) {
  const auto segments = http::parse_path(request.path);
  if (!segments) {
    return http::problem(Error(Fault::invalid_syntax, "The path has a broken escape."));
  }
  auto match = table().match(request.method, *segments);
  if (match.route) return Routed{match.route, call_of(request, std::move(match.arguments))};
  if (match.allow.empty()) {
    return http::problem(Error(Fault::not_found, "The admin API has no such path."));
  }
  if (request.method == Method::options) {
    return http::Response(204).with("Allow", std::move(match.allow));
  }
  return http::problem(Error(Fault::method_not_allowed, "This path allows " + match.allow + "."))
      .with("Allow", match.allow);
}

std::optional<Sha256> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() <= scheme.size() ||
      !iequals(authorization.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const auto token = trim(authorization.substr(scheme.size()));
  if (token.empty() || token.size() > longest_token) return std::nullopt;
  return token_hash(token);
}

}  // namespace

struct AdminApi::Impl {
  Impl(Directory& store, const Clock& time) : directory(store), clock(time) {}

  Result<> authenticate(Call& call);
  http::Response run(Routed routed);
  Awaitable<http::Response> run_on_worker(Routed routed);

  Directory& directory;
  const Clock& clock;
  Workers workers{threads, most_waiting};
};

/// The local socket's owner is the operator; anyone else shows an operator token.
Result<> AdminApi::Impl::authenticate(Call& call) {
  if (call.local) {
    call.actor.kind = ActorKind::operator_local;
    call.actor.source = Source::cli;
    return {};
  }
  const auto hash = bearer_token(call.authorization);
  const Error refused(Fault::unauthenticated,
                      "The bearer token is missing, unknown, expired or revoked.");
  if (!hash) return refused;
  TRY(const std::optional<Token> token,
      directory.read_now([&](Transaction& transaction) -> Result<std::optional<Token>> {
        return transaction.tokens().find(*hash);
      }));
  const Timestamp now = clock.now();
  if (!token || !token->alive(now)) return refused;
  if (token->kind != TokenKind::operator_) {
    return Error(Fault::forbidden, "This token is not for the admin API.");
  }
  call.actor.kind = ActorKind::operator_token;
  call.actor.source = Source::api;
  call.actor.id = token->id.str();
  if (!token->last_used || now - *token->last_used > std::chrono::minutes(1)) {
    // Losing it loses a statistic only.
    static_cast<void>(directory.write_now(call.actor, [&](Transaction& transaction) -> Result<> {
      transaction.tokens().touch(token->id, now);
      return {};
    }));
  }
  return {};
}

http::Response AdminApi::Impl::run(Routed routed) {
  const Target& target = routed.route->target;
  Result<> allowed = target.access == Access::anyone ? Result<>() : authenticate(routed.call);
  if (!allowed) return http::problem(allowed.error());
  auto result = target.operation(directory, routed.call);
  http::Response response = result ? *std::move(result) : http::problem(result.error());
  response.route = routed.route->pattern;
  return response;
}

Awaitable<http::Response> AdminApi::Impl::run_on_worker(Routed routed) {
  http::Response response;
  std::exception_ptr failure;
  std::function<void()> job = [&, this] {
    try {
      response = run(std::move(routed));
    } catch (...) {
      failure = std::current_exception();
    }
  };
  co_await workers.run(std::move(job));
  if (failure) std::rethrow_exception(failure);
  co_return response;
}

AdminApi::AdminApi(Directory& directory, const Clock& clock)
    : impl_(std::make_unique<Impl>(directory, clock)) {}
AdminApi::~AdminApi() = default;

http::Reply AdminApi::handle(const http::Request& request) {
  auto routed = route(request);
  if (auto* response = std::get_if<http::Response>(&routed)) return std::move(*response);
  if (impl_->workers.full()) {
    return http::problem(Error(Fault::unavailable, "Too many admin calls are waiting."));
  }
  return impl_->run_on_worker(std::get<Routed>(std::move(routed)));
}

http::Response AdminApi::handle_now(const http::Request& request) {
  auto routed = route(request);
  if (auto* response = std::get_if<http::Response>(&routed)) return std::move(*response);
  return impl_->run(std::get<Routed>(std::move(routed)));
}

std::vector<AdminApi::RouteName> AdminApi::routes() {
  std::vector<RouteName> names;
  for (const Table::Route& entry : table().routes()) names.push_back({entry.method, entry.pattern});
  return names;
}

}  // namespace rollcall::admin
