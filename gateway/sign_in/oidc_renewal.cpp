#include "gateway/sign_in/oidc_renewal.h"

#include "gateway/http/turns.h"
#include "gateway/sign_in/session_tokens.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Longer than all that is asked of the IdP may take, so that no refresh token is used twice.
constexpr seconds claim_time{25};
/// Others wait so long for whoever has the claim (spec/oidc 1.8).
constexpr int looks = 30;
constexpr milliseconds look_interval{100};

}  // namespace

Awaitable<Result<std::optional<Session>>> read_again(Directory& directory, Sha256 hash) {
  const auto work = [hash](Transaction& transaction) -> Result<std::optional<Session>> {
    return Sessions::find(transaction, hash);
  };
  auto session = co_await directory.read(work);
  co_return session;
}

OidcRenewal::OidcRenewal(const Services& services, ProviderCache& providers,
                         const SignInConnection& connection, Session session)
    : services_(services),
      providers_(providers),
      connection_(connection),
      session_(std::move(session)),
      tokens_(open_tokens(session_, services.keys)),
      trace_(services.clock) {
  actor_.address = session_.address;
  actor_.source = Source::sso;
  trace_.step("renewal", {{"session", session_.id.str()}});
}

Awaitable<bool> OidcRenewal::run() {
  bool good = false;
  if (tokens_.refresh_token.empty()) {
    good = co_await by_probe();
  } else {
    good = co_await by_refresh();
  }
  co_return good;
}

/// Without a refresh token the person has to go there again, if that is possible at all.
Awaitable<bool> OidcRenewal::by_probe() {
  const bool answers = co_await providers_.reachable(connection_.oidc);
  if (answers) co_return false;
  const bool good = co_await postpone(idp_unreachable("It does not answer."));
  co_return good;
}

Awaitable<bool> OidcRenewal::by_refresh() {
  const Claim claimed = co_await claim();
  if (claimed == Claim::gone) co_return false;
  if (claimed == Claim::renewed) co_return true;
  bool good = false;
  if (claimed == Claim::taken) {
    good = co_await wait_for_other();
    co_return good;
  }
  auto confirmed = co_await ask();
  if (confirmed) {
    good = co_await keep(*std::move(confirmed));
  } else if (confirmed.error().fault() == Fault::unauthenticated) {
    good = co_await end(confirmed.error());
  } else {
    good = co_await postpone(confirmed.error());
  }
  co_return good;
}

/// On all gateways: a refresh token may serve once, and its second use can end them all.
Result<OidcRenewal::Claimed> OidcRenewal::claim_now(Transaction& transaction) const {
  const auto current = Sessions::find(transaction, session_.hash);
  if (!current || !current->alive(transaction.now())) return Claimed{Claim::gone};
  if (current->good(transaction.now())) return Claimed{Claim::renewed};
  const bool ours = transaction.sessions(current->organization)
                        .claim_renewal(*current, transaction.now() + claim_time);
  if (!ours) return Claimed{Claim::taken};
  return Claimed{Claim::ours, current};
}

Awaitable<OidcRenewal::Claim> OidcRenewal::claim() {
  const auto work = [this](Transaction& transaction) { return claim_now(transaction); };
  auto claimed = co_await services_.directory.write(actor_, work);
  if (!claimed) co_return Claim::taken;
  if (claimed->session) {
    // Whoever had the claim before us may have rotated the token.
    session_ = *std::move(claimed->session);
    tokens_ = open_tokens(session_, services_.keys);
  }
  co_return claimed->claim;
}

Awaitable<bool> OidcRenewal::wait_for_other() {
  for (int look = 0; look < looks; ++look) {
    co_await http::pause(look_interval);
    const auto current = co_await read_again(services_.directory, session_.hash);
    if (!current) continue;
    if (!*current) co_return false;
    if ((*current)->good(services_.clock.now())) co_return true;
  }
  co_return serves_meanwhile(session_, connection_, services_.clock.now());
}

bool serves_meanwhile(const Session& session, const SignInConnection& connection, Timestamp now) {
  const Timestamp claimed = session.reauth_at + claim_time;
  return session.alive(now) && now < std::max(grace_ends(session, connection), claimed);
}

}  // namespace rollcall::sign_in
