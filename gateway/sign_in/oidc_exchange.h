#pragma once

#include "gateway/base/identity.h"
#include "gateway/http/async.h"
#include "gateway/sign_in/connection.h"
#include "gateway/sign_in/deadline.h"
#include "gateway/sign_in/provider_cache.h"
#include "gateway/sign_in/services.h"
#include "gateway/sign_in/trace.h"
#include "oidc/id_token.h"
#include "oidc/token_request.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall::sign_in {

/// What one sign-in or renewal asks of its IdP, step by step: its metadata, the token endpoint, the
/// ID token's keys, userinfo, groups. All within one deadline; what happens is told to the trace.
/// For one use by one coroutine; what it is given outlives it.
class OidcExchange {
 public:
  OidcExchange(const Services& services, ProviderCache& providers,
               const SignInConnection& connection, Actor actor, Deadline deadline, Trace& trace)
      : services_(services),
        providers_(providers),
        connection_(connection),
        actor_(std::move(actor)),
        deadline_(deadline),
        trace_(trace) {}

  /// First of all: our credentials and what is known of the IdP. idp_unreachable, issuer_mismatch.
  Awaitable<Result<>> open();
  const Provider& provider() const { return *provider_; }
  const oidc::ClientCredentials& credentials() const { return credentials_; }

  /// token_endpoint, idp_unreachable.
  Awaitable<Result<oidc::TokenResponse>> redeem(std::string code, std::string redirect_uri,
                                                Secret code_verifier);
  /// Fault::unauthenticated: the IdP says no; unavailable: it says nothing now.
  Awaitable<Result<oidc::TokenResponse>> refresh(Secret refresh_token);
  /// RFC 9126: the request_uri.
  Awaitable<Result<std::string>> push(oidc::AuthorizationRequest request);

  /// The ID token as check_id_token() has it; the issuer's keys are fetched again, once, if it was
  /// signed with one that is not known.
  Awaitable<Result<oidc::IdToken>> check(Secret id_token, oidc::IdTokenExpectations expected);

  /// Who it is: with what userinfo adds where the ID token does not say all that is needed
  /// (userinfo_sub_mismatch refuses the sign-in), and the groups from where the connection has
  /// them. domain_not_allowed: Google's `hd` is none of the connection's domains.
  Awaitable<Result<Identity>> identify(oidc::IdToken token, Secret access_token);

 private:
  Result<oidc::ClientRequests> requests() const;
  Awaitable<Result<http::FetchResponse>> fetch(http::FetchRequest request);
  Awaitable<Result<std::optional<json::Object>>> userinfo(std::string subject, Secret access_token);
  bool needs_userinfo(const oidc::IdToken& token) const;
  Result<> check_hosted_domain(const json::Object& claims) const;
  Awaitable<ClaimedGroups> groups_of(Identity identity, bool userinfo_lost);
  /// Notes the failure of a step and passes it on.
  Error failed(std::string_view step, Error error);

  const Services& services_;
  ProviderCache& providers_;
  const SignInConnection& connection_;
  Actor actor_;
  Deadline deadline_;
  Trace& trace_;
  oidc::ClientCredentials credentials_;
  ProviderPtr provider_;
};

}  // namespace rollcall::sign_in
