#include "gateway/crypto/digest.h"

#include "gateway/base/c_ptr.h"
#include "gateway/crypto/evp.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdexcept>
#include <string>

namespace rollcall {

Sha256 sha256(std::string_view bytes) {
  // A fetched digest and a reused context: half the cost of the one-shot call.
  thread_local const CPtr<EVP_MD_CTX, &EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  Sha256 digest{};
  unsigned size = 0;
  if (EVP_DigestInit_ex2(context.get(), evp::algorithm_of(Hash::sha256), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  return digest;
}

std::string digest(Hash hash, std::string_view bytes) {
  const EVP_MD* algorithm = evp::algorithm_of(hash);
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(algorithm)), '\0');
  if (EVP_Digest(bytes.data(), bytes.size(), evp::writable(out), nullptr, algorithm, nullptr) !=
      1) {
    throw std::runtime_error("OpenSSL cannot compute a digest");
  }
  return out;
}

struct HmacSha256::Impl {
  CPtr<EVP_MAC, &EVP_MAC_free> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  CPtr<EVP_MAC_CTX, &EVP_MAC_CTX_free> context{EVP_MAC_CTX_new(algorithm.get())};
};

HmacSha256::HmacSha256(const Secret& key) : impl_(std::make_unique<Impl>()) {
  std::string digest = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.reveal().data());
  if (EVP_MAC_init(impl_->context.get(), bytes, key.reveal().size(), params) != 1) {
    throw std::runtime_error("OpenSSL cannot initialise HMAC-SHA256");
  }
}

HmacSha256::~HmacSha256() = default;
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;

Sha256 HmacSha256::operator()(std::initializer_list<std::string_view> parts) {
  EVP_MAC_CTX* context = impl_->context.get();
  bool ok = EVP_MAC_init(context, nullptr, 0, nullptr) == 1;
  for (const std::string_view part : parts) {
    ok = ok && EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size()) == 1;
  }
  Sha256 tag{};
  std::size_t size = 0;
  if (!ok || EVP_MAC_final(context, tag.data(), &size, tag.size()) != 1 || size != tag.size()) {
    throw std::runtime_error("OpenSSL cannot compute HMAC-SHA256");
  }
  return tag;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace rollcall
