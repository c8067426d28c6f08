#include "gateway/crypto/random.h"
#include "gateway/sign_in/oidc_relying_party.h"
#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/session_tokens.h"
#include "gateway/sign_in/trace_row.h"
#include "oidc/entra_issuer.h"
#include "oidc/id_token.h"
#include "oidc/refusal.h"
#include "oidc/url.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

/// Nobody waits longer to sign out.
constexpr std::chrono::milliseconds logout_limit{2'000};
/// Longer ones would make a URL that servers refuse; without the hint the IdP asks the person.
constexpr std::size_t longest_hint = 6'000;

/// Back-Channel Logout 1.0 §2.8.
http::Response backchannel_answer(bool done, const Trace& trace) {
  http::Response response(200);
  if (!done) response = http::Response(400, "application/json", R"({"error":"invalid_request"})");
  response.with("Cache-Control", "no-store").with(trace_field, trace.id());
  return response;
}

/// Scheme and authority, as it may stand in a Content-Security-Policy.
std::string origin_of(std::string_view url) {
  const auto parsed = oidc::parse_url(url);
  if (!parsed) return "'none'";
  std::string origin = parsed->secure ? "https://" : "http://";
  origin += parsed->host;
  if (!parsed->port.empty()) origin.append(":").append(parsed->port);
  return origin;
}

/// What the IdP shows in an iframe of its own page.
http::Response frontchannel_page(const SignInConnection& connection) {
  http::Response response(200, "text/html; charset=utf-8",
                          "<!doctype html><title>Signed out</title>");
  response
      .with("Content-Security-Policy",
            "default-src 'none'; frame-ancestors " + origin_of(connection.oidc.issuer))
      .with("Cache-Control", "no-store")
      .with("Referrer-Policy", "no-referrer")
      .with("X-Content-Type-Options", "nosniff");
  return response;
}

/// Ends what an IdP's logout names, and says so; the token of a back-channel logout serves once.
Result<> end_sessions(Transaction& transaction, const SignInConnection& connection,
                      const oidc::LogoutToken& logout, Trace& trace) {
  if (!logout.id.empty()) {
    const std::string use = "logout/" + connection.name() + "/" + logout.issuer;
    if (!transaction.sign_in_attempts().first_use(use, logout.id, logout.forget)) {
      return oidc::refuse("replayed", "a logout token with this jti came before");
    }
  }
  // At Entra a session's subject is the person's object id, which logout tokens do not name.
  const bool by_session = connection.vendor == Vendor::entra && !logout.session.empty();
  const std::size_t ended =
      transaction.sessions(connection.organization.key)
          .end_of_idp(connection.id, logout.issuer,
                      by_session ? std::string_view() : std::string_view(logout.subject),
                      logout.session);
  // Anybody can ask for the front channel's page: only what it did is worth a row.
  if (logout.id.empty() && ended == 0) return {};
  Trace told = trace;
  told.step("logout", {{"sessions", static_cast<std::int64_t>(ended)}});
  transaction.sign_in_traces().add(
      trace_row(told, connection, transaction.now(), SignInOutcome::signed_out));
  return {};
}

}  // namespace

Awaitable<http::Response> OidcRelyingParty::backchannel_logout(
    std::string organization, std::string connection, std::vector<http::Parameter> parameters,
    Browser browser) {
  Trace trace(services_.clock);
  const auto found = co_await find(std::move(organization), std::move(connection));
  if (!found) co_return backchannel_answer(false, trace);
  const auto text = single(parameters, "logout_token");
  auto logout = co_await check_logout(*found, text.value_or(""));
  Result<> done = logout ? Result<>() : Result<>(logout.error());
  if (logout) {
    const auto work = [&](Transaction& transaction) {
      return end_sessions(transaction, *found, *logout, trace);
    };
    Actor actor = browser.actor();
    done = co_await services_.directory.write(std::move(actor), work);
  }
  if (done) co_return backchannel_answer(true, trace);
  trace.failed("logout", done.error());
  services_.log.info("logout refused", {{"trace", trace.id()}, {"reason", done.error().code()}});
  if (!frame_.may_keep_of_stranger(found->organization.key)) {
    co_return backchannel_answer(false, trace);
  }
  const auto work = [&](Transaction& transaction) -> Result<> {
    auto row = trace_row(trace, *found, transaction.now(), SignInOutcome::refused);
    row.reason = done.error().code();
    transaction.sign_in_traces().add(row);
    return {};
  };
  // Whether or not it can be told, it was refused.
  Actor actor = browser.actor();
  static_cast<void>(co_await services_.directory.write(std::move(actor), work));
  co_return backchannel_answer(false, trace);
}

