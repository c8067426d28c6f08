#include "oidc/plain_text.h"

namespace rollcall::oidc {
namespace {

std::size_t size_of_character(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

bool is_control(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return byte < 0x20 || byte == 0x7f;
  if (character.size() == 2) return character >= "\xc2\x80" && character <= "\xc2\x9f";
  // U+2028 to U+202E, U+2066 to U+2069
  return (character >= "\xe2\x80\xa8" && character <= "\xe2\x80\xae") ||
         (character >= "\xe2\x81\xa6" && character <= "\xe2\x81\xa9");
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto character = text.substr(0, size_of_character(static_cast<unsigned char>(text[0])));
    text.remove_prefix(character.size());
    if (is_control(character)) continue;
    if (plain.size() + character.size() > max_plain_text) break;
    plain += character;
  }
  return plain;
}

}  // namespace rollcall::oidc
