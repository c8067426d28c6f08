#pragma once

#include "gateway/base/secret.h"
#include "gateway/crypto/signature_scheme.h"
#include "oidc/own_keys.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// How we prove who we are at the token endpoint (OpenID Connect Core §9).
enum class ClientAuth { basic, post, secret_jwt, private_key_jwt, none };
/// "client_secret_basic" …
std::string_view name(ClientAuth method);
std::optional<ClientAuth> parse_client_auth(std::string_view text);

/// How the IdP gives its answer back (OAuth 2.0 Multiple Response Types §2.1, Form Post).
enum class ResponseMode { query, form_post };

/// What a connection says of its IdP and of us there; nothing secret.
struct ClientSettings {
  /// Byte for byte what discovery and tokens have to say. Entra, several tenants:
  /// "https://login.microsoftonline.com/organizations/v2.0", with `tenants`.
  std::string issuer = {};
  std::string client_id = {};
  /// Beside "openid".
  std::vector<std::string> scopes = {};
  /// Nothing: what the IdP's metadata offers, basic first.
  std::optional<ClientAuth> auth = std::nullopt;
  /// What ID tokens, logout tokens and signed userinfo may be signed with.
  std::vector<SignatureScheme> algorithms = {};
  ResponseMode response_mode = ResponseMode::query;
  /// Plain HTTP and loopback addresses: an IdP of a test or a demo.
  bool allow_insecure_loopback = false;
  /// Entra: ids of the tenants whose people may come in.
  std::vector<std::string> tenants = {};
  /// What may stand beside our client id in `aud`.
  std::vector<std::string> audiences = {};
  std::chrono::seconds clock_skew{30};
  /// The sign-in at the IdP may not be older.
  std::optional<std::chrono::seconds> max_age = std::nullopt;
  /// One of them has to come back as `acr`.
  std::vector<std::string> acr_values = {};
  /// The IdP encrypts ID tokens to a key of ours.
  bool encrypted_id_token = false;
  /// Whether signing out here goes on to the IdP.
  bool logout_at_idp = true;
};

/// What we prove ourselves with, opened for one sign-in.
struct ClientCredentials {
  Secret secret = {};
  std::optional<SigningKey> signing_key = std::nullopt;
  std::vector<DecryptionKey> decryption_keys = {};
};

}  // namespace rollcall::oidc
