#include "gateway/crypto/base64.h"
#include "oidc/jwe.h"
#include "oidc/jwk_set.h"
#include "oidc/jws.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace rollcall;

/// Of RFC 7515 A.3, so that seeds verify and decrypt.
constexpr const char* ec_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
    R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";

const std::vector<oidc::DecryptionKey>& own_keys() {
  static const std::vector<oidc::DecryptionKey> keys{
      {.key = *oidc::parse_private_jwk(Secret(ec_key)), .kid = ""}};
  return keys;
}

const oidc::JwkSet& issuer_keys() {
  static const oidc::JwkSet keys = *oidc::JwkSet::parse(json::write(
      json::Object{{"keys", json::Array{oidc::to_jwk(own_keys().front().key.public_key())}}}));
  return keys;
}

/// What verified is the one text for its parts.
void check_token(std::string_view text) {
  static constexpr std::array algorithms{SignatureScheme::ecdsa_p256_sha256,
                                         SignatureScheme::rsa_pkcs1_sha256,
                                         SignatureScheme::ed25519};
  static constexpr std::array<std::string_view, 2> types{"JWT", "logout+jwt"};
  const auto jws = oidc::Jws::parse(text, {.algorithms = algorithms, .types = types});
  if (!jws) {
    if (jws.error().code().empty() || jws.error().fault() != Fault::forbidden) std::abort();
    return;
  }
  const auto verified = jws->verify(issuer_keys());
  if (!verified) return;
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (base64url_encode(verified->payload()) != text.substr(first + 1, last - first - 1)) {
    std::abort();
  }
  (void)verified->claims();
}

/// A token of our key verifies by a set that holds the key, whatever else is in it, and by no
/// other.
void check_candidates(const oidc::JwkSet& set) {
  static const std::string kid = "k";
  static const oidc::SigningKey own{
      .key = own_keys().front().key, .algorithm = SignatureScheme::ecdsa_p256_sha256, .kid = kid};
  static const oidc::Jws jws = *oidc::Jws::parse(
      oidc::sign(own, "JWT", {}),
      {.algorithms = std::array{own.algorithm}, .types = std::array<std::string_view, 1>{"JWT"}});
  static const std::string print = oidc::thumbprint(own.key.public_key());
  const auto candidates = set.candidates(own.algorithm, &kid);
  bool holds = false;
  if (candidates) {
    if (candidates->empty() || candidates->size() > oidc::JwkSet::max_candidates) std::abort();
    for (const oidc::VerificationKey* key : *candidates) {
      if (key->kid != kid) std::abort();
      holds = holds || oidc::thumbprint(key->key) == print;
    }
  }
  if (static_cast<bool>(jws.verify(set)) != holds) std::abort();
}

/// A key that was read goes out and comes back the same.
void check_key_set(std::string_view text) {
  const auto set = oidc::JwkSet::parse(text);
  if (!set) return;
  check_candidates(*set);
  for (const oidc::VerificationKey& key : set->keys()) {
    const auto again = oidc::parse_public_jwk(oidc::to_jwk(key.key));
    if (!again || oidc::thumbprint(*again) != oidc::thumbprint(key.key)) std::abort();
  }
}

}  // namespace

/// The same text as a token, as an encrypted one and as a key set.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_token(text);
  check_key_set(text);
  if (const auto plaintext = oidc::decrypt(text, own_keys())) check_token(*plaintext);
  return 0;
}
