#include "gateway/mail/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rollcall::mail {
namespace {

constexpr std::size_t longest_line = 76;
/// A value this short fits behind any of our field names into 78 characters (RFC 5322 §2.1.1).
constexpr std::size_t longest_plain_value = 60;
constexpr std::string_view word_start = "=?UTF-8?Q?";
constexpr std::string_view word_end = "?=";
constexpr std::size_t longest_word = 75;

bool plain(char c) { return c >= ' ' && c <= '~'; }

void append_hex(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<std::uint8_t>(c);
  out.append({'=', digits[byte >> 4], digits[byte & 15]});
}

/// How many bytes the UTF-8 character that begins `text` has, as far as they are there.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<std::uint8_t>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

/// One line without its end; the last character of a line must not be a space.
void append_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool space_at_end = (c == ' ' || c == '\t') && i + 1 == line.size();
    const bool literal = (plain(c) || c == '\t') && c != '=' && !space_at_end;
    const std::size_t width = literal ? 1 : 3;
    if (column + width >= longest_line) {
      out += "=\r\n";
      column = 0;
    }
    if (literal) {
      out += c;
    } else {
      append_hex(out, c);
    }
    column += width;
  }
}

/// RFC 2047 §5 rule 3: what may stand for itself in any encoded word.
bool literal_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '!' || c == '*' || c == '+' || c == '/';
}

std::string encoded_words(std::string_view text) {
  std::string out(word_start);
  std::size_t column = word_start.size();
  while (!text.empty()) {
    // A character is never cut in two (RFC 2047 §5).
    const std::size_t size = character_size(text);
    std::string character;
    for (const char c : text.substr(0, size)) {
      if (c == ' ') {
        character += '_';
      } else if (literal_in_word(c)) {
        character += c;
      } else {
        append_hex(character, c);
      }
    }
    if (column + character.size() + word_end.size() > longest_word) {
      out.append(word_end).append("\r\n ").append(word_start);
      column = word_start.size();
    }
    out += character;
    column += character.size();
    text.remove_prefix(size);
  }
  return out.append(word_end);
}

}  // namespace

std::string quoted_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    append_line(out, line);
    out += "\r\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

std::string header_text(std::string_view text) {
  std::string clean(text);
  const auto control = [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f; };
  std::ranges::replace_if(clean, control, ' ');
  const bool as_it_is = clean.size() <= longest_plain_value && std::ranges::all_of(clean, plain) &&
                        clean.find("=?") == std::string::npos;
  return as_it_is ? clean : encoded_words(clean);
}

}  // namespace rollcall::mail
