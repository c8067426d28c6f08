#pragma once

#include "gateway/mail/message.h"
#include "gateway/mail/options.h"

#include <memory>
#include <stop_token>
#include <string>

namespace rollcall::mail {

/// What became of one attempt to hand a message on.
struct Delivery {
  /// later: the next attempt may go better. interrupted: it was asked to stop, nothing is known.
  enum class Outcome { sent, later, never, interrupted };
  Outcome outcome = Outcome::sent;
  /// For people, unless sent.
  std::string reason = {};
  /// It failed before the message itself was looked at: others would fare the same.
  bool of_relay = false;
};

/// Where messages go. One thread at a time.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Blocks. A few seconds after `stop` was asked for at the latest, it gives up.
  virtual Delivery deliver(const Message& message, const std::stop_token& stop) = 0;
};

std::unique_ptr<Transport> smtp_transport(Smtp relay);
std::unique_ptr<Transport> sink_transport(SinkDir sink);

}  // namespace rollcall::mail
