#pragma once

#include "gateway/base/c_ptr.h"
#include "gateway/base/result.h"
#include "gateway/net/server.h"

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

namespace rollcall::net {

using SslContext = CPtr<SSL_CTX, &SSL_CTX_free>;
using SslSession = CPtr<SSL, &SSL_free>;

/// Empties OpenSSL's error queue of this thread into one line for the log.
std::string take_openssl_errors();

/// The server's side of TLS: 1.2 and later, AEAD suites only, session tickets, ALPN http/1.1. Any
/// thread.
class TlsServer {
 public:
  /// Throws std::runtime_error with a sentence when a file cannot be used.
  explicit TlsServer(TlsFiles files);

  /// A session for an accepted, non-blocking socket; the handshake runs with the first read. Null
  /// when OpenSSL has no memory.
  SslSession accept(int socket) const;
  /// Takes the files anew for sessions to come; on an error the old ones stay.
  Result<> reload();

 private:
  std::shared_ptr<SSL_CTX> current() const;

  TlsFiles files_;
  mutable std::mutex mutex_;
  std::shared_ptr<SSL_CTX> context_;
};

/// A client's context: TLS 1.2 and later, the peer verified against `ca_file` or the system's
/// roots. Throws std::runtime_error when the file cannot be used.
SslContext make_client_context(const std::string& ca_file);
/// A session that sends `host` as SNI and accepts only a certificate of that name or address.
SslSession connect_session(SSL_CTX* context, int socket, const std::string& host);

}  // namespace rollcall::net
