#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/base/timestamp.h"
#include "oidc/client.h"
#include "oidc/jwk_set.h"
#include "oidc/jws.h"
#include "oidc/provider_metadata.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::oidc {

/// A token that waits for its keys. Parse it, get the issuer's key set, verify; on key_unknown the
/// caller may fetch the set once more.
struct ReceivedToken {
  Jws jws;
};
/// Opens the encryption, if any (a JWS has to be inside), then as Jws::parse.
Result<ReceivedToken> receive_id_token(std::string_view token, const ClientSettings& settings,
                                       const ClientCredentials& credentials);

/// What an ID token has to match (Core §3.1.3.7, spec/oidc 1.3).
struct IdTokenExpectations {
  /// That of the sign-in: a fresh token has to say it, a refreshed one may say nothing else.
  /// Nothing only for a refresh whose nonce is no longer known.
  std::optional<std::string> nonce = std::nullopt;
  /// For at_hash, checked whenever present, and c_hash, checked in a fresh token.
  std::string_view access_token = {};
  std::string_view code = {};
  Timestamp now;
  /// A sign-in and no refresh: iat may be 10 minutes old at most; max_age and acr_values were asked
  /// for.
  bool fresh = true;
};

/// What of an ID token is checked and read.
struct IdToken {
  /// As the token says; for Entra's shared endpoints the one with the tenant in it.
  std::string issuer = {};
  std::string subject = {};
  /// Empty: it has none.
  std::string session = {};
  std::optional<Timestamp> authenticated = std::nullopt;
  json::Object claims = {};
};

/// Refused with signature_invalid, key_unknown, issuer_mismatch, audience_mismatch, azp_mismatch,
/// expired, not_yet_valid, iat_future, iat_stale, nonce_missing, nonce_mismatch, at_hash_mismatch,
/// sub_invalid, duplicate_member … of the contract, each by the "we" column of 1.3; a missing exp
/// is `expired`, as is one over 50 years ahead; a missing iat `iat_stale`, a missing aud or iss its
/// mismatch. authn_context where max_age or acr_values were asked for and are not met. A forged
/// token always reads signature_invalid, whatever else is wrong with it.
Result<IdToken> check_id_token(const ReceivedToken& token, const JwkSet& keys,
                               const ProviderMetadata& metadata, const ClientSettings& settings,
                               const IdTokenExpectations& expected);

/// OpenID Connect Core §12.2: what a refresh gave is about the same sign-in. `before` is what the
/// session keeps of its Identity. issuer_mismatch, sub_invalid, authn_context (another auth_time).
struct EarlierSignIn {
  std::string issuer;
  std::string subject;
  std::optional<Timestamp> authenticated = std::nullopt;
};
Result<> check_refreshed(const Identity& now, const EarlierSignIn& before);

/// Userinfo (Core §5.3.2): an object, or a JWS of the same keys. userinfo_sub_mismatch unless its
/// `sub` is `subject`; duplicate_member; token_endpoint for anything that is no such document.
Result<json::Object> read_userinfo(std::string_view content_type, std::string_view body,
                                   std::string_view subject, const JwkSet& keys,
                                   const ProviderMetadata& metadata,
                                   const ClientSettings& settings);

/// Back-Channel Logout 1.0 §2.4, §2.6, spec/oidc 1.7. Codes as of an ID token; typ_invalid for what
/// is no logout token (no logout event, a nonce, no jti).
struct LogoutToken {
  std::string issuer = {};
  /// Of either at least one.
  std::string subject = {};
  std::string session = {};
  /// To be remembered until `forget`.
  std::string id = {};
  Timestamp forget;
};
Result<Jws> receive_logout_token(std::string_view token, const ClientSettings& settings);
Result<LogoutToken> check_logout_token(const Jws& token, const JwkSet& keys,
                                       const ProviderMetadata& metadata,
                                       const ClientSettings& settings, Timestamp now);

}  // namespace rollcall::oidc
