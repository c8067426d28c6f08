#include "gateway/sign_in/frame.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/random.h"
#include "gateway/sign_in/attempt_cookie.h"
#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/test_sign_in.h"
#include "oidc/refusal.h"
#include "oidc/url.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

constexpr std::chrono::minutes attempt_lifetime{10};
constexpr std::size_t secret_bytes = 32;
/// Of an organization's rows: what strangers may cause.
constexpr std::size_t strangers_at_once = 60;
constexpr std::chrono::seconds stranger_each{1};

std::string_view name(Protocol protocol) { return protocol == Protocol::saml ? "saml" : "oidc"; }

Error state_unknown(std::string why) { return oidc::refuse("state_unknown", std::move(why)); }

std::string text_at(const json::Object& data, std::string_view name) {
  const json::Value* value = data.find(name);
  return value && value->string() ? *value->string() : std::string();
}
json::Object object_at(const json::Object& data, std::string_view name) {
  const json::Value* value = data.find(name);
  return value && value->object() ? *value->object() : json::Object();
}
json::Array array_at(const json::Object& data, std::string_view name) {
  const json::Value* value = data.find(name);
  return value && value->array() ? *value->array() : json::Array();
}

/// The row's document; housekeeping reads "steps" of it.
json::Object kept(const Attempt& attempt) {
  const SignInRequest& request = attempt.request();
  const auto& session = attempt.browser().session;
  return {{"purpose", request.purpose == Purpose::test ? "test" : "sign_in"},
          {"return_to", request.return_to},
          {"login_hint", request.login_hint},
          {"session", session ? base64url_encode(as_bytes(*session)) : std::string()},
          {"draft", request.draft},
          {"protocol", attempt.data()},
          {"steps", attempt.trace().steps()}};
}

/// The session that the browser presented at the start; nothing if it had none.
std::optional<Sha256> session_of(const json::Object& data) {
  const auto bytes = base64url_decode(text_at(data, "session"));
  Sha256 hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

/// That the connection may be used: a test may try one that is not ready.
Result<> check_state(const SignInConnection& connection, Purpose purpose) {
  if (purpose == Purpose::test) return {};
  switch (connection.state) {
    case ConnectionState::ready:
      return {};
    case ConnectionState::disabled:
      return oidc::refuse("connection_disabled", "the connection is switched off");
    case ConnectionState::incomplete:
      return oidc::refuse("connection_incomplete", "settings are missing");
    case ConnectionState::untested:
      return oidc::refuse("connection_incomplete", "its settings have not passed a test sign-in");
  }
  return {};
}

/// What a callback names.
struct Called {
  std::string organization;
  std::string connection;
  Sha256 state{};
  Sha256 browser{};
};
struct Taken {
  SignInAttempt row;
  SignInConnection connection;
};

/// An error keeps the attempt for whom it is.
Result<Taken> take_attempt(Transaction& transaction, const KeyRing& keys, const Called& called) {
  auto row = transaction.sign_in_attempts().consume(called.state, called.browser);
  if (!row) return state_unknown("no such attempt: it ran out, was finished, or never began");
  const auto organization = transaction.organizations().get(called.organization);
  if (!organization || organization->key != row->organization ||
      row->connection != called.connection) {
    return state_unknown("the attempt began on another connection");
  }
  const bool test = text_at(row->data, "purpose") == "test";
  if (test) {
    auto drafted = draft_connection(transaction, keys, *organization, called.connection,
                                    object_at(row->data, "draft"));
    return Taken{*std::move(row), std::move(drafted)};
  }
  TRY(auto found, find_connection(transaction, keys, called.organization, called.connection));
  CHECK_OK(check_state(found, Purpose::sign_in));
  return Taken{*std::move(row), std::move(found)};
}

void set_attempt_cookie(http::Response& response, const Browser& browser, const std::string& name,
                        const Secret& secret, session::SameSite same_site) {
  if (browser.attempt_cookies.size() >= most_attempt_cookies) {
    for (const auto& [other, value] : browser.attempt_cookies) {
      response.with("Set-Cookie", session::clear_cookie(browser.origin, other));
    }
  }
  response.with("Set-Cookie",
                session::set_cookie(browser.origin, name, secret.reveal(),
                                    {.same_site = same_site, .max_age = attempt_lifetime}));
}

}  // namespace

