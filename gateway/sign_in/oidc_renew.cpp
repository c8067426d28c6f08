#include "gateway/sign_in/oidc_relying_party.h"
#include "gateway/sign_in/oidc_renewal.h"
#include "oidc/entra_issuer.h"

#include <chrono>

namespace rollcall::sign_in {
namespace {

/// spec/oidc 1.8: whoever comes while a session is being renewed.
constexpr std::chrono::milliseconds longest_wait{3'000};

}  // namespace

Awaitable<bool> OidcRelyingParty::renew(Session session) {
  using Clock = std::chrono::steady_clock;
  const auto connection = co_await connection_of(session);
  // A store in trouble ends nobody's session.
  if (!connection) co_return connection.error().fault() == Fault::unavailable;
  if (connection->state == ConnectionState::disabled) co_return false;
  // A refresh token goes to the IdP that gave it, whatever the connection names by now.
  if (!oidc::is_issuer(connection->oidc, session.issuer)) co_return false;
  const std::string key = session.id.str();
  const auto until = Clock::now() + longest_wait;
  std::optional<http::Turns::Turn> turn;
  while (!turn) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    turn = co_await renewals_.take(key, left);
    const auto current = co_await read_again(services_.directory, session.hash);
    const Timestamp now = services_.clock.now();
    if (!current) co_return session.alive(now);
    if (!*current || !(*current)->alive(now)) co_return false;
    session = **current;
    if (session.good(now)) co_return true;
    if (!turn && Clock::now() >= until) co_return serves_meanwhile(session, *connection, now);
  }
  OidcRenewal renewal(services_, providers_, *connection, std::move(session));
  const bool good = co_await renewal.run();
  co_return good;
}

}  // namespace rollcall::sign_in
