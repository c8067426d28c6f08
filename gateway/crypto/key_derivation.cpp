#include "gateway/crypto/key_derivation.h"

#include "gateway/crypto/evp.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include <array>
#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::size_t half_block = 8;
/// The longest key that is ever wrapped for us: of A256CBC-HS512.
constexpr std::size_t max_wrapped = 64 + half_block;

}  // namespace

Secret concat_kdf(const Secret& shared, std::string_view other_info, std::size_t size) {
  static const CPtr<EVP_KDF, &EVP_KDF_free> algorithm(EVP_KDF_fetch(nullptr, "SSKDF", nullptr));
  const CPtr<EVP_KDF_CTX, &EVP_KDF_CTX_free> context(EVP_KDF_CTX_new(algorithm.get()));
  std::string digest = "SHA256";
  std::string secret(shared.reveal());
  std::string info(other_info);
  const std::array<OSSL_PARAM, 4> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  std::string out(size, '\0');
  const bool derived =
      EVP_KDF_derive(context.get(), evp::writable(out), out.size(), parameters.data()) == 1;
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!derived) throw std::runtime_error("OpenSSL cannot derive a key");
  return Secret(std::move(out));
}

std::optional<Secret> unwrap_key(const Secret& key, std::string_view wrapped) {
  if (wrapped.size() % half_block != 0 || wrapped.size() < 3 * half_block ||
      wrapped.size() > max_wrapped) {
    return std::nullopt;
  }
  const evp::ErrorScope errors;
  const CPtr<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  const std::string_view bytes = key.reveal();
  if (bytes.size() != 16 && bytes.size() != 32) return std::nullopt;
  const EVP_CIPHER* algorithm = bytes.size() == 16 ? EVP_aes_128_wrap() : EVP_aes_256_wrap();
  std::string out(wrapped.size(), '\0');
  int size = 0;
  int rest = 0;
  if (EVP_DecryptInit_ex2(context.get(), algorithm, evp::bytes(bytes), nullptr, nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), evp::writable(out), &size, evp::bytes(wrapped),
                        static_cast<int>(wrapped.size())) != 1 ||
      EVP_DecryptFinal_ex(context.get(), evp::writable(out) + size, &rest) != 1 || rest != 0) {
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(size));
  return Secret(std::move(out));
}

}  // namespace rollcall
