#pragma once

#include "gateway/base/secret.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace rollcall {

using Sha256 = std::array<std::uint8_t, 32>;

inline std::string_view as_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256 sha256(std::string_view bytes);

/// sha1 serves RSA-OAEP alone, where its weakness does no harm (RFC 8017 §7.1).
enum class Hash { sha1, sha256, sha384, sha512 };

/// The digest's bytes: 20, 32, 48 or 64.
std::string digest(Hash hash, std::string_view bytes);

/// HMAC-SHA256 with one key (RFC 2104). Keeps its keyed context; one thread at a time.
class HmacSha256 {
 public:
  explicit HmacSha256(const Secret& key);
  ~HmacSha256();
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;

  /// Over the concatenation of `parts`.
  Sha256 operator()(std::initializer_list<std::string_view> parts);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Takes the same time wherever the texts differ; their lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace rollcall
