#pragma once

#include "gateway/base/json.h"
#include "gateway/crypto/private_key.h"

#include <string>
#include <string_view>

namespace rollcall::oidc {

/// A key that we sign with: private_key_jwt, and later our own tokens. `algorithm` must be one of
/// the key's kind.
struct SigningKey {
  PrivateKey key;
  SignatureScheme algorithm;
  std::string kid;
};

/// A key that an IdP encrypts ID tokens to.
struct DecryptionKey {
  PrivateKey key;
  std::string kid;
};

/// The public half as a member of the JWK Set that we publish, with kid, use and for signatures
/// alg.
json::Object published(const SigningKey& key);
json::Object published(const DecryptionKey& key);

/// A JWT in compact form. `type` goes into the header as `typ`. Throws if the algorithm is not one
/// of the key's kind.
std::string sign(const SigningKey& key, std::string_view type, const json::Object& claims);

}  // namespace rollcall::oidc
