#include "gateway/crypto/content_cipher.h"

#include "gateway/crypto/evp.h"
#include "gateway/crypto/random.h"

#include <openssl/crypto.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::size_t gcm_iv_size = 12;
constexpr std::size_t gcm_tag_size = 16;
constexpr std::size_t block_size = 16;

using CipherContext = CPtr<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free>;

bool is_gcm(ContentCipher cipher) {
  return cipher == ContentCipher::a128_gcm || cipher == ContentCipher::a256_gcm;
}

int length(std::string_view text) { return static_cast<int>(text.size()); }

std::optional<std::string> open_gcm(const EVP_CIPHER* algorithm, std::string_view key,
                                    const Sealed& sealed, std::string_view associated) {
  if (sealed.iv.size() != gcm_iv_size || sealed.tag.size() != gcm_tag_size) return std::nullopt;
  const CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* cipher = context.get();
  std::string tag(sealed.tag);
  std::string out(sealed.ciphertext.size(), '\0');
  int size = 0;
  if (EVP_DecryptInit_ex2(cipher, algorithm, evp::bytes(key), evp::bytes(sealed.iv), nullptr) !=
          1 ||
      EVP_DecryptUpdate(cipher, nullptr, &size, evp::bytes(associated), length(associated)) != 1 ||
      EVP_DecryptUpdate(cipher, evp::writable(out), &size, evp::bytes(sealed.ciphertext),
                        length(sealed.ciphertext)) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, length(tag), tag.data()) != 1 ||
      EVP_DecryptFinal_ex(cipher, evp::writable(out) + out.size(), &size) != 1) {
    return std::nullopt;
  }
  return out;
}

/// RFC 7518 §5.2.2.1: HMAC over associated data, IV, ciphertext and the bits of the first.
std::string mac(const char* digest, std::string_view key, const Sealed& sealed,
                std::string_view associated) {
  std::string text;
  text.reserve(associated.size() + sealed.iv.size() + sealed.ciphertext.size() + 8);
  text.append(associated).append(sealed.iv).append(sealed.ciphertext);
  const std::uint64_t bits = 8 * std::uint64_t{associated.size()};
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>((bits >> shift) & 0xffU);
  std::string tag(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, key.data(), key.size(), evp::bytes(text),
                text.size(), evp::writable(tag), tag.size(), &size) == nullptr) {
    throw std::runtime_error("OpenSSL cannot compute an HMAC");
  }
  tag.resize(size);
  return tag;
}

std::optional<std::string> open_cbc(const EVP_CIPHER* algorithm, const char* digest,
                                    std::string_view key, const Sealed& sealed,
                                    std::string_view associated) {
  const std::size_t half = key.size() / 2;
  if (sealed.iv.size() != block_size || sealed.tag.size() != half) return std::nullopt;
  const std::string expected = mac(digest, key.substr(0, half), sealed, associated);
  if (CRYPTO_memcmp(expected.data(), sealed.tag.data(), half) != 0) return std::nullopt;
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(sealed.ciphertext.size() + block_size, '\0');
  int size = 0;
  int rest = 0;
  if (EVP_DecryptInit_ex2(context.get(), algorithm, evp::bytes(key.substr(half)),
                          evp::bytes(sealed.iv), nullptr) != 1 ||
      EVP_DecryptUpdate(context.get(), evp::writable(out), &size, evp::bytes(sealed.ciphertext),
                        length(sealed.ciphertext)) != 1 ||
      EVP_DecryptFinal_ex(context.get(), evp::writable(out) + size, &rest) != 1) {
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
  return out;
}

}  // namespace

std::size_t key_size(ContentCipher cipher) {
  switch (cipher) {
    case ContentCipher::a128_gcm:
      return 16;
    case ContentCipher::a256_gcm:
    case ContentCipher::a128_cbc_hs256:
      return 32;
    case ContentCipher::a256_cbc_hs512:
      return 64;
  }
  return 0;
}

std::optional<std::string> open(ContentCipher cipher, const Secret& key, const Sealed& sealed,
                                std::string_view associated) {
  const std::string_view bytes = key.reveal();
  if (bytes.size() != key_size(cipher)) return std::nullopt;
  const evp::ErrorScope errors;
  const bool small = cipher == ContentCipher::a128_gcm || cipher == ContentCipher::a128_cbc_hs256;
  if (is_gcm(cipher)) {
    return open_gcm(small ? EVP_aes_128_gcm() : EVP_aes_256_gcm(), bytes, sealed, associated);
  }
  return open_cbc(small ? EVP_aes_128_cbc() : EVP_aes_256_cbc(), small ? "SHA256" : "SHA512", bytes,
                  sealed, associated);
}

std::string seal(const Secret& key, std::string_view plaintext, std::string_view associated) {
  const std::string_view bytes = key.reveal();
  if (bytes.size() != key_size(ContentCipher::a256_gcm)) {
    throw std::invalid_argument("a key of AES-256 has 32 bytes");
  }
  std::array<std::uint8_t, gcm_iv_size> iv{};
  random_bytes(iv);
  const CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* cipher = context.get();
  std::string out(iv.begin(), iv.end());
  out.resize(gcm_iv_size + plaintext.size() + gcm_tag_size);
  unsigned char* text = evp::writable(out) + gcm_iv_size;
  unsigned char* tag = text + plaintext.size();
  int size = 0;
  if (EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), evp::bytes(bytes), iv.data(), nullptr) != 1 ||
      EVP_EncryptUpdate(cipher, nullptr, &size, evp::bytes(associated), length(associated)) != 1 ||
      EVP_EncryptUpdate(cipher, text, &size, evp::bytes(plaintext), length(plaintext)) != 1 ||
      EVP_EncryptFinal_ex(cipher, tag, &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, gcm_tag_size, tag) != 1) {
    throw std::runtime_error("OpenSSL cannot encrypt");
  }
  return out;
}

std::optional<std::string> open(const Secret& key, std::string_view sealed,
                                std::string_view associated) {
  if (sealed.size() < gcm_iv_size + gcm_tag_size) return std::nullopt;
  const std::size_t tag = sealed.size() - gcm_tag_size;
  return open(ContentCipher::a256_gcm, key,
              {.iv = sealed.substr(0, gcm_iv_size),
               .ciphertext = sealed.substr(gcm_iv_size, tag - gcm_iv_size),
               .tag = sealed.substr(tag)},
              associated);
}

}  // namespace rollcall
