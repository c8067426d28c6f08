#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/directory/directory.h"
#include "gateway/mail/options.h"

#include <memory>

namespace rollcall::mail {

/// Sends what lies in the outbox, on a thread of its own: each message after the commit of what it
/// tells, one at a time, with growing pauses after failures, for two days at most. A message whose
/// sending was not recorded (the process died in between) is sent again with the same Message-ID.
/// Never holds up anyone.
class Mailer {
 public:
  Mailer(Directory& directory, MailOptions options, const Clock& clock, Log& log);
  /// Ends the message in progress (a few seconds at most); the rest waits for the next start.
  ~Mailer();
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;

  /// Looks into the outbox now; the directory's commits need not be watched: it looks every second.
  void wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::mail
