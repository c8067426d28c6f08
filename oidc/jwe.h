#pragma once

#include "gateway/base/result.h"
#include "oidc/own_keys.h"

#include <span>
#include <string>
#include <string_view>

namespace rollcall::oidc {

/// The plaintext of a JWE in compact form (RFC 7516 §7.1): of an encrypted ID token, which is a JWS
/// that still has to pass Jws::parse and verify. An unsigned one does not.
///
/// RSA-OAEP, RSA-OAEP-256, ECDH-ES and ECDH-ES+A128KW or +A256KW; AES-GCM and AES-CBC-HMAC.
/// Refused by what the header says: alg_forbidden (another algorithm, or `zip`), crit_unknown,
/// duplicate_member, key_unknown (by kid, or none or several that fit). Whatever fails from there
/// on is decrypt_failed without a word more, so that nobody can use us as an oracle.
Result<std::string> decrypt(std::string_view token, std::span<const DecryptionKey> keys);

}  // namespace rollcall::oidc
