#pragma once

#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/mail/address.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

namespace rollcall::mail {

/// An SMTP relay. `security`: starttls is required, never "if offered".
struct Smtp {
  enum class Security { none, starttls, tls };
  /// A name or an address; one of IPv6 in brackets.
  std::string host;
  int port = 587;
  Security security = Security::starttls;
  std::string user;
  Secret password;
  /// Trust anchors in a PEM file; the system's without one.
  std::filesystem::path ca_file;
  /// For one message, from the connection to the last reply.
  std::chrono::milliseconds timeout{60'000};
};

/// Reads "smtp://[user:password@]host[:port][?starttls=required|off]" or "smtps://…": user and
/// password percent-encoded, port 587 or 465 unless given. STARTTLS is required unless it is turned
/// off, or the host is this machine's loopback. invalid_value with what is wrong, which never
/// repeats the text.
Result<Smtp> parse_smtp(std::string_view url);

/// Writes each message as a file NAME.eml instead of sending it.
struct SinkDir {
  std::filesystem::path folder;
};

struct MailOptions {
  std::variant<SinkDir, Smtp> target;
  Address from;
  /// What links begin with: scheme and host.
  std::string base_url;
};

}  // namespace rollcall::mail
