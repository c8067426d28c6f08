#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace rollcall {

/// The only source of secrets and identifiers: OpenSSL's CSPRNG. Any thread. Throws if it fails.
void random_bytes(std::span<std::uint8_t> out);
/// `size` random bytes as base64url text: 32 give the 256 bits of a token.
std::string random_text(std::size_t size);

}  // namespace rollcall
