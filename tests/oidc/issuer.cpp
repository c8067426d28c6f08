#include "tests/oidc/issuer.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/content_cipher.h"
#include "gateway/crypto/key_derivation.h"
#include "oidc/algorithms.h"

#include <gtest/gtest.h>

namespace rollcall::oidc::test {

std::int64_t in(std::chrono::seconds after) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch() + after).count();
}

Issuer::Issuer()
    : claims{{"iss", issuer_url},
             {"sub", "person-1"},
             {"aud", client_id},
             {"iat", in(std::chrono::seconds(-1))},
             {"exp", in(std::chrono::minutes(5))},
             {"nonce", "nonce-1"}},
      keys(set_for(scheme)) {}

void Issuer::use(SignatureScheme other) {
  scheme = other;
  header.set("alg", name(other));
  keys = set_for(other);
}

std::string Issuer::token() const {
  if (text) return *text;
  return token_of(json::write(header), payload ? *payload : json::write(claims), scheme);
}

Result<IdToken> Issuer::sign_in() const {
  TRY(const ReceivedToken received, receive_id_token(token(), settings, credentials));
  return check_id_token(received, keys, metadata, settings, expected);
}

Result<LogoutToken> Issuer::log_out() const {
  TRY(const Jws received, receive_logout_token(token(), settings));
  return check_logout_token(received, keys, metadata, settings, expected.now);
}

void check(const std::vector<Variant>& variants) {
  for (const auto& [name, change, code] : variants) {
    Issuer issuer;
    change(issuer);
    EXPECT_EQ(code_of(issuer.sign_in()), code) << name;
  }
}

void check_claims(const std::vector<Variant>& variants) {
  check(variants);
  for (const auto& [name, change, code] : variants) {
    Issuer issuer;
    change(issuer);
    issuer.text = forged(issuer.token());
    EXPECT_EQ(code_of(issuer.sign_in()), "signature_invalid") << name;
  }
}

std::string forged(const std::string& token) {
  const std::string other = token_of("{}", "{}", SignatureScheme::ecdsa_p256_sha256);
  return token.substr(0, token.rfind('.')) + other.substr(other.rfind('.'));
}

std::string encrypted(const PublicKey& recipient, std::string_view plaintext) {
  constexpr std::size_t iv_size = 12;
  constexpr std::size_t tag_size = 16;
  const auto own = PrivateKey::generate(recipient.kind());
  const std::string header = base64url_encode(json::write(
      json::Object{{"alg", "ECDH-ES"}, {"enc", "A256GCM"}, {"epk", to_jwk(own.public_key())}}));
  // RFC 7518 §4.6.2: the algorithm, no parties, 256 bits.
  const std::string info("\0\0\0\7A256GCM\0\0\0\0\0\0\0\0\0\0\1\0", 23);
  const std::string sealed = seal(concat_kdf(*own.agree(recipient), info, 32), plaintext, header);
  const std::string_view bytes = sealed;
  const std::size_t end = bytes.size() - tag_size;
  return header + ".." + base64url_encode(bytes.substr(0, iv_size)) + "." +
         base64url_encode(bytes.substr(iv_size, end - iv_size)) + "." +
         base64url_encode(bytes.substr(end));
}

json::Value list(std::initializer_list<const char*> texts) {
  return json::Array(texts.begin(), texts.end());
}

}  // namespace rollcall::oidc::test
