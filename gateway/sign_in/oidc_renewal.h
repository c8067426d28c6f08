#pragma once

#include "gateway/http/async.h"
#include "gateway/sign_in/frame.h"
#include "gateway/sign_in/oidc_exchange.h"
#include "gateway/sign_in/services.h"
#include "gateway/sign_in/trace.h"

#include <optional>
#include <string>

namespace rollcall::sign_in {

/// One session's being confirmed by its IdP again (spec/oidc 1.8, product.md): renewed, put off, or
/// ended, each with its trace in one transaction. For one use by one coroutine; what it is given
/// outlives it.
class OidcRenewal {
 public:
  OidcRenewal(const Services& services, ProviderCache& providers,
              const SignInConnection& connection, Session session);

  /// True if the session is good now.
  Awaitable<bool> run();

 private:
  /// What the IdP said of the same person again.
  struct Confirmed {
    Identity identity;
    ProtocolTokens tokens;
  };
  enum class Claim { ours, renewed, taken, gone };
  struct Claimed {
    Claim claim;
    /// As the store has it, if it is ours.
    std::optional<Session> session = std::nullopt;
  };

  Awaitable<bool> by_refresh();
  Awaitable<bool> by_probe();
  Awaitable<Claim> claim();
  Result<Claimed> claim_now(Transaction& transaction) const;
  Awaitable<bool> wait_for_other();
  Awaitable<Result<Confirmed>> ask();
  Awaitable<bool> keep(Confirmed confirmed);
  Awaitable<bool> end(Error error);
  Awaitable<bool> postpone(Error error);

  const Services& services_;
  ProviderCache& providers_;
  const SignInConnection& connection_;
  Session session_;
  ProtocolTokens tokens_;
  Actor actor_;
  Trace trace_;
};

/// Until when an IdP that does not answer keeps nobody out (product.md).
Timestamp grace_ends(const Session& session, const SignInConnection& connection);
/// Whether a session may be used while somebody else renews it and takes long.
bool serves_meanwhile(const Session& session, const SignInConnection& connection, Timestamp now);

/// The session as the store has it now; nothing if it has ended.
Awaitable<Result<std::optional<Session>>> read_again(Directory& directory, Sha256 hash);

}  // namespace rollcall::sign_in
