#include "oidc/jwe.h"

#include "gateway/crypto/content_cipher.h"
#include "gateway/crypto/key_derivation.h"
#include "gateway/crypto/random.h"
#include "oidc/algorithms.h"
#include "oidc/compact.h"
#include "oidc/jwk.h"
#include "oidc/refusal.h"

#include <cstdint>
#include <optional>

namespace rollcall::oidc {
namespace {

/// A JWS within its own bounds, encoded.
constexpr std::size_t max_ciphertext_size =
    (max_header_size + max_payload_size + PublicKey::max_rsa_bits / 8) / 3 * 4 + 32;
/// IV, tag and encrypted key are short; an encrypted key is as long as an RSA modulus.
constexpr std::size_t max_part_size = PublicKey::max_rsa_bits / 8;
constexpr std::size_t max_party_size = 256;

struct Header {
  json::Object members;
  KeyManagement management;
  ContentCipher cipher;
};

Error undecipherable() { return refuse("decrypt_failed", "the token cannot be decrypted"); }

bool is_rsa(KeyManagement management) {
  return management == KeyManagement::rsa_oaep || management == KeyManagement::rsa_oaep_256;
}

Result<Header> read_header(std::string_view part) {
  TRY(json::Object members, decode_object(part, max_header_size, "decrypt_failed"));
  CHECK_OK(check_critical(members));
  const std::string* alg = text_of(members, "alg");
  const std::string* enc = text_of(members, "enc");
  const auto management = alg == nullptr ? std::nullopt : parse_key_management(*alg);
  const auto cipher = enc == nullptr ? std::nullopt : parse_content_cipher(*enc);
  if (!management || !cipher) {
    return refuse("alg_forbidden", "the alg or enc of the encrypted token is not accepted");
  }
  if (members.find("zip") != nullptr) {
    // What is compressed may grow a thousandfold.
    return refuse("alg_forbidden", "the encrypted token is compressed");
  }
  return Header{.members = std::move(members), .management = *management, .cipher = *cipher};
}

Result<const DecryptionKey*> select(const Header& header, std::span<const DecryptionKey> keys) {
  const json::Value* kid = header.members.find("kid");
  const DecryptionKey* found = nullptr;
  for (const DecryptionKey& key : keys) {
    const bool fits = is_rsa(header.management) ? key.key.kind() == KeyKind::rsa
                                                : coordinate_size(key.key.kind()) > 0;
    if (!fits || (kid != nullptr && *kid != json::Value(key.kid))) continue;
    if (found != nullptr) return refuse("key_unknown", "several of our keys fit the token");
    found = &key;
  }
  if (found == nullptr) return refuse("key_unknown", "none of our keys fits the token");
  return found;
}

void append_with_length(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((size >> shift) & 0xffU);
  out.append(text);
}

/// PartyUInfo or PartyVInfo: a header member in base64url, empty if it is absent.
std::optional<std::string> party(const json::Object& header, std::string_view name) {
  if (header.find(name) == nullptr) return std::string();
  const std::string* text = text_of(header, name);
  if (text == nullptr) return std::nullopt;
  if (text->empty()) return std::string();
  return decode(*text, max_party_size);
}

/// RFC 7518 §4.6: the agreed key, as many bytes as its use needs.
std::optional<Secret> agreed_key(const Header& header, const PrivateKey& key, std::size_t size) {
  const json::Value* member = header.members.find("epk");
  if (member == nullptr || member->object() == nullptr) return std::nullopt;
  const auto ephemeral = parse_public_jwk(*member->object());
  const auto sender = party(header.members, "apu");
  const auto receiver = party(header.members, "apv");
  if (!ephemeral || !sender || !receiver) return std::nullopt;
  const auto shared = key.agree(*ephemeral);
  if (!shared) return std::nullopt;
  const bool direct = header.management == KeyManagement::ecdh_es;
  std::string info;
  append_with_length(info, *text_of(header.members, direct ? "enc" : "alg"));
  append_with_length(info, *sender);
  append_with_length(info, *receiver);
  const auto bits = static_cast<std::uint32_t>(8 * size);
  for (int shift = 24; shift >= 0; shift -= 8) info += static_cast<char>((bits >> shift) & 0xffU);
  return concat_kdf(*shared, info, size);
}

std::optional<Secret> content_key(const Header& header, const PrivateKey& key,
                                  std::string_view encrypted) {
  switch (header.management) {
    case KeyManagement::rsa_oaep:
      return key.decrypt_oaep(Hash::sha1, encrypted);
    case KeyManagement::rsa_oaep_256:
      return key.decrypt_oaep(Hash::sha256, encrypted);
    case KeyManagement::ecdh_es:
      return encrypted.empty() ? agreed_key(header, key, key_size(header.cipher)) : std::nullopt;
    case KeyManagement::ecdh_es_a128kw:
    case KeyManagement::ecdh_es_a256kw: {
      const std::size_t size = header.management == KeyManagement::ecdh_es_a128kw ? 16 : 32;
      const auto wrapping = agreed_key(header, key, size);
      return wrapping ? unwrap_key(*wrapping, encrypted) : std::nullopt;
    }
  }
  return std::nullopt;
}

Secret random_key(std::size_t size) {
  std::string bytes(size, '\0');
  random_bytes({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return Secret(std::move(bytes));
}

}  // namespace

Result<std::string> decrypt(std::string_view token, std::span<const DecryptionKey> keys) {
  const auto parts = split<5>(token);
  if (!parts) return undecipherable();
  const auto& [encoded_header, encoded_key, encoded_iv, encoded_ciphertext, encoded_tag] = *parts;
  TRY(const Header header, read_header(encoded_header));
  TRY(const DecryptionKey* key, select(header, keys));
  // The encrypted key alone may be empty: with direct key agreement it must be.
  const auto encrypted = encoded_key.empty() ? std::optional<std::string>(std::string())
                                             : decode(encoded_key, max_part_size);
  const auto iv = decode(encoded_iv, max_part_size);
  const auto ciphertext = decode(encoded_ciphertext, max_ciphertext_size);
  const auto tag = decode(encoded_tag, max_part_size);
  if (!encrypted || !iv || !ciphertext || !tag) return undecipherable();
  auto secret = content_key(header, key->key, *encrypted);
  // RFC 7516 §11.5: without a key we go on with a random one, as if the tag were wrong.
  const std::size_t size = key_size(header.cipher);
  if (!secret || secret->reveal().size() != size) secret = random_key(size);
  const Sealed sealed{.iv = *iv, .ciphertext = *ciphertext, .tag = *tag};
  auto plaintext = open(header.cipher, *secret, sealed, encoded_header);
  if (!plaintext) return undecipherable();
  return *std::move(plaintext);
}

}  // namespace rollcall::oidc