Attempt::Attempt(SignInRequest request, Browser browser, Trace trace, std::string state,
                 Secret secret)
    : request_(std::move(request)),
      browser_(std::move(browser)),
      trace_(std::move(trace)),
      state_(std::move(state)),
      secret_(std::move(secret)) {}

std::string Attempt::derived(std::string_view label) const {
  HmacSha256 mac(secret_);
  return base64url_encode(as_bytes(mac({label, state_})));
}

Frame::Frame(const Services& services)
    : services_(services), strangers_(services.clock, strangers_at_once, stranger_each) {}

Result<Attempt> Frame::begin(SignInRequest request, Browser browser) const {
  CHECK_OK(check_state(request.connection, request.purpose));
  Trace trace(services_.clock);
  trace.step("request", {{"connection", request.connection.name()},
                         {"protocol", name(request.connection.protocol)},
                         {"test", request.purpose == Purpose::test}});
  return Attempt(std::move(request), std::move(browser), std::move(trace),
                 random_text(secret_bytes), Secret(random_text(secret_bytes)));
}

Awaitable<http::Response> Frame::send(Attempt attempt, std::string url,
                                      bool cross_site_answer) const {
  const auto target = oidc::parse_url(url);
  attempt.trace_.step("sent to the identity provider",
                      {{"host", target ? target->host : std::string_view()}});
  const Sha256 state = sha256(attempt.state_);
  const auto keep = [&](Transaction& transaction) -> Result<> {
    const SignInConnection& connection = attempt.connection();
    transaction.sign_in_attempts().add({.state = state,
                                        .browser = sha256(attempt.secret_.reveal()),
                                        .organization = connection.organization.key,
                                        .connection = connection.id,
                                        .trace = attempt.trace_.id(),
                                        .created = transaction.now(),
                                        .expires = transaction.now() + attempt_lifetime,
                                        .data = kept(attempt)});
    return {};
  };
  Actor actor = attempt.browser_.actor();
  auto done = co_await services_.directory.write(std::move(actor), keep);
  if (!done) {
    http::Response refused = co_await refuse(std::move(attempt), std::move(done).error());
    co_return refused;
  }
  http::Response response = redirect(std::move(url));
  set_attempt_cookie(response, attempt.browser_, attempt_cookie_name(state), attempt.secret_,
                     cross_site_answer ? session::SameSite::none : session::SameSite::lax);
  response.with(trace_field, attempt.trace_.id());
  co_return response;
}

Awaitable<Result<Attempt>> Frame::take(std::string organization, std::string connection,
                                       std::string state, Browser browser) const {
  Called called;
  called.organization = std::move(organization);
  called.connection = std::move(connection);
  called.state = sha256(state);
  const auto held = std::ranges::find(browser.attempt_cookies, attempt_cookie_name(called.state),
                                      &std::pair<std::string, Secret>::first);
  if (held == browser.attempt_cookies.end()) {
    co_return state_unknown("this browser did not begin it, or it keeps no cookies");
  }
  const Secret secret = held->second;
  called.browser = sha256(secret.reveal());
  const auto work = [&](Transaction& transaction) {
    return take_attempt(transaction, services_.keys, called);
  };
  Actor actor = browser.actor();
  auto taken = co_await services_.directory.write(std::move(actor), work);
  if (!taken) co_return std::move(taken).error();
  const json::Object& data = taken->row.data;
  SignInRequest request{
      .connection = std::move(taken->connection),
      .purpose = text_at(data, "purpose") == "test" ? Purpose::test : Purpose::sign_in,
      .return_to = text_at(data, "return_to"),
      .login_hint = text_at(data, "login_hint"),
      .draft = object_at(data, "draft")};
  // An answer that another site posts comes without it: its cookie is SameSite=Lax.
  if (!browser.session) browser.session = session_of(data);
  Trace trace(services_.clock, taken->row.trace, array_at(data, "steps"));
  Attempt attempt(std::move(request), std::move(browser), std::move(trace), std::move(state),
                  secret);
  attempt.data_ = object_at(data, "protocol");
  attempt.taken_ = true;
  co_return attempt;
}

}  // namespace rollcall::sign_in
