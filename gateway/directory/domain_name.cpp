#include "gateway/base/text.h"
#include "gateway/directory/domains.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace rollcall {
namespace {

// RFC 5321 §4.5.3.1, RFC 1035 §2.3.4.
constexpr std::size_t longest_address = 254;
constexpr std::size_t longest_local_part = 64;
constexpr std::size_t longest_name = 253;

/// UTS #46, nontransitional: letters, digits and dashes only.
const icu::IDNA& idna() {
  static const std::unique_ptr<const icu::IDNA> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<const icu::IDNA> made(icu::IDNA::createUTS46Instance(
        UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
        status));
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no IDNA data");
    return made;
  }();
  return *instance;
}

/// What begins like a number is read as an IPv4 address somewhere (RFC 3696 §2).
bool may_be_top_level(std::string_view label) {
  return !label.empty() && !(label.front() >= '0' && label.front() <= '9');
}

/// No quotes, comments, routes, lists or control characters.
bool odd(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
         std::string_view("\"(),:;<>[]\\").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> normal_domain(std::string_view name) {
  // The bound spares ICU what could only shrink to a name.
  if (name.empty() || name.size() > 4 * longest_name || !is_utf8(name)) return std::nullopt;
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  idna().nameToASCII_UTF8(icu::StringPiece(name.data(), static_cast<int32_t>(name.size())), sink,
                          info, status);
  if (U_FAILURE(status) || info.hasErrors() || ascii.size() > longest_name) return std::nullopt;
  // A name of one label is known to one network only.
  const auto dot = ascii.rfind('.');
  if (dot == std::string::npos || !may_be_top_level(std::string_view(ascii).substr(dot + 1))) {
    return std::nullopt;
  }
  return ascii;
}

std::optional<std::string> email_domain(std::string_view address) {
  const auto at = address.find('@');
  if (address.size() > longest_address || at == std::string_view::npos || at == 0 ||
      at > longest_local_part || address.find('@', at + 1) != std::string_view::npos ||
      std::ranges::any_of(address, odd)) {
    return std::nullopt;
  }
  return normal_domain(address.substr(at + 1));
}

}  // namespace rollcall
