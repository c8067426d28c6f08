#pragma once

#include "gateway/base/result.h"

#include <string>
#include <string_view>

namespace rollcall::mail {

/// A mailbox of RFC 5322 §3.4 as we write them: an optional name and local@domain.
struct Address {
  std::string name;
  std::string mailbox;

  std::string_view domain() const {
    return std::string_view(mailbox).substr(mailbox.rfind('@') + 1);
  }
};

/// True for local@domain in plain ASCII: a dot-atom of 64 characters at most and a domain name, 254
/// together (RFC 5321 §4.5.3.1). Quoted local parts, address literals and SMTPUTF8 are not.
bool is_mailbox(std::string_view text);

/// Reads "Name <local@domain>" or "local@domain"; invalid_value with a sentence for anything else.
/// A name holds no control characters.
Result<Address> parse_address(std::string_view text);

}  // namespace rollcall::mail
