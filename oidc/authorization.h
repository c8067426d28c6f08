#pragma once

#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/http/fetch.h"
#include "gateway/http/url.h"
#include "oidc/client.h"
#include "oidc/provider_metadata.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// What one attempt sends to the authorization endpoint (OpenID Connect Core §3.1.2.1, RFC 7636,
/// RFC 9700 §2.1.1).
struct AuthorizationRequest {
  std::string redirect_uri;
  std::string state;
  std::string nonce;
  /// Its S256 goes out.
  Secret code_verifier;
  /// Empty: none.
  std::string login_hint = {};
  /// Google: the domain; a hint, the token decides.
  std::string hosted_domain = {};
  /// "login", "none" …
  std::string prompt = {};
};

/// What is asked for, without the client id: the query of the URL or the form of RFC 9126.
std::vector<http::Parameter> authorization_parameters(const ClientSettings& settings,
                                                      const AuthorizationRequest& request);

/// Where the browser is sent; with `request_uri` (RFC 9126) only that and the client id.
std::string authorization_url(const ProviderMetadata& metadata, const ClientSettings& settings,
                              const AuthorizationRequest& request,
                              std::string_view request_uri = {});

/// What the browser brought back, once, from the query or a form. Refused with
/// duplicate_parameter (any of code, state, iss, error, id_token, response twice, or code and error
/// together) or state_unknown (no state). An answer with neither code nor error is let through, so
/// that its attempt ends: it is an error without a name.
struct Callback {
  std::string state;
  std::string code = {};
  std::optional<std::string> issuer = std::nullopt;
  /// RFC 6749 §4.1.2.1, in place of a code; of anybody's making, for the trace alone: at most 200
  /// bytes each, without control characters.
  std::string error = {};
  std::string error_description = {};
};
Result<Callback> parse_callback(std::span<const http::Parameter> parameters);

/// RFC 9207: iss_param_missing, iss_param_mismatch. Expected is the issuer of this attempt's
/// metadata, with some tenant's id in the place of Entra's template; which tenants may come in is
/// said of the ID token.
Result<> check_callback_issuer(const Callback& callback, const ProviderMetadata& metadata);

}  // namespace rollcall::oidc
