#include "oidc/id_token.h"

#include "gateway/crypto/base64.h"
#include "oidc/compact.h"
#include "oidc/jwe.h"
#include "oidc/refusal.h"
#include "oidc/token_checks.h"

#include <algorithm>
#include <array>

namespace rollcall::oidc {
namespace {

constexpr std::array<std::string_view, 1> id_token_types{"JWT"};
/// Between the token endpoint's making the token and our reading it.
constexpr std::chrono::minutes freshness{10};

/// Core §3.1.3.7 step 11.
Result<> check_nonce(const json::Object& claims, const IdTokenExpectations& expected) {
  const json::Value* nonce = claims.find("nonce");
  if (nonce == nullptr) {
    if (!expected.fresh) return {};
    return refuse("nonce_missing", "the token has no nonce, though one was sent");
  }
  if (!expected.fresh && !expected.nonce) return {};
  const std::string* text = nonce->string();
  if (text == nullptr || !expected.nonce || !equal_in_constant_time(*text, *expected.nonce)) {
    return refuse("nonce_mismatch", "the token's nonce is not that of this sign-in");
  }
  return {};
}

/// Core §3.1.3.6, §3.3.2.11: the left half of the hash that the signature uses.
Result<> check_hash(const json::Object& claims, std::string_view name, std::string_view of,
                    SignatureScheme algorithm) {
  const json::Value* member = claims.find(name);
  if (member == nullptr) return {};
  const std::string whole = digest(hash_of(algorithm), of);
  const std::string half = base64url_encode(std::string_view(whole).substr(0, whole.size() / 2));
  const std::string* text = member->string();
  if (text == nullptr || !equal_in_constant_time(*text, half)) {
    return refuse("at_hash_mismatch",
                  "the token came with another access token or code (" + std::string(name) + ")");
  }
  return {};
}

/// Core §3.1.3.7 steps 12 and 13: what the request asked for, so of a fresh sign-in only.
Result<> check_authentication(const json::Object& claims, std::optional<Timestamp> authenticated,
                              const ClientSettings& settings, Timestamp now) {
  if (settings.max_age) {
    if (!authenticated) return refuse("authn_context", "the token does not say auth_time");
    if (*authenticated > now + settings.clock_skew ||
        now - *authenticated > *settings.max_age + settings.clock_skew) {
      return refuse("authn_context", "the person signed in at the IdP at " +
                                         format_timestamp(*authenticated) +
                                         " (auth_time), not within max_age");
    }
  }
  if (settings.acr_values.empty()) return {};
  const std::string* context = text_of(claims, "acr");
  if (context == nullptr || std::find(settings.acr_values.begin(), settings.acr_values.end(),
                                      *context) == settings.acr_values.end()) {
    return refuse("authn_context", "the token's acr is not one of those that were asked for");
  }
  return {};
}

std::optional<Timestamp> time_of(const json::Object& claims, std::string_view name) {
  const json::Value* member = claims.find(name);
  return member == nullptr ? std::nullopt : parse_numeric_date(*member);
}

}  // namespace

Result<ReceivedToken> receive_id_token(std::string_view token, const ClientSettings& settings,
                                       const ClientCredentials& credentials) {
  std::string opened;
  if (split<5>(token)) {
    TRY(opened, decrypt(token, credentials.decryption_keys));
    token = opened;
  }
  TRY(Jws jws, Jws::parse(token, {.algorithms = settings.algorithms, .types = id_token_types}));
  return ReceivedToken{.jws = std::move(jws)};
}

Result<IdToken> check_id_token(const ReceivedToken& token, const JwkSet& keys,
                               const ProviderMetadata& metadata, const ClientSettings& settings,
                               const IdTokenExpectations& expected) {
  // First of all, so that a forged token learns nothing of what else is wrong with it.
  TRY(const VerifiedJws verified, token.jws.verify(keys));
  TRY(json::Object claims, verified.claims());
  if (says_logout(claims)) return refuse("typ_invalid", "the token is a logout token");
  TRY(std::string issuer, check_issuer(claims, verified, metadata, settings));
  CHECK_OK(check_audience(claims, settings));
  CHECK_OK(check_authorized_party(claims, settings));
  TRY(std::string subject, check_subject(claims));
  TokenAge age{.now = expected.now, .skew = settings.clock_skew};
  if (expected.fresh) age.limit = freshness;
  CHECK_OK(check_expiry(claims, age));
  CHECK_OK(check_not_before(claims, age));
  CHECK_OK(check_issued(claims, age));
  CHECK_OK(check_nonce(claims, expected));
  CHECK_OK(check_hash(claims, "at_hash", expected.access_token, verified.algorithm()));
  const auto authenticated = time_of(claims, "auth_time");
  if (expected.fresh) {
    CHECK_OK(check_hash(claims, "c_hash", expected.code, verified.algorithm()));
    CHECK_OK(check_authentication(claims, authenticated, settings, expected.now));
  }
  const std::string* session = identifier_of(claims, "sid");
  return IdToken{.issuer = std::move(issuer),
                 .subject = std::move(subject),
                 .session = session == nullptr ? std::string() : *session,
                 .authenticated = authenticated,
                 .claims = std::move(claims)};
}

Result<> check_refreshed(const Identity& now, const EarlierSignIn& before) {
  if (now.issuer != before.issuer) {
    return refuse("issuer_mismatch", "the refreshed tokens are of " + quoted(now.issuer));
  }
  if (now.subject != before.subject) {
    return refuse("sub_invalid", "the refreshed tokens are about another subject");
  }
  if (now.authenticated && before.authenticated && now.authenticated != before.authenticated) {
    return refuse("authn_context", "the refreshed tokens are of another sign-in (auth_time)");
  }
  return {};
}

}  // namespace rollcall::oidc
