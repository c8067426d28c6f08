#pragma once

#include "gateway/base/secret.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

/// Authenticated encryption: AES-GCM (NIST SP 800-38D) and AES-CBC with HMAC (RFC 7518 §5.2).
enum class ContentCipher { a128_gcm, a256_gcm, a128_cbc_hs256, a256_cbc_hs512 };

/// Bytes of its key: 16, 32, 32 and 64.
std::size_t key_size(ContentCipher cipher);

struct Sealed {
  std::string_view iv;
  std::string_view ciphertext;
  std::string_view tag;
};

/// The plaintext, or nothing: key, IV and tag must have exactly the lengths that the cipher
/// demands, and the tag must be right for `sealed` and `associated` before anything is decrypted
/// that padding could tell about.
std::optional<std::string> open(ContentCipher cipher, const Secret& key, const Sealed& sealed,
                                std::string_view associated);

/// AES-256-GCM with a fresh random IV: IV, ciphertext and tag, one behind the other. `key` has 32
/// bytes and seals no more than 2^32 texts (SP 800-38D §8.3).
std::string seal(const Secret& key, std::string_view plaintext, std::string_view associated);
/// What seal() gave, or nothing.
std::optional<std::string> open(const Secret& key, std::string_view sealed,
                                std::string_view associated);

}  // namespace rollcall
