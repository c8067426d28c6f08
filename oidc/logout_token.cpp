#include "oidc/compact.h"
#include "oidc/id_token.h"
#include "oidc/refusal.h"
#include "oidc/token_checks.h"

#include <array>

namespace rollcall::oidc {
namespace {

/// oidc-provider says logout+jwt, others JWT or nothing; what it is, `events` says.
constexpr std::array<std::string_view, 2> logout_types{"JWT", "logout+jwt"};
constexpr std::chrono::minutes freshness{5};

/// What tells a logout token from every other of the same issuer (Back-Channel Logout 1.0 §2.4).
Result<> check_kind(const json::Object& claims) {
  if (!says_logout(claims)) {
    return refuse("typ_invalid", "the token's events do not say that it is a logout token");
  }
  if (claims.find("nonce") != nullptr) {
    return refuse("typ_invalid", "the token has a nonce, which no logout token has");
  }
  return {};
}

/// A name that need not be there, but if so has to be one.
Result<std::string> optional_identifier(const json::Object& claims, std::string_view name) {
  if (claims.find(name) == nullptr) return std::string();
  const std::string* text = identifier_of(claims, name);
  if (text == nullptr) {
    return refuse("sub_invalid",
                  "the token's " + std::string(name) + " is empty, too long or no plain text");
  }
  return *text;
}

}  // namespace

Result<Jws> receive_logout_token(std::string_view token, const ClientSettings& settings) {
  return Jws::parse(token, {.algorithms = settings.algorithms, .types = logout_types});
}

Result<LogoutToken> check_logout_token(const Jws& token, const JwkSet& keys,
                                       const ProviderMetadata& metadata,
                                       const ClientSettings& settings, Timestamp now) {
  TRY(const VerifiedJws verified, token.verify(keys));
  TRY(const json::Object claims, verified.claims());
  CHECK_OK(check_kind(claims));
  LogoutToken logout;
  TRY(logout.issuer, check_issuer(claims, verified, metadata, settings));
  CHECK_OK(check_audience(claims, settings));
  const TokenAge age{.now = now, .skew = settings.clock_skew, .limit = freshness};
  TRY(const Timestamp issued, check_issued(claims, age));
  if (claims.find("exp") != nullptr) CHECK_OK(check_expiry(claims, age));
  CHECK_OK(check_not_before(claims, age));
  const std::string* id = identifier_of(claims, "jti");
  if (id == nullptr) return refuse("typ_invalid", "the token's jti is missing or no plain text");
  TRY(logout.subject, optional_identifier(claims, "sub"));
  TRY(logout.session, optional_identifier(claims, "sid"));
  if (logout.subject.empty() && logout.session.empty()) {
    return refuse("sub_invalid", "the token names neither sub nor sid");
  }
  logout.id = *id;
  // Longer than it would be fresh, should our clock be set back meanwhile.
  logout.forget = issued + freshness + settings.clock_skew + std::chrono::minutes(1);
  return logout;
}

}  // namespace rollcall::oidc
