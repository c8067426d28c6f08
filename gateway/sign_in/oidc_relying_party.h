#pragma once

#include "gateway/base/identity.h"
#include "gateway/http/async.h"
#include "gateway/http/message.h"
#include "gateway/http/turns.h"
#include "gateway/http/url.h"
#include "gateway/sign_in/frame.h"
#include "gateway/sign_in/provider_cache.h"
#include "oidc/authorization.h"
#include "oidc/id_token.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::sign_in {

/// OpenID Connect over the frame: what browsers and IdPs ask of
/// /oidc/{organization}/{connection}/…. Thread-safe; members are coroutines on the I/O thread of
/// the request.
class OidcRelyingParty {
 public:
  OidcRelyingParty(const Services& services, const Frame& frame, ProviderCache& providers)
      : services_(services), frame_(frame), providers_(providers) {}

  /// Sends the browser to the IdP (by PAR where it wants that).
  Awaitable<http::Response> start(SignInRequest request, Browser browser);
  /// The IdP's answer: spec/oidc 1.2 to 1.6 in their order.
  Awaitable<http::Response> callback(std::string organization, std::string connection,
                                     std::vector<http::Parameter> parameters, Browser browser);

  /// Back-Channel Logout 1.0: 200 once verified, else 400 {"error":"invalid_request"}; traced and
  /// audited.
  Awaitable<http::Response> backchannel_logout(std::string organization, std::string connection,
                                               std::vector<http::Parameter> parameters,
                                               Browser browser);
  /// Front-Channel Logout 1.0: a page for an iframe of the IdP; iss and sid have to match.
  Awaitable<http::Response> frontchannel_logout(std::string organization, std::string connection,
                                                std::vector<http::Parameter> parameters,
                                                Browser browser);
  /// Where the browser goes to sign out at the IdP too (RP-Initiated Logout 1.0); nothing where
  /// that is not configured, not offered, or the IdP does not answer.
  Awaitable<std::optional<std::string>> logout_url(Session session, std::string origin);
  /// Our public keys for this connection.
  Awaitable<http::Response> own_keys(std::string organization, std::string connection);

  /// Asks the IdP again about a session at or behind its reauth_at (spec/oidc 1.8): by its refresh
  /// token, one caller at a time on all gateways, else whether the IdP answers at all. True if the
  /// session is good now: renewed, or put off since the IdP is down (product.md). A session that
  /// the IdP refuses is ended.
  Awaitable<bool> renew(Session session);

 private:
  /// For all that one request of ours needs of the IdP, whatever it does.
  static constexpr std::chrono::milliseconds idp_limit{15'000};

  Awaitable<Result<std::string>> idp_url(Attempt& attempt);
  Awaitable<Result<Identity>> identify(Attempt& attempt, oidc::Callback answer,
                                       ProtocolTokens& kept);
  Awaitable<Result<SignInConnection>> find(std::string organization, std::string connection);
  Awaitable<Result<SignInConnection>> connection_of(Session session);
  Awaitable<Result<oidc::LogoutToken>> check_logout(SignInConnection connection, std::string text);
  Awaitable<http::Response> refuse(std::string organization, std::string connection,
                                   Browser browser, Error error);

  Services services_;
  const Frame& frame_;
  ProviderCache& providers_;
  /// One renewal of a session at a time in this process.
  http::Turns renewals_;
};

}  // namespace rollcall::sign_in
