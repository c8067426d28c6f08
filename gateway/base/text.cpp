#include "gateway/base/text.h"

#include <simdjson.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <stdexcept>

namespace rollcall {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* instance = get(status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalisation data");
  return *instance;
}

/// RFC 8265 §3.3.1 width mapping: full- and halfwidth forms become their decomposition.
icu::UnicodeString map_width(const icu::UnicodeString& text) {
  static const icu::Normalizer2& nfkc = normalizer(&icu::Normalizer2::getNFKCInstance);
  icu::UnicodeString mapped;
  for (int32_t at = 0; at < text.length();) {
    const UChar32 c = text.char32At(at);
    at += U16_LENGTH(c);
    icu::UnicodeString decomposition;
    const bool wide = c == 0x3000 || (c >= 0xFF00 && c <= 0xFFEF);
    if (wide && nfkc.getRawDecomposition(c, decomposition)) {
      mapped.append(decomposition);
    } else {
      mapped.append(c);
    }
  }
  return mapped;
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::string fold(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  static const icu::Normalizer2& nfc = normalizer(&icu::Normalizer2::getNFCInstance);
  auto folded = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  // Folding can undo normalisation and the reverse (U+0345), so fold, normalise, and once more.
  for (int round = 0; round < 2; ++round) {
    UErrorCode status = U_ZERO_ERROR;
    folded = nfc.normalize(map_width(folded).foldCase(), status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU could not normalise text");
  }
  std::string out;
  folded.toUTF8String(out);
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace rollcall
