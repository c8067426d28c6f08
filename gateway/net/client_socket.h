#pragma once

#include "gateway/base/result.h"
#include "gateway/net/fd.h"
#include "gateway/net/stream.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::net {

/// Where a client connects to.
struct Remote {
  std::string host;  // name or address without brackets; empty for a Unix socket
  std::string port;
  std::string path;  // of a Unix socket
};

/// A connected socket whose operations wait, but never beyond a deadline. One thread at a time.
class ClientSocket {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Resolves, connects and, with `tls`, verifies the server. `unavailable` with a sentence.
  static Result<ClientSocket> connect(const Remote& remote, SSL_CTX* tls, Deadline deadline);

  /// `unavailable` when the peer is gone or the time is over.
  Result<> write(std::string_view bytes, Deadline deadline);
  /// 0 bytes: the peer has closed.
  Result<std::size_t> read(std::span<char> into, Deadline deadline);

 private:
  ClientSocket(Fd fd, Stream stream) : fd_(std::move(fd)), stream_(std::move(stream)) {}
  Result<> wait(IoResult::Status wanted, Deadline deadline);

  Fd fd_;
  Stream stream_;
};

}  // namespace rollcall::net
