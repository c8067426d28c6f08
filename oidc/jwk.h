#pragma once

#include "gateway/base/json.h"
#include "gateway/crypto/private_key.h"
#include "gateway/crypto/public_key.h"

#include <string>

namespace rollcall::oidc {

/// The public key of a JWK (RFC 7517): RSA, EC on P-256, P-384 or P-521, OKP on Ed25519. Its other
/// members are not looked at, a private half among them is refused. invalid_value, with why.
Result<PublicKey> parse_public_jwk(const json::Object& jwk);

/// A private key of ours as an IdP's console hands it out. invalid_value, with why but without any
/// of its text. An RSA key needs its CRT members (RFC 7518 §6.3.2).
Result<PrivateKey> parse_private_jwk(const Secret& text);

/// The required members alone, in lexicographic order.
json::Object to_jwk(const PublicKey& key);

/// RFC 7638 with SHA-256, base64url: the `kid` of our own keys.
std::string thumbprint(const PublicKey& key);

}  // namespace rollcall::oidc
