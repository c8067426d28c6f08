#pragma once

#include "gateway/net/fd.h"
#include "gateway/net/outgoing_client.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rollcall::net {

/// The server's end of one connection, as a script sees it. Every wait ends after ten seconds.
class ScriptPeer {
 public:
  explicit ScriptPeer(int fd, std::atomic<int>& requests) : fd_(fd), requests_(requests) {}

  /// The next request, head and body; empty once the client has closed.
  std::string read_request();
  /// False once the client has closed.
  bool send(std::string_view bytes);
  /// Waits so long, or until the client closes; false then.
  bool pause(int milliseconds);
  /// Waits until the client closes.
  void wait_closed();

 private:
  bool receive();

  int fd_;
  std::atomic<int>& requests_;
  std::string buffer_;
};

/// A server on a free port of the loopback that does with each connection what a script says, on
/// a thread each. Ends them all when it ends.
class ScriptServer {
 public:
  using Script = std::function<void(ScriptPeer&, int connection)>;

  /// `connection` counts from 1.
  explicit ScriptServer(Script script, std::uint16_t port = 0,
                        const std::string& address = "127.0.0.1");
  ~ScriptServer();

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& host = "127.0.0.1", const std::string& path = "/") const;

  std::atomic<int> connections{0};
  std::atomic<int> requests{0};

 private:
  void accept_all();

  Script script_;
  Fd listener_;
  std::uint16_t port_ = 0;
  std::vector<Fd> sockets_;
  std::vector<std::thread> scripts_;
  std::thread acceptor_;
};

/// An answer with this body that keeps the connection.
std::string answer_with(std::string_view body);
/// Answers each request with `body`.
ScriptServer::Script always(std::string body);

/// Options that let a client reach this machine.
OutgoingOptions loopback_allowed();
/// GET by plain HTTP.
http::FetchRequest get_plain(std::string url);

}  // namespace rollcall::net
