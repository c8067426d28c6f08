#pragma once

#include "gateway/net/tls.h"

#include <span>
#include <string>
#include <string_view>

namespace rollcall::net {

/// What one attempt at a non-blocking socket came to.
struct IoResult {
  enum class Status { done, want_read, want_write, closed, failed };
  Status status = Status::failed;
  std::size_t bytes = 0;  // > 0 if and only if done
};

/// Bytes over a non-blocking socket, plain or TLS; never waits. Does not own the descriptor. The
/// caller blocks SIGPIPE in its thread (OpenSSL writes with write(2)).
class Stream {
 public:
  explicit Stream(int socket, SslSession session = nullptr)
      : socket_(socket), session_(std::move(session)) {}

  IoResult read(std::span<char> into);
  /// `more`: another write follows at once.
  IoResult write(std::string_view bytes, bool more = false);
  /// Bytes lie ready: decrypted ones, or others in the kernel.
  bool readable() const;
  /// Decrypted bytes lie ready, of which the socket's readiness does not tell.
  bool has_decrypted() const { return session_ && SSL_has_pending(session_.get()) == 1; }
  /// A sentence on why the operation that just gave closed or failed did so. Same thread.
  std::string failure() const;
  /// No more will be written. Reading goes on.
  void shut_down();

  bool secure() const { return session_ != nullptr; }
  /// The TLS handshake is over; true of plain sockets.
  bool established() const { return !session_ || SSL_is_init_finished(session_.get()); }
  SSL* session() const { return session_.get(); }
  int socket() const { return socket_; }

 private:
  IoResult tls_result(int returned);

  int socket_;
  SslSession session_;
};

}  // namespace rollcall::net
