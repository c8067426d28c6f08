#include "gateway/base/id.h"

namespace rollcall {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool dash_before(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string format_uuid(const UuidBytes& bytes) {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i)) text += '-';
    text += hex_digits[bytes[i] >> 4];
    text += hex_digits[bytes[i] & 0xf];
  }
  return text;
}

std::optional<UuidBytes> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  UuidBytes bytes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (dash_before(i) && text[at++] != '-') return std::nullopt;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return bytes;
}

UuidBytes make_uuid_v7(Timestamp instant, UuidBytes random) {
  const auto milliseconds = static_cast<std::uint64_t>(instant.time_since_epoch().count());
  for (std::size_t i = 0; i < 6; ++i) {
    random[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  }
  random[6] = static_cast<std::uint8_t>((random[6] & 0x0fU) | 0x70U);
  random[8] = static_cast<std::uint8_t>((random[8] & 0x3fU) | 0x80U);
  return random;
}

}  // namespace rollcall