Awaitable<Result<oidc::LogoutToken>> OidcRelyingParty::check_logout(SignInConnection connection,
                                                                    std::string text) {
  const oidc::ClientSettings& settings = connection.oidc;
  CO_TRY(const auto received, oidc::receive_logout_token(text, settings));
  auto provider = co_await providers_.get(settings);
  if (!provider) co_return std::move(provider).error();
  auto token = oidc::check_logout_token(received, (*provider)->keys, (*provider)->metadata,
                                        settings, services_.clock.now());
  if (token || token.error().code() != "key_unknown") co_return token;
  std::string kid = received.kid().value_or("");
  provider = co_await providers_.refetch(settings, *provider, std::move(kid), TokenFrom::stranger);
  if (!provider) co_return std::move(provider).error();
  co_return oidc::check_logout_token(received, (*provider)->keys, (*provider)->metadata, settings,
                                     services_.clock.now());
}

/// The session is found by what only the IdP and we know of it, since no cookie comes along; a
/// forged request would have to guess its sid (spec/oidc 1.7).
Awaitable<http::Response> OidcRelyingParty::frontchannel_logout(
    std::string organization, std::string connection, std::vector<http::Parameter> parameters,
    Browser browser) {
  Trace trace(services_.clock);
  const auto found = co_await find(std::move(organization), std::move(connection));
  const std::string issuer = single(parameters, "iss").value_or("");
  const std::string session = single(parameters, "sid").value_or("");
  const bool named = found && !issuer.empty() && !session.empty();
  bool done = named && oidc::is_issuer(found->oidc, issuer);
  bool any = false;
  if (done) {
    const auto look = [&](Transaction& transaction) -> Result<bool> {
      return transaction.sessions(found->organization.key).has_of_idp(found->id, issuer, session);
    };
    const auto seen = co_await services_.directory.read(look);
    done = static_cast<bool>(seen);
    any = done && *seen;
  }
  // Strangers who guess take no writer's turn.
  if (any) {
    const oidc::LogoutToken logout{.issuer = issuer, .session = session, .forget = {}};
    const auto work = [&](Transaction& transaction) {
      return end_sessions(transaction, *found, logout, trace);
    };
    Actor actor = browser.actor();
    const auto ended = co_await services_.directory.write(std::move(actor), work);
    done = static_cast<bool>(ended);
  }
  http::Response response =
      done ? frontchannel_page(*found)
           : http::Response(400, "text/plain; charset=utf-8", "This is no sign-out of ours.\n");
  response.with(trace_field, trace.id());
  co_return response;
}

Awaitable<std::optional<std::string>> OidcRelyingParty::logout_url(Session session,
                                                                   std::string origin) {
  const auto connection = co_await connection_of(session);
  if (!connection || !connection->oidc.logout_at_idp) co_return std::nullopt;
  // Another IdP than the one of then has no business with its tokens.
  if (!oidc::is_issuer(connection->oidc, session.issuer)) co_return std::nullopt;
  const auto provider = co_await providers_.get(connection->oidc, logout_limit);
  if (!provider) co_return std::nullopt;
  const std::string& endpoint = (*provider)->metadata.end_session_endpoint;
  if (endpoint.empty()) co_return std::nullopt;
  std::vector<http::Parameter> parameters{
      {"client_id", connection->oidc.client_id},
      {"post_logout_redirect_uri", std::move(origin) + "/logout/done"},
      {"state", random_text(16)}};
  const ProtocolTokens tokens = open_tokens(session, services_.keys);
  const std::string_view hint = tokens.id_token.reveal();
  if (!hint.empty() && hint.size() <= longest_hint) {
    parameters.push_back({"id_token_hint", std::string(hint)});
  }
  co_return oidc::with_query(endpoint, parameters);
}

}  // namespace rollcall::sign_in
