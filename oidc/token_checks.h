#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/base/timestamp.h"
#include "oidc/client.h"
#include "oidc/jws.h"
#include "oidc/provider_metadata.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::oidc {

/// A NumericDate (RFC 7519 §2): an integer, or a decimal whose fraction is cut. Nothing for what is
/// no number, negative, or beyond 2^53, which is no time in seconds.
std::optional<Timestamp> parse_numeric_date(const json::Value& value);

/// A name of a person or a session (Core §2): 1 to 255 bytes of text without control characters, or
/// null.
const std::string* identifier_of(const json::Object& claims, std::string_view name);

/// Whether `events` says so, with an object (Back-Channel Logout 1.0 §2.4): where `typ` is absent
/// or JWT, nothing else tells a logout token from an ID token without a nonce.
bool says_logout(const json::Object& claims);

/// plain_text() between quotes, for an administrator.
std::string quoted(std::string_view text);

// The checks that ID tokens and logout tokens share, in the order of Core §3.1.3.7.

/// The issuer: the metadata's to the byte. Where that has tenant_placeholder, the token's `tid`
/// takes its place, if it is one of the tenants of the settings. A key that is bound to an issuer
/// verifies no other's tokens (spec/oidc 1.5). issuer_mismatch.
Result<std::string> check_issuer(const json::Object& claims, const VerifiedJws& token,
                                 const ProviderMetadata& metadata, const ClientSettings& settings);
/// We are in `aud`, and beside us only who is configured, unless `azp` says that the token was made
/// for us. audience_mismatch.
Result<> check_audience(const json::Object& claims, const ClientSettings& settings);
/// `azp` is us, if anybody. azp_mismatch.
Result<> check_authorized_party(const json::Object& claims, const ClientSettings& settings);
/// sub_invalid.
Result<std::string> check_subject(const json::Object& claims);

/// By which a token's times are judged.
struct TokenAge {
  Timestamp now;
  std::chrono::seconds skew{};
  /// `iat` may be so old; nothing: any age.
  std::optional<std::chrono::seconds> limit = std::nullopt;
};
/// `exp` lies ahead, but less than 50 years (milliseconds taken for seconds). expired.
Result<> check_expiry(const json::Object& claims, const TokenAge& age);
/// `nbf`, if there is one. not_yet_valid.
Result<> check_not_before(const json::Object& claims, const TokenAge& age);
/// When it was issued. iat_future, or iat_stale, also where it is missing.
Result<Timestamp> check_issued(const json::Object& claims, const TokenAge& age);

}  // namespace rollcall::oidc
