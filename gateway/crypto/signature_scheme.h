#pragma once

#include "gateway/crypto/digest.h"

#include <cstddef>

namespace rollcall {

enum class KeyKind { rsa, p256, p384, p521, ed25519 };

/// How a signature is made: kind of key, padding and hash in one, so that none of them can be
/// chosen apart from the others. PSS salts are as long as the hash.
enum class SignatureScheme {
  rsa_pkcs1_sha256,
  rsa_pkcs1_sha384,
  rsa_pkcs1_sha512,
  rsa_pss_sha256,
  rsa_pss_sha384,
  rsa_pss_sha512,
  ecdsa_p256_sha256,
  ecdsa_p384_sha384,
  ecdsa_p521_sha512,
  ed25519,
};

/// The only kind of key that may be used with `scheme`.
KeyKind kind_of(SignatureScheme scheme);
/// Ed25519 hashes with SHA-512 itself.
Hash hash_of(SignatureScheme scheme);
bool is_pss(SignatureScheme scheme);
/// Bytes of a coordinate of the curve; 0 unless `kind` is one of the three P curves.
std::size_t coordinate_size(KeyKind kind);

}  // namespace rollcall
