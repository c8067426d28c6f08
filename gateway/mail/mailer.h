#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"
#include "gateway/directory/directory.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace rollcall::mail {

/// An SMTP relay. `security`: starttls is required, never "if offered".
struct Smtp {
  enum class Security { none, starttls, tls };
  std::string host;
  int port = 587;
  Security security = Security::starttls;
  std::string user;
  Secret password;
  /// Trust anchors in a PEM file; the system's without one.
  std::filesystem::path ca_file;
};
/// Writes each message as a file NAME.eml instead of sending it.
struct SinkDir {
  std::filesystem::path folder;
};

struct MailOptions {
  std::variant<SinkDir, Smtp> target;
  /// "Rollcall <no-reply@example.com>".
  std::string from;
};

/// Sends what lies in the outbox, on a thread of its own: each message after the commit of what it
/// tells, with growing pauses after failures, for two days at most. Never holds up anyone.
class Mailer {
 public:
  Mailer(Directory& directory, MailOptions options, const Clock& clock, Log& log);
  /// Ends the message in progress (a few seconds at most); the rest waits for the next start.
  ~Mailer();
  /// Looks into the outbox now; the directory's commits need not be watched: it looks every second.
  void wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::mail
