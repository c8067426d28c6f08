#include "gateway/admin/admin_api.h"

#include "gateway/admin/execute.h"
#include "gateway/admin/workers.h"
#include "gateway/crypto/digest.h"
#include "gateway/http/problem.h"
#include "gateway/http/url.h"
#include "gateway/sign_in/browser.h"

#include <exception>
#include <variant>

namespace rollcall::admin {
namespace {

/// Two, so that a long backup or verification does not hold up the rest.
constexpr std::size_t threads = 2;
constexpr std::size_t most_waiting = 32;

using http::Method;

/// A call and the route that will answer it.
struct Routed {
  const RouteTable::Route* route = nullptr;
  Call call;
};

Call call_of(const http::Request& request, std::vector<std::string> arguments) {
  const auto field = [&](std::string_view name) {
    return std::string(request.field(name).value_or(""));
  };
  Call call;
  call.method = request.method;
  call.path = request.path;
  call.arguments = std::move(arguments);
  call.query = request.query;
  call.body = request.body;
  call.authorization = field("Authorization");
  const sign_in::Browser browser = sign_in::read_browser(request);
  call.session = browser.session;
  call.cross_site = browser.cross_site;
  call.if_match = field("If-Match");
  call.if_none_match = field("If-None-Match");
  call.idempotency_key = field("Idempotency-Key");
  call.origin = request.origin;
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
  auto match = route_table().match(request.method, *segments);
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

/// Cursors are authenticated with a key of the store's own, so that they hold on every gateway and
/// over a restart.
Secret cursor_key(Directory& directory) {
  auto key = directory.read_now([](Transaction& transaction) -> Result<Sha256> {
    return transaction.audit_chain()({"rollcall admin cursors"});
  });
  if (!key) throw std::runtime_error(key.error().detail());
  return Secret(std::string(as_bytes(*key)));
}

}  // namespace

struct AdminApi::Impl {
  explicit Impl(const Services& given) : services(given), cursors(cursor_key(given.directory)) {}

  http::Response run(Routed routed);
  Awaitable<http::Response> run_on_worker(Routed routed);

  const Services services;
  const Secret cursors;
  Workers workers{threads, most_waiting};
};

http::Response AdminApi::Impl::run(Routed routed) {
  routed.call.cursor_key = &cursors;
  http::Response response = execute(services, *routed.route, std::move(routed.call));
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

AdminApi::AdminApi(const Services& services) : impl_(std::make_unique<Impl>(services)) {}
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
  for (const RouteTable::Route& entry : route_table().routes())
    names.push_back({entry.method, entry.pattern});
  return names;
}

}  // namespace rollcall::admin
