#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/base/timestamp.h"
#include "gateway/http/fetch.h"
#include "gateway/http/url.h"
#include "oidc/authorization.h"
#include "oidc/client.h"
#include "oidc/provider_metadata.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// How we authenticate at this IdP: what the connection says, else the first that its metadata and
/// our credentials allow: client_secret_basic, client_secret_post, private_key_jwt,
/// client_secret_jwt, none. Metadata that names no method means basic (Discovery §3).
/// invalid_value, for the administrator, if there is none, for an HMAC by a secret under 32 bytes
/// (RFC 7518 §3.2) and for `none` if we have something to prove ourselves with or the IdP has no
/// S256.
Result<ClientAuth> choose_client_auth(const ClientSettings& settings,
                                      const ClientCredentials& credentials,
                                      const ProviderMetadata& metadata);

/// Requests of a client that proves who it is (spec/oidc 1.4). Every call makes an assertion of its
/// own, so that none is used twice. What the constructor is given has to live as long.
class ClientRequests {
 public:
  ClientRequests(const ProviderMetadata& metadata, const ClientSettings& settings,
                 const ClientCredentials& credentials, ClientAuth auth, Timestamp now)
      : metadata_(metadata),
        settings_(settings),
        credentials_(credentials),
        auth_(auth),
        now_(now) {}

  /// RFC 6749 §4.1.3 with the verifier.
  http::FetchRequest code(std::string_view code, std::string_view redirect_uri,
                          const Secret& code_verifier) const;
  /// RFC 6749 §6.
  http::FetchRequest refresh(const Secret& refresh_token) const;
  /// RFC 6749 §4.4, for directory APIs that take the same client (Graph): at `token_endpoint`.
  http::FetchRequest client_credentials(std::string_view token_endpoint,
                                        std::string_view scope) const;
  /// RFC 9126 §2.1.
  http::FetchRequest pushed(const AuthorizationRequest& request) const;

 private:
  http::FetchRequest form(std::string_view url, std::vector<http::Parameter> parameters) const;

  const ProviderMetadata& metadata_;
  const ClientSettings& settings_;
  const ClientCredentials& credentials_;
  ClientAuth auth_;
  Timestamp now_;
};

/// What a token endpoint gives (RFC 6749 §5.1, Core §3.1.3.3).
struct TokenResponse {
  Secret access_token = {};
  Secret id_token = {};
  Secret refresh_token = {};
  std::optional<std::chrono::seconds> expires_in = std::nullopt;
};
/// What the answer is needed for.
enum class TokenUse { sign_in, refresh, api };

/// token_endpoint with why (an OAuth error's code, never the body): no 200, no JSON object, a
/// token_type that is not Bearer, no access token, no ID token where `use` is sign_in. The fault is
/// `unauthenticated` where a refresh is told invalid_grant or that the person has to come back
/// (interaction_required, access_denied …), `unavailable` for a 5xx or 429.
Result<TokenResponse> parse_token_response(const http::FetchResponse& response, TokenUse use);

/// The request_uri of RFC 9126 §2.2; token_endpoint else.
Result<std::string> parse_pushed_response(const http::FetchResponse& response);

}  // namespace rollcall::oidc
