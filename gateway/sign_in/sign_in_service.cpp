#include "gateway/sign_in/sign_in_service.h"

#include "gateway/http/problem.h"
#include "gateway/http/route_table.h"
#include "gateway/sign_in/call.h"
#include "gateway/sign_in/confirmation.h"
#include "gateway/sign_in/current_session.h"
#include "gateway/sign_in/login.h"
#include "gateway/sign_in/logout.h"
#include "gateway/sign_in/oidc_relying_party.h"
#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/session_endpoint.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

using http::Method;

http::Response traced(http::Response response) {
  const bool has = std::ranges::any_of(
      response.fields, [](const http::ResponseField& field) { return field.name == trace_field; });
  if (!has) response.with(trace_field, make_trace_id());
  return response;
}

/// Where a program asks rather than a person.
bool wants_json(std::string_view path) {
  return path == "/session" || path.ends_with("/backchannel-logout") ||
         path.ends_with("/jwks.json");
}

http::Response refused(std::string_view path, const Error& error) {
  if (wants_json(path)) return http::problem(error);
  return refusal_page(error, make_trace_id(), "/login");
}

http::Response not_allowed(std::string_view path, bool options, std::string allow) {
  http::Response response(204);
  if (!options) {
    response = refused(path, Error(Fault::method_not_allowed, "This is not done here."));
    response.status = 405;
  }
  response.with("Allow", std::move(allow));
  return response;
}

}  // namespace

struct SignInService::Impl {
  explicit Impl(const Services& given)
      : services(given),
        providers(given.fetcher, given.clock),
        frame(given),
        oidc(services, frame, providers),
        current(services, oidc),
        login(services, frame, oidc, current),
        session(services, current),
        logout(services, oidc),
        confirmation(services) {}

  using Target = Awaitable<http::Response> (Impl::*)(Call call);
  using Routes = http::RouteTable<Target>;
  static const Routes& routes();

  Awaitable<http::Response> answer(Call call, Target target, std::string_view pattern);

  Awaitable<http::Response> open_login(Call call) { return login.open(std::move(call)); }
  Awaitable<http::Response> show_session(Call call) { return session.show(std::move(call)); }
  Awaitable<http::Response> ask_logout(Call call) { return logout.ask(std::move(call)); }
  Awaitable<http::Response> post_logout(Call call) { return logout.post(std::move(call)); }
  Awaitable<http::Response> logout_done(Call call) { return logout.done(std::move(call)); }
  Awaitable<http::Response> show_confirmation(Call call) {
    return confirmation.show(std::move(call));
  }
  Awaitable<http::Response> settle(Call call) { return confirmation.settle(std::move(call)); }
  Awaitable<http::Response> callback(Call call) {
    return oidc.callback(std::move(call.arguments.at(0)), std::move(call.arguments.at(1)),
                         std::move(call.parameters), std::move(call.browser));
  }
  Awaitable<http::Response> backchannel_logout(Call call) {
    return oidc.backchannel_logout(std::move(call.arguments.at(0)), std::move(call.arguments.at(1)),
                                   std::move(call.parameters), std::move(call.browser));
  }
  Awaitable<http::Response> frontchannel_logout(Call call) {
    return oidc.frontchannel_logout(std::move(call.arguments.at(0)),
                                    std::move(call.arguments.at(1)), std::move(call.parameters),
                                    std::move(call.browser));
  }
  Awaitable<http::Response> own_keys(Call call) {
    return oidc.own_keys(std::move(call.arguments.at(0)), std::move(call.arguments.at(1)));
  }

  const Services services;
  ProviderCache providers;
  Frame frame;
  OidcRelyingParty oidc;
  CurrentSession current;
  Login login;
  SessionEndpoint session;
  Logout logout;
  ConfirmationPages confirmation;
};

const SignInService::Impl::Routes& SignInService::Impl::routes() {
  static const Routes table({
      {Method::get, "/login", &Impl::open_login},
      {Method::post, "/login", &Impl::open_login},
      {Method::get, "/session", &Impl::show_session},
      {Method::get, "/logout", &Impl::ask_logout},
      {Method::post, "/logout", &Impl::post_logout},
      {Method::get, "/logout/done", &Impl::logout_done},
      {Method::get, "/confirm", &Impl::show_confirmation},
      {Method::post, "/confirm", &Impl::settle},
      {Method::get, "/oidc/{organization}/{connection}/login", &Impl::open_login},
      {Method::post, "/oidc/{organization}/{connection}/login", &Impl::open_login},
      {Method::get, "/oidc/{organization}/{connection}/callback", &Impl::callback},
      {Method::post, "/oidc/{organization}/{connection}/callback", &Impl::callback},
      {Method::post, "/oidc/{organization}/{connection}/backchannel-logout",
       &Impl::backchannel_logout},
      {Method::get, "/oidc/{organization}/{connection}/frontchannel-logout",
       &Impl::frontchannel_logout},
      {Method::get, "/oidc/{organization}/{connection}/jwks.json", &Impl::own_keys},
  });
  return table;
}

Awaitable<http::Response> SignInService::Impl::answer(Call call, Target target,
                                                      std::string_view pattern) {
  http::Response response = co_await (this->*target)(std::move(call));
  response = traced(std::move(response));
  response.route = pattern;
  co_return response;
}

SignInService::SignInService(const Services& services) : impl_(std::make_unique<Impl>(services)) {}
SignInService::~SignInService() = default;

http::Reply SignInService::handle(const http::Request& request) {
  const auto segments = http::parse_path(request.path);
  if (!segments) {
    return refused(request.path, Error(Fault::invalid_path, "This path cannot be read."));
  }
  auto match = Impl::routes().match(request.method, *segments);
  if (!match.route && match.allow.empty()) {
    return refused(request.path, Error(Fault::not_found, "There is nothing here."));
  }
  if (!match.route) {
    const bool options = request.method == Method::options;
    return traced(not_allowed(request.path, options, std::move(match.allow)));
  }
  auto parameters = read_parameters(request);
  // A program is told in its own words that what it needs is not there.
  if (!parameters && wants_json(request.path)) parameters.emplace();
  if (!parameters) {
    return traced(
        refused(request.path, Error(Fault::invalid_syntax, "The parameters cannot be read.")));
  }
  Call call{.browser = read_browser(request),
            .method = request.method,
            .parameters = *std::move(parameters),
            .arguments = std::move(match.arguments)};
  return impl_->answer(std::move(call), match.route->target, match.route->pattern);
}

http::Response SignInService::render(const Error& error) { return refused("", error); }

}  // namespace rollcall::sign_in
