#pragma once

#include "gateway/crypto/content_cipher.h"
#include "gateway/crypto/signature_scheme.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::oidc {

/// "RS256" … "EdDSA" (RFC 7518 §3.1, RFC 8037 §3.1), by exact case. "none" and the HMAC algorithms
/// have no name here, so that no configuration can allow them.
std::string_view name(SignatureScheme scheme);
std::optional<SignatureScheme> parse_signature_scheme(std::string_view text);

/// How the content key of a JWE reaches us (RFC 7518 §4.1). RSA1_5 is an oracle and `dir` a shared
/// secret: neither is known.
enum class KeyManagement { rsa_oaep, rsa_oaep_256, ecdh_es, ecdh_es_a128kw, ecdh_es_a256kw };

std::optional<KeyManagement> parse_key_management(std::string_view text);

/// "A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512" (RFC 7518 §5.1).
std::optional<ContentCipher> parse_content_cipher(std::string_view text);

/// "P-256", "P-384", "P-521", "Ed25519"; "" for RSA, which has no curve.
std::string_view curve_name(KeyKind kind);

}  // namespace rollcall::oidc
