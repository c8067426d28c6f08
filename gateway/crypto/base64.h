#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

/// RFC 4648 §5 without padding.
std::string base64url_encode(std::string_view bytes);
/// Only the canonical form: no padding, no other characters, unused bits zero.
std::optional<std::string> base64url_decode(std::string_view text);
/// Two lower-case digits a byte.
std::string hex_encode(std::string_view bytes);

}  // namespace rollcall
