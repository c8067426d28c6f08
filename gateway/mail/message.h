#pragma once

#include "gateway/base/result.h"
#include "gateway/base/timestamp.h"
#include "gateway/directory/outbox.h"
#include "gateway/mail/address.h"

#include <string>
#include <string_view>

namespace rollcall::mail {

/// A message ready to leave.
struct Message {
  /// Of the outbox row, fit for a file's name: the same at each attempt.
  std::string identity;
  std::string from;  // local@domain, for the envelope
  std::string to;
  /// RFC 5322, lines end in CRLF.
  std::string content;
};

/// Writes an outbox row as a message with a text and an HTML body. `base_url` goes before the row's
/// "link_path". Message-ID and Date are the row's, so that a message sent twice is seen to be one.
/// An Error for a row that can never be sent: no such template, not a mailbox we can write to.
Result<Message> compose(const Mail& mail, const Address& from, std::string_view base_url);

}  // namespace rollcall::mail
