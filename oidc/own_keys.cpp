#include "oidc/own_keys.h"

#include "gateway/crypto/base64.h"
#include "oidc/algorithms.h"
#include "oidc/jwk.h"

namespace rollcall::oidc {

json::Object published(const SigningKey& key) {
  json::Object jwk = to_jwk(key.key.public_key());
  jwk.set("alg", name(key.algorithm));
  jwk.set("kid", key.kid);
  jwk.set("use", "sig");
  return jwk;
}

json::Object published(const DecryptionKey& key) {
  json::Object jwk = to_jwk(key.key.public_key());
  jwk.set("kid", key.kid);
  jwk.set("use", "enc");
  return jwk;
}

std::string sign(const SigningKey& key, std::string_view type, const json::Object& claims) {
  const json::Object header{{"alg", name(key.algorithm)}, {"kid", key.kid}, {"typ", type}};
  std::string token = base64url_encode(json::write(header));
  token += '.';
  token += base64url_encode(json::write(claims));
  const std::string signature = key.key.sign(key.algorithm, token);
  token += '.';
  token += base64url_encode(signature);
  return token;
}

}  // namespace rollcall::oidc
