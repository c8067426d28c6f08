#include "gateway/sign_in/oidc_exchange.h"
#include "gateway/sign_in/oidc_relying_party.h"

namespace rollcall::sign_in {
namespace {

/// Google: a hint that spares people the choice of an account; the ID token decides.
std::string hosted_domain(const SignInConnection& connection) {
  if (connection.vendor != Vendor::google || connection.domains.empty()) return {};
  return connection.domains.size() == 1 ? connection.domains.front() : "*";
}

oidc::AuthorizationRequest authorization_request(const Attempt& attempt) {
  const SignInConnection& connection = attempt.connection();
  return {.redirect_uri = oidc_url(attempt.browser().origin, connection, "callback"),
          .state = attempt.state(),
          .nonce = attempt.derived("nonce"),
          .code_verifier = Secret(attempt.derived("code_verifier")),
          .login_hint = attempt.request().login_hint,
          .hosted_domain = hosted_domain(connection)};
}

}  // namespace

Awaitable<http::Response> OidcRelyingParty::start(SignInRequest request, Browser browser) {
  const OrganizationKey organization = request.connection.organization.key;
  const std::string connection = request.connection.id;
  auto begun = frame_.begin(std::move(request), browser);
  if (!begun) {
    Trace trace(services_.clock);
    auto refusal = co_await frame_.refuse(std::move(browser), std::move(trace), organization,
                                          connection, begun.error());
    co_return refusal;
  }
  Attempt attempt = *std::move(begun);
  auto url = co_await idp_url(attempt);
  if (!url) {
    auto refusal = co_await frame_.refuse(std::move(attempt), std::move(url).error());
    co_return refusal;
  }
  const bool posts = attempt.connection().oidc.response_mode == oidc::ResponseMode::form_post;
  auto redirect = co_await frame_.send(std::move(attempt), *std::move(url), posts);
  co_return redirect;
}

Awaitable<Result<std::string>> OidcRelyingParty::idp_url(Attempt& attempt) {
  const Deadline deadline(services_.clock, idp_limit);
  OidcExchange exchange(services_, providers_, attempt.connection(), attempt.browser().actor(),
                        deadline, attempt.trace());
  const auto opened = co_await exchange.open();
  if (!opened) co_return opened.error();
  attempt.data().set("issuer", attempt.connection().oidc.issuer);
  const auto request = authorization_request(attempt);
  const oidc::ProviderMetadata& metadata = exchange.provider().metadata;
  std::string request_uri;
  if (metadata.require_pushed_authorization_requests) {
    auto pushed = co_await exchange.push(request);
    if (!pushed) co_return std::move(pushed).error();
    request_uri = *std::move(pushed);
  }
  co_return oidc::authorization_url(metadata, attempt.connection().oidc, request, request_uri);
}

}  // namespace rollcall::sign_in
