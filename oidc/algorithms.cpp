#include "oidc/algorithms.h"

#include <array>
#include <utility>

namespace rollcall::oidc {
namespace {

template <class T>
using Name = std::pair<std::string_view, T>;

/// In the order of the enumerators.
constexpr std::array<Name<SignatureScheme>, 10> signatures{{
    {"RS256", SignatureScheme::rsa_pkcs1_sha256},
    {"RS384", SignatureScheme::rsa_pkcs1_sha384},
    {"RS512", SignatureScheme::rsa_pkcs1_sha512},
    {"PS256", SignatureScheme::rsa_pss_sha256},
    {"PS384", SignatureScheme::rsa_pss_sha384},
    {"PS512", SignatureScheme::rsa_pss_sha512},
    {"ES256", SignatureScheme::ecdsa_p256_sha256},
    {"ES384", SignatureScheme::ecdsa_p384_sha384},
    {"ES512", SignatureScheme::ecdsa_p521_sha512},
    {"EdDSA", SignatureScheme::ed25519},
}};

constexpr std::array<Name<KeyManagement>, 5> key_managements{{
    {"RSA-OAEP", KeyManagement::rsa_oaep},
    {"RSA-OAEP-256", KeyManagement::rsa_oaep_256},
    {"ECDH-ES", KeyManagement::ecdh_es},
    {"ECDH-ES+A128KW", KeyManagement::ecdh_es_a128kw},
    {"ECDH-ES+A256KW", KeyManagement::ecdh_es_a256kw},
}};

constexpr std::array<Name<ContentCipher>, 4> ciphers{{
    {"A128GCM", ContentCipher::a128_gcm},
    {"A256GCM", ContentCipher::a256_gcm},
    {"A128CBC-HS256", ContentCipher::a128_cbc_hs256},
    {"A256CBC-HS512", ContentCipher::a256_cbc_hs512},
}};

template <class Table>
auto find(const Table& table, std::string_view text)
    -> std::optional<typename Table::value_type::second_type> {
  for (const auto& [name, value] : table) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(SignatureScheme scheme) {
  return signatures[static_cast<std::size_t>(scheme)].first;
}

std::optional<SignatureScheme> parse_signature_scheme(std::string_view text) {
  return find(signatures, text);
}

std::optional<KeyManagement> parse_key_management(std::string_view text) {
  return find(key_managements, text);
}

std::optional<ContentCipher> parse_content_cipher(std::string_view text) {
  return find(ciphers, text);
}

std::string_view curve_name(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa:
      return "";
    case KeyKind::p256:
      return "P-256";
    case KeyKind::p384:
      return "P-384";
    case KeyKind::p521:
      return "P-521";
    case KeyKind::ed25519:
      return "Ed25519";
  }
  return "";
}

}  // namespace rollcall::oidc
