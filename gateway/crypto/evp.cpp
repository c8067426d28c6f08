#include "gateway/crypto/evp.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <array>
#include <stdexcept>

namespace rollcall::evp {

ErrorScope::ErrorScope() { ERR_set_mark(); }
ErrorScope::~ErrorScope() { ERR_pop_to_mark(); }

const EVP_MD* algorithm_of(Hash hash) {
  using Digest = CPtr<EVP_MD, &EVP_MD_free>;
  static const std::array<Digest, 4> fetched{Digest(EVP_MD_fetch(nullptr, "SHA1", nullptr)),
                                             Digest(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
                                             Digest(EVP_MD_fetch(nullptr, "SHA384", nullptr)),
                                             Digest(EVP_MD_fetch(nullptr, "SHA512", nullptr))};
  return fetched[static_cast<std::size_t>(hash)].get();
}

const EVP_MD* digest_for(SignatureScheme scheme) {
  return scheme == SignatureScheme::ed25519 ? nullptr : algorithm_of(hash_of(scheme));
}

bool set_padding(EVP_PKEY_CTX* parameters, SignatureScheme scheme) {
  if (kind_of(scheme) != KeyKind::rsa) return true;
  if (!is_pss(scheme)) return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
}

const char* curve_name(KeyKind kind) {
  return kind == KeyKind::p256 ? "P-256" : kind == KeyKind::p384 ? "P-384" : "P-521";
}

void KeyBuilder::number(const char* name, std::string_view big_endian) {
  BigNumber number(BN_bin2bn(bytes(big_endian), static_cast<int>(big_endian.size()), nullptr));
  if (!number || OSSL_PARAM_BLD_push_BN(builder_.get(), name, number.get()) != 1) {
    throw std::runtime_error("OpenSSL cannot take a key's number");
  }
  numbers_.push_back(std::move(number));
}

void KeyBuilder::text(const char* name, const char* value) {
  if (OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, value, 0) != 1) {
    throw std::runtime_error("OpenSSL cannot take a key's parameter");
  }
}

void KeyBuilder::octets(const char* name, std::string_view value) {
  if (OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, value.data(), value.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot take a key's parameter");
  }
}

Pkey KeyBuilder::make(const char* type, int selection) {
  const ErrorScope errors;
  const CPtr<OSSL_PARAM, &OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder_.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
    return nullptr;
  }
  return Pkey(key);
}

std::string number_of(const EVP_PKEY* key, const char* name, std::size_t size) {
  BIGNUM* found = nullptr;
  const bool present = EVP_PKEY_get_bn_param(key, name, &found) == 1;
  const BigNumber number(found);
  if (!present) throw std::runtime_error("OpenSSL does not tell a key's number");
  std::string out(size > 0 ? size : static_cast<std::size_t>(BN_num_bytes(found)), '\0');
  if (BN_bn2binpad(found, writable(out), static_cast<int>(out.size())) < 0) {
    throw std::runtime_error("a key's number is longer than its curve");
  }
  return out;
}

}  // namespace rollcall::evp
