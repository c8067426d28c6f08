#pragma once

#include "oidc/id_token.h"
#include "tests/oidc/tokens.h"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::oidc::test {

constexpr Timestamp now{std::chrono::seconds(1'800'000'000)};
constexpr std::string_view client_id = "client-1";
constexpr std::string_view issuer_url = "https://idp.example/realms/r";

/// Seconds since 1970, so long after `now`.
std::int64_t in(std::chrono::seconds after);

/// An IdP that makes tokens, and the connection that reads them. As it comes, all is well; tests
/// change one thing.
struct Issuer {
  Issuer();

  // What it says.
  SignatureScheme scheme = SignatureScheme::ecdsa_p256_sha256;
  json::Object header{{"alg", "ES256"}, {"kid", "k"}, {"typ", "JWT"}};
  /// Of an ID token.
  json::Object claims;
  /// The claims' text, where JSON values cannot say it.
  std::optional<std::string> payload = std::nullopt;
  /// The whole token, where it has no proper signature.
  std::optional<std::string> text = std::nullopt;

  // What the connection knows and wants.
  JwkSet keys;
  ProviderMetadata metadata{.issuer = std::string(issuer_url)};
  ClientSettings settings{
      .issuer = std::string(issuer_url),
      .client_id = std::string(client_id),
      .algorithms = {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pss_sha256,
                     SignatureScheme::ecdsa_p256_sha256}};
  ClientCredentials credentials = {};
  IdTokenExpectations expected{
      .nonce = "nonce-1", .access_token = "access-1", .code = "code-1", .now = now};

  void set(std::string_view claim, json::Value value) { claims.set(claim, std::move(value)); }
  void set_seconds(std::string_view claim, std::chrono::seconds after) { set(claim, in(after)); }
  void drop(std::string_view claim) { claims.erase(claim); }
  /// Signs with this algorithm from now on, by the one key of the set.
  void use(SignatureScheme other);

  std::string token() const;
  Result<IdToken> sign_in() const;
  Result<LogoutToken> log_out() const;
};

/// One way in which an IdP is not as it should be.
struct Variant {
  const char* name;
  std::function<void(Issuer&)> change;
  const char* code;
};

/// That a sign-in with each variant ends with its code.
void check(const std::vector<Variant>& variants);
/// The same, and with a wrong signature each reads signature_invalid, whatever its claims.
void check_claims(const std::vector<Variant>& variants);

/// `token` with the signature of another one.
std::string forged(const std::string& token);
/// A JWE of `plaintext`: ECDH-ES with a fresh key, A256GCM.
std::string encrypted(const PublicKey& recipient, std::string_view plaintext);

json::Value list(std::initializer_list<const char*> texts);

}  // namespace rollcall::oidc::test
