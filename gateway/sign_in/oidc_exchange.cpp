#include "gateway/sign_in/oidc_exchange.h"

#include "oidc/metadata_warnings.h"

namespace rollcall::sign_in {
namespace {

/// What keeps everybody out until the administrator has done something.
Error misconfigured(const Error& error) {
  return Error(Fault::forbidden, "The sign-in is not set up completely.", error.detail())
      .with_code("connection_incomplete");
}

}  // namespace

Error OidcExchange::failed(std::string_view step, Error error) {
  if (error.fault() == Fault::invalid_value) error = misconfigured(error);
  trace_.failed(step, error);
  return error;
}

Awaitable<Result<>> OidcExchange::open() {
  auto credentials = co_await load_credentials(services_, actor_, connection_);
  if (!credentials) co_return failed("credentials", credentials.error());
  credentials_ = *std::move(credentials);
  auto provider = co_await providers_.get(connection_.oidc, deadline_.left());
  if (!provider) co_return failed("provider", provider.error());
  provider_ = *std::move(provider);
  trace_.step("provider", {{"issuer", provider_->metadata.issuer}});
  const auto warnings = oidc::metadata_warnings(provider_->metadata, connection_.oidc);
  for (const std::string& warning : warnings) trace_.warning(warning);
  co_return Result<>();
}

Result<oidc::ClientRequests> OidcExchange::requests() const {
  const oidc::ProviderMetadata& metadata = provider_->metadata;
  TRY(const auto auth, oidc::choose_client_auth(connection_.oidc, credentials_, metadata));
  return oidc::ClientRequests(metadata, connection_.oidc, credentials_, auth,
                              services_.clock.now());
}

Awaitable<Result<http::FetchResponse>> OidcExchange::fetch(http::FetchRequest request) {
  auto response = co_await fetch_within(services_.fetcher, deadline_, std::move(request));
  co_return response;
}

Awaitable<Result<std::string>> OidcExchange::push(oidc::AuthorizationRequest request) {
  const auto asking = requests();
  if (!asking) co_return failed("pushed_request", asking.error());
  const auto response = co_await fetch(asking->pushed(request));
  if (!response) co_return failed("pushed_request", response.error());
  auto uri = oidc::parse_pushed_response(*response);
  if (!uri) co_return failed("pushed_request", uri.error());
  trace_.step("pushed_request");
  co_return uri;
}

Awaitable<Result<oidc::TokenResponse>> OidcExchange::redeem(std::string code,
                                                            std::string redirect_uri,
                                                            Secret code_verifier) {
  const auto asking = requests();
  if (!asking) co_return failed("token", asking.error());
  const auto response = co_await fetch(asking->code(code, redirect_uri, code_verifier));
  if (!response) co_return failed("token", response.error());
  auto tokens = oidc::parse_token_response(*response, oidc::TokenUse::sign_in);
  if (!tokens) co_return failed("token", tokens.error());
  trace_.step("token");
  co_return tokens;
}

Awaitable<Result<oidc::TokenResponse>> OidcExchange::refresh(Secret refresh_token) {
  const auto asking = requests();
  if (!asking) co_return failed("refresh", asking.error());
  const auto response = co_await fetch(asking->refresh(refresh_token));
  if (!response) co_return failed("refresh", response.error());
  auto tokens = oidc::parse_token_response(*response, oidc::TokenUse::refresh);
  if (!tokens) co_return failed("refresh", tokens.error());
  trace_.step("refresh");
  co_return tokens;
}

Awaitable<Result<oidc::IdToken>> OidcExchange::check(Secret id_token,
                                                     oidc::IdTokenExpectations expected) {
  const oidc::ClientSettings& settings = connection_.oidc;
  const auto received = oidc::receive_id_token(id_token.reveal(), settings, credentials_);
  if (!received) co_return failed("id_token", received.error());
  auto token =
      oidc::check_id_token(*received, provider_->keys, provider_->metadata, settings, expected);
  if (!token && token.error().code() == "key_unknown") {
    const std::string kid = received->jws.kid().value_or("");
    auto provider =
        co_await providers_.refetch(settings, provider_, kid, TokenFrom::idp, deadline_.left());
    if (!provider) co_return failed("keys", provider.error());
    provider_ = *std::move(provider);
    trace_.step("keys");
    token =
        oidc::check_id_token(*received, provider_->keys, provider_->metadata, settings, expected);
  }
  if (!token) co_return failed("id_token", token.error());
  trace_.step("id_token");
  co_return token;
}

}  // namespace rollcall::sign_in
