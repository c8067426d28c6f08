#include "gateway/sign_in/identity_sign_in.h"
#include "gateway/sign_in/oidc_renewal.h"
#include "gateway/sign_in/session_tokens.h"
#include "gateway/sign_in/trace_row.h"

#include <algorithm>
#include <array>

namespace rollcall::sign_in {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds idp_limit{15'000};
/// Between two tries while the IdP does not answer: as long as it has not, within these.
constexpr milliseconds shortest_back_off{30'000};
constexpr milliseconds longest_back_off{600'000};

/// What says that the IdP no longer stands by this person; anything else is its being in trouble.
Error judged(Error error) {
  constexpr std::array<std::string_view, 5> ends{"sub_invalid", "userinfo_sub_mismatch",
                                                 "authn_context", "domain_not_allowed",
                                                 "issuer_mismatch"};
  if (std::ranges::count(ends, error.code()) == 0) return error;
  Error refusal(Fault::unauthenticated, error.detail(), error.why());
  refusal.with_code(error.code());
  return refusal;
}

/// The claims of the sign-in's ID token, which was checked when it came.
json::Object claims_of(const Secret& id_token, const SignInConnection& connection,
                       const oidc::ClientCredentials& credentials) {
  const auto received = oidc::receive_id_token(id_token.reveal(), connection.oidc, credentials);
  if (!received) return {};
  const auto claims = json::parse(received->jws.unverified_payload());
  return claims && claims->object() ? *claims->object() : json::Object();
}

std::optional<std::string> text_at(const json::Object& claims, std::string_view name) {
  const json::Value* value = claims.find(name);
  if (!value || !value->string()) return std::nullopt;
  return *value->string();
}

std::optional<Timestamp> time_at(const json::Object& claims, std::string_view name) {
  const json::Value* value = claims.find(name);
  if (!value || !value->integer()) return std::nullopt;
  return Timestamp(std::chrono::seconds(*value->integer()));
}

/// Who it was, without what may have changed since: userinfo says that anew.
oidc::IdToken person_of(const json::Object& claims, const Session& session) {
  oidc::IdToken token{.issuer = session.issuer,
                      .subject = text_at(claims, "sub").value_or(session.subject),
                      .session = session.idp_session,
                      .authenticated = time_at(claims, "auth_time")};
  for (const std::string_view name : {"sub", "oid", "tid", "hd"}) {
    if (const json::Value* value = claims.find(name))
      token.claims.append(std::string(name), *value);
  }
  return token;
}

}  // namespace

/// RFC 6749 §6, Core §12.2.
Awaitable<Result<OidcRenewal::Confirmed>> OidcRenewal::ask() {
  const Deadline deadline(services_.clock, idp_limit);
  OidcExchange exchange(services_, providers_, connection_, actor_, deadline, trace_);
  const auto opened = co_await exchange.open();
  if (!opened) co_return opened.error();
  auto fresh = co_await exchange.refresh(tokens_.refresh_token);
  if (!fresh) co_return std::move(fresh).error();
  const auto before = claims_of(tokens_.id_token, connection_, exchange.credentials());
  oidc::IdToken token = person_of(before, session_);
  if (!fresh->id_token.empty()) {
    const oidc::IdTokenExpectations expected{.nonce = text_at(before, "nonce"),
                                             .access_token = fresh->access_token.reveal(),
                                             .now = services_.clock.now(),
                                             .fresh = false};
    auto checked = co_await exchange.check(fresh->id_token, expected);
    if (!checked) co_return judged(std::move(checked).error());
    token = *std::move(checked);
  }
  auto identity = co_await exchange.identify(std::move(token), std::move(fresh->access_token));
  if (!identity) co_return judged(std::move(identity).error());
  const auto same = oidc::check_refreshed(
      *identity, {session_.issuer, session_.subject, time_at(before, "auth_time")});
  if (!same) {
    trace_.failed("identity", same.error());
    co_return judged(same.error());
  }
  Confirmed confirmed{*std::move(identity), tokens_};
  if (!fresh->id_token.empty()) confirmed.tokens.id_token = std::move(fresh->id_token);
  if (!fresh->refresh_token.empty()) {
    confirmed.tokens.refresh_token = std::move(fresh->refresh_token);
  }
  co_return confirmed;
}

Awaitable<bool> OidcRenewal::keep(Confirmed confirmed) {
  ClaimedGroups& groups = confirmed.identity.groups;
  // spec/oidc 1.8: what a refresh leaves out is not "no groups".
  if (connection_.groups_source == GroupsSource::assertion &&
      groups.state == ClaimedGroups::State::absent) {
    groups.state = ClaimedGroups::State::unknown;
    groups.problem = "The refresh did not name groups.";
    trace_.set_groups(groups);
  }
  const Secret tokens = write_tokens(confirmed.tokens);
  const auto work = [&](Transaction& transaction) -> Result<> {
    const auto current = Sessions::find(transaction, session_.hash);
    if (!current) return Error(Fault::not_found, "The session has ended.");
    Trace trace = trace_;
    CHECK_OK(renew_session(transaction, services_.keys, connection_, confirmed.identity, *current,
                           tokens, trace));
    transaction.sessions(current->organization).release_renewal(*current);
    auto row = trace_row(trace, connection_, transaction.now(), SignInOutcome::renewed);
    row.user = session_.user;
    transaction.sign_in_traces().add(row);
    return {};
  };
  const auto kept = co_await services_.directory.write(actor_, work);
  if (kept) co_return true;
  if (kept.error().fault() == Fault::not_found) co_return false;
  bool good = false;
  if (kept.error().fault() == Fault::unavailable) {
    good = session_.alive(services_.clock.now());
  } else {
    trace_.failed("user", kept.error());
    good = co_await end(kept.error());
  }
  co_return good;
}

Awaitable<bool> OidcRenewal::end(Error error) {
  const auto work = [&](Transaction& transaction) -> Result<> {
    transaction.sessions(session_.organization).end(session_, SessionEnd::idp_refused);
    auto row = trace_row(trace_, connection_, transaction.now(), SignInOutcome::refused);
    row.reason = error.code();
    row.user = session_.user;
    transaction.sign_in_traces().add(row);
    return {};
  };
  static_cast<void>(co_await services_.directory.write(actor_, work));
  co_return false;
}

Timestamp grace_ends(const Session& session, const SignInConnection& connection) {
  const std::chrono::hours grace(connection.organization.policy.reauth_grace_hours);
  return std::min<Timestamp>(session.reauth_at + grace, session.expires);
}

/// product.md: people stay signed in while their IdP is down, for as long as the policy has it.
Awaitable<bool> OidcRenewal::postpone(Error error) {
  const Timestamp now = services_.clock.now();
  const auto back_off = std::clamp(now - session_.reauth_at, shortest_back_off, longest_back_off);
  const Timestamp until = std::min<Timestamp>(now + back_off, grace_ends(session_, connection_));
  if (until <= now) {
    // A refresh token that cannot be used is not asked about with every request.
    if (!tokens_.refresh_token.empty()) co_await end(std::move(error));
    co_return false;
  }
  trace_.step("postponed", {{"until", format_timestamp(until)}, {"why", error.why()}});
  const auto work = [&](Transaction& transaction) -> Result<> {
    Sessions sessions = transaction.sessions(session_.organization);
    sessions.postpone(session_, until);
    sessions.release_renewal(session_);
    auto row = trace_row(trace_, connection_, transaction.now(), SignInOutcome::postponed);
    row.reason = error.code();
    row.user = session_.user;
    transaction.sign_in_traces().add(row);
    return {};
  };
  // The session is good even if the store has no time to note it.
  static_cast<void>(co_await services_.directory.write(actor_, work));
  co_return true;
}

}  // namespace rollcall::sign_in
