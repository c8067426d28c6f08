#include "gateway/mail/address.h"

#include "gateway/base/text.h"

#include <algorithm>

namespace rollcall::mail {
namespace {

constexpr std::size_t most_local = 64;
constexpr std::size_t most_label = 63;
constexpr std::size_t most_mailbox = 254;

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 5322 §3.2.3.
bool atom_character(char c) {
  return letter_or_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool label_character(char c) { return letter_or_digit(c) || c == '-'; }

/// Non-empty parts of such characters with dots between them.
bool dotted(std::string_view text, bool (*character)(char), std::size_t most_part) {
  for (;;) {
    const std::string_view part = text.substr(0, text.find('.'));
    if (part.empty() || part.size() > most_part || !std::ranges::all_of(part, character)) {
      return false;
    }
    if (part.size() == text.size()) return true;
    text.remove_prefix(part.size() + 1);
  }
}

Error malformed(std::string_view text) {
  return Error(Fault::invalid_value, "'" + std::string(text) +
                                         "' is no address such as no-reply@example.com or "
                                         "Rollcall <no-reply@example.com>.");
}

}  // namespace

bool is_mailbox(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > most_mailbox || at > most_local) return false;
  return dotted(text.substr(0, at), &atom_character, most_local) &&
         dotted(text.substr(at + 1), &label_character, most_label);
}

Result<Address> parse_address(std::string_view text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (!is_utf8(text) || std::ranges::any_of(text, control)) return malformed("?");
  Address address;
  std::string_view mailbox = trim(text);
  if (mailbox.ends_with('>')) {
    const std::size_t open = mailbox.rfind('<');
    if (open == std::string_view::npos) return malformed(text);
    address.name = trim(mailbox.substr(0, open));
    mailbox = mailbox.substr(open + 1, mailbox.size() - open - 2);
  }
  if (!is_mailbox(mailbox)) return malformed(text);
  address.mailbox = mailbox;
  return address;
}

}  // namespace rollcall::mail
