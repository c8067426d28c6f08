#pragma once

#include "gateway/net/fd.h"
#include "gateway/net/stream.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace rollcall::net {

/// A connected socket of ours; belongs to no thread and no executor.
struct OutgoingConnection {
  OutgoingConnection(Fd socket, SslSession session)
      : fd(std::move(socket)), stream(fd.get(), std::move(session)) {}

  Fd fd;
  Stream stream;
};

/// Connections that wait for their next request, at most 32 an origin and 128 in all. Any thread.
class OutgoingPool {
 public:
  /// A connection is given out again for so long after its last answer.
  explicit OutgoingPool(std::chrono::milliseconds keep) : keep_(keep) {}

  /// The one used last, if it is still open.
  std::optional<OutgoingConnection> take(const std::string& origin);
  void put(const std::string& origin, OutgoingConnection connection);

 private:
  using Clock = std::chrono::steady_clock;
  struct Idle {
    std::string origin;
    OutgoingConnection connection;
    Clock::time_point since;
  };

  std::optional<OutgoingConnection> take_newest(const std::string& origin);

  std::chrono::milliseconds keep_;
  std::mutex mutex_;
  std::deque<Idle> idle_;  // the oldest first
};

}  // namespace rollcall::net
