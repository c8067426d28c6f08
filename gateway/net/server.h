#pragma once

#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/http/message.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::net {

struct TlsFiles {
  std::filesystem::path certificate_chain;  // PEM
  std::filesystem::path private_key;        // PEM
};

struct ListenerOptions {
  /// "127.0.0.1:8080", "[::1]:0" (port 0: any free one) or "unix:/path" (mode 0600).
  std::string address;
  std::optional<TlsFiles> tls;
  /// Peers in `trusted_proxies` begin with a PROXY v1/v2 header; without a valid one they are cut
  /// off.
  bool proxy_protocol = false;
};

struct Limits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t head_fields = 100;
  std::size_t connections = 10'000;
  std::size_t connections_per_address = 1'000;
  std::chrono::seconds idle{75};
  std::chrono::seconds head{10};
  std::chrono::seconds body{30};
  std::chrono::seconds write{30};
  /// Answers of this many bytes or more are compressed when the client accepts gzip.
  std::size_t gzip_from = 4096;
};

struct ServerOptions {
  unsigned threads = 0;  // 0: one a core
  Limits limits;
  /// CIDR ranges whose PROXY headers and X-Forwarded-For/-Proto are believed; nobody else's are.
  std::vector<std::string> trusted_proxies;
  /// What Request::origin says of every request ("https://scim.example.com"); empty: as the request
  /// and trusted proxies say.
  std::string public_origin;
};

struct ServerStats {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  // over a connection limit
  std::size_t connections = 0;
  std::size_t requests_in_progress = 0;
};

/// The HTTP/1.1 server: I/O threads with an io_context each, SO_REUSEPORT listeners on all of them;
/// a connection lives and dies on one. All members may be called from any thread but an I/O thread.
class Server {
 public:
  Server(const ServerOptions& options, Log& log);
  /// Stops at once what drain() has not ended.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and accepts from now on. `service` outlives the server. Returns the address bound, with
  /// its port. Throws std::runtime_error with a sentence: address in use, bad address, unreadable
  /// key …
  std::string listen(const ListenerOptions& options, http::Service& service);

  /// Reads certificates and keys anew; on an error keeps the old ones and returns it.
  Result<> reload_tls();

  /// Stops accepting (takes what the kernel has queued first), answers each open connection's
  /// requests with `Connection: close`, ends idle ones, waits at most `limit`, then closes the
  /// rest. True if none had to be cut.
  bool drain(std::chrono::milliseconds limit);

  ServerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::net
