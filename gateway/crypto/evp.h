#pragma once

#include "gateway/base/c_ptr.h"
#include "gateway/base/secret.h"
#include "gateway/crypto/signature_scheme.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <string>
#include <string_view>
#include <vector>

/// OpenSSL's handles, for the .cpp files of this folder alone.
namespace rollcall::evp {

using Pkey = CPtr<EVP_PKEY, &EVP_PKEY_free>;
using PkeyContext = CPtr<EVP_PKEY_CTX, &EVP_PKEY_CTX_free>;
using DigestContext = CPtr<EVP_MD_CTX, &EVP_MD_CTX_free>;
using BigNumber = CPtr<BIGNUM, &BN_clear_free>;

/// What a call leaves in the thread's error queue is dropped at the end of the scope: TLS on the
/// same thread would take it for its own.
class ErrorScope {
 public:
  ErrorScope();
  ~ErrorScope();
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
};

inline const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* writable(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// Fetched once: an implicit fetch costs more than hashing a token.
const EVP_MD* algorithm_of(Hash hash);

/// Null for Ed25519, which takes the message itself.
const EVP_MD* digest_for(SignatureScheme scheme);
/// After EVP_DigestSignInit or EVP_DigestVerifyInit.
bool set_padding(EVP_PKEY_CTX* parameters, SignatureScheme scheme);

/// OpenSSL's name of one of the three P curves.
const char* curve_name(KeyKind kind);

/// The numbers of a key on their way into OpenSSL. What is pushed must outlive `make`.
class KeyBuilder {
 public:
  void number(const char* name, std::string_view big_endian);
  void text(const char* name, const char* value);
  void octets(const char* name, std::string_view value);
  /// `selection` is EVP_PKEY_PUBLIC_KEY or EVP_PKEY_KEYPAIR; null if OpenSSL refuses the numbers.
  Pkey make(const char* type, int selection);

 private:
  CPtr<OSSL_PARAM_BLD, &OSSL_PARAM_BLD_free> builder_{OSSL_PARAM_BLD_new()};
  std::vector<BigNumber> numbers_;
};

/// A number of a key, big-endian: without leading zeros, or exactly `size` bytes.
std::string number_of(const EVP_PKEY* key, const char* name, std::size_t size = 0);

}  // namespace rollcall::evp
