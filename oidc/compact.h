#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"

#include <array>
#include <optional>
#include <string_view>

namespace rollcall::oidc {

/// Bounds of what a token may carry.
constexpr std::size_t max_header_size = 64 * 1024;
constexpr std::size_t max_payload_size = 64 * 1024;

/// The parts of a compact serialization (RFC 7515 §7.1, RFC 7516 §7.1), still encoded and perhaps
/// empty. Nothing unless there are exactly `Count`.
template <std::size_t Count>
std::optional<std::array<std::string_view, Count>> split(std::string_view token) {
  std::array<std::string_view, Count> parts;
  for (std::size_t i = 0; i + 1 < Count; ++i) {
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    parts[i] = token.substr(0, dot);
    token.remove_prefix(dot + 1);
  }
  if (token.find('.') != std::string_view::npos) return std::nullopt;
  parts.back() = token;
  return parts;
}

/// The bytes of one part, 1 to `limit`; strict base64url.
std::optional<std::string> decode(std::string_view part, std::size_t limit);

/// A JSON object in base64url. Refused with duplicate_member, else with `code`, a literal.
Result<json::Object> decode_object(std::string_view part, std::size_t limit, std::string_view code);
/// The same for text that is decoded already.
Result<json::Object> parse_object(std::string_view text, std::string_view code);

/// A member that is a string; null if it is absent or anything else.
const std::string* text_of(const json::Object& object, std::string_view name);

/// What no header may carry, since we understand no extension: `crit` in any form (RFC 7515
/// §4.1.11) and `b64` other than true (RFC 7797 §3).
Result<> check_critical(const json::Object& header);

}  // namespace rollcall::oidc
