#include "gateway/sign_in/oidc_exchange.h"
#include "gateway/sign_in/oidc_relying_party.h"
#include "oidc/refusal.h"

#include <algorithm>
#include <array>

namespace rollcall::sign_in {
namespace {

/// RFC 6749 §4.1.2.1: the IdP gives a reason in place of a code. `error` and what describes it are
/// anybody's text: for the trace alone.
Error idp_error(const oidc::Callback& answer) {
  // Core §3.1.2.6: it would have had to ask the person something.
  constexpr std::array<std::string_view, 4> asks{"login_required", "interaction_required",
                                                 "consent_required", "account_selection_required"};
  std::string sentence = "The identity provider did not sign you in.";
  if (std::ranges::count(asks, answer.error) > 0) {
    sentence = "The identity provider has a question that only you can answer there.";
  }
  std::string why = answer.error.empty() ? "an answer with neither code nor error" : answer.error;
  if (!answer.error_description.empty()) why += ": " + answer.error_description;
  return Error(Fault::forbidden, std::move(sentence), std::move(why)).with_code("idp_error");
}

/// The code and its verifier are for the issuer that the browser was sent to; the connection may
/// name another one by now (mix-up, RFC 9700 §4.4).
Result<> check_same_issuer(const Attempt& attempt) {
  const json::Value* issuer = attempt.data().find("issuer");
  if (issuer && *issuer == json::Value(attempt.connection().oidc.issuer)) return {};
  return oidc::refuse("state_unknown", "the connection's issuer was changed meanwhile");
}

}  // namespace

Awaitable<http::Response> OidcRelyingParty::callback(std::string organization,
                                                     std::string connection,
                                                     std::vector<http::Parameter> parameters,
                                                     Browser browser) {
  auto answer = oidc::parse_callback(parameters);
  if (!answer) {
    auto refusal = co_await refuse(std::move(organization), std::move(connection),
                                   std::move(browser), std::move(answer).error());
    co_return refusal;
  }
  auto taken = co_await frame_.take(organization, connection, answer->state, browser);
  if (!taken) {
    auto refusal = co_await refuse(std::move(organization), std::move(connection),
                                   std::move(browser), std::move(taken).error());
    co_return refusal;
  }
  Attempt attempt = *std::move(taken);
  ProtocolTokens tokens;
  auto identity = co_await identify(attempt, *std::move(answer), tokens);
  if (!identity) {
    auto refusal = co_await frame_.refuse(std::move(attempt), std::move(identity).error());
    co_return refusal;
  }
  auto welcome =
      co_await frame_.succeed(std::move(attempt), *std::move(identity), std::move(tokens));
  co_return welcome;
}

/// A refusal without an attempt. What a stranger puts in the place of a connection is kept nowhere.
Awaitable<http::Response> OidcRelyingParty::refuse(std::string organization, std::string connection,
                                                   Browser browser, Error error) {
  const auto work = [slug = std::move(organization), connection](
                        Transaction& transaction) -> Result<std::optional<OrganizationKey>> {
    TRY(const Organization found, transaction.organizations().get(slug));
    const bool known = transaction.organizations().connection(found.key, connection).has_value();
    return known ? std::optional(found.key) : std::nullopt;
  };
  const auto found = co_await services_.directory.read(work);
  const auto key = found ? *found : std::nullopt;
  Trace trace(services_.clock);
  trace.failed("callback", error);
  auto refusal = co_await frame_.refuse(std::move(browser), std::move(trace), key,
                                        std::move(connection), std::move(error));
  co_return refusal;
}

/// spec/oidc 1.2 to 1.6, in their order: RFC 9207 before anything else of the answer is believed,
/// also of an error.
Awaitable<Result<Identity>> OidcRelyingParty::identify(Attempt& attempt, oidc::Callback answer,
                                                       ProtocolTokens& kept) {
  const SignInConnection& connection = attempt.connection();
  Trace& trace = attempt.trace();
  const auto same = check_same_issuer(attempt);
  if (!same) {
    trace.failed("callback", same.error());
    co_return same.error();
  }
  const Deadline deadline(services_.clock, idp_limit);
  OidcExchange exchange(services_, providers_, connection, attempt.browser().actor(), deadline,
                        trace);
  const auto opened = co_await exchange.open();
  if (!opened) co_return opened.error();
  auto checked = oidc::check_callback_issuer(answer, exchange.provider().metadata);
  if (checked && answer.code.empty()) checked = idp_error(answer);
  if (!checked) {
    trace.failed("callback", checked.error());
    co_return checked.error();
  }
  trace.step("callback");
  std::string redirect_uri = oidc_url(attempt.browser().origin, connection, "callback");
  Secret verifier(attempt.derived("code_verifier"));
  auto tokens = co_await exchange.redeem(answer.code, std::move(redirect_uri), std::move(verifier));
  if (!tokens) co_return std::move(tokens).error();
  const oidc::IdTokenExpectations expected{.nonce = attempt.derived("nonce"),
                                           .access_token = tokens->access_token.reveal(),
                                           .code = answer.code,
                                           .now = services_.clock.now()};
  auto token = co_await exchange.check(tokens->id_token, expected);
  if (!token) co_return std::move(token).error();
  kept.id_token = std::move(tokens->id_token);
  kept.refresh_token = std::move(tokens->refresh_token);
  auto identity = co_await exchange.identify(*std::move(token), std::move(tokens->access_token));
  co_return identity;
}

}  // namespace rollcall::sign_in
