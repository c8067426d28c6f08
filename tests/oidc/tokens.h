#pragma once

#include "gateway/base/json.h"
#include "oidc/jwk_set.h"
#include "oidc/jws.h"
#include "oidc/own_keys.h"

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace rollcall::oidc::test {

constexpr std::array all_schemes{
    SignatureScheme::rsa_pkcs1_sha256,  SignatureScheme::rsa_pkcs1_sha384,
    SignatureScheme::rsa_pkcs1_sha512,  SignatureScheme::rsa_pss_sha256,
    SignatureScheme::rsa_pss_sha384,    SignatureScheme::rsa_pss_sha512,
    SignatureScheme::ecdsa_p256_sha256, SignatureScheme::ecdsa_p384_sha384,
    SignatureScheme::ecdsa_p521_sha512, SignatureScheme::ed25519,
};
constexpr std::array<std::string_view, 1> id_token_types{"JWT"};
/// Allows every algorithm, for an ID token.
constexpr JwsRules any_algorithm{.algorithms = all_schemes, .types = id_token_types};

/// A key of this kind, made once; its kid is "k".
const PrivateKey& key_of(KeyKind kind);
SigningKey signing_key(SignatureScheme scheme);

/// header.payload.signature of texts that need not be JSON, rightly signed.
std::string token_of(std::string_view header, std::string_view payload, SignatureScheme scheme);

JwkSet set_of(json::Array keys);
JwkSet set_of(std::initializer_list<json::Object> keys);

/// The set that holds the key of `scheme` alone, under kid "k".
JwkSet set_for(SignatureScheme scheme);

/// "" or the reason code.
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? std::string() : std::string(result.error().code());
}

/// The code that parse, verify or the reading of the claims ends with.
std::string verdict(std::string_view token, const JwkSet& keys,
                    const JwsRules& rules = any_algorithm);

/// A document of tests/data.
json::Value data_file(const std::string& name);

}  // namespace rollcall::oidc::test
