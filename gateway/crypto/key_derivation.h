#pragma once

#include "gateway/base/secret.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace rollcall {

/// The single-step KDF of NIST SP 800-56A §5.8.2.1 with SHA-256: `size` bytes from a shared secret
/// and the other information.
Secret concat_kdf(const Secret& shared, std::string_view other_info, std::size_t size);

/// AES key unwrap (RFC 3394). `key` has 16 or 32 bytes; nothing if the wrapped key is not intact.
std::optional<Secret> unwrap_key(const Secret& key, std::string_view wrapped);

}  // namespace rollcall
