#pragma once

#include "gateway/http/message.h"
#include "gateway/net/http_guard.h"
#include "gateway/net/request_head.h"
#include "gateway/net/trusted_proxies.h"

#include <boost/asio/cancellation_signal.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace rollcall::net {

/// What a connection knows of its client before it reads a request.
struct Peer {
  IpAddress address;
  /// The address as text; "unix" for the local socket.
  std::string text;
  bool trusted = false;  // a proxy whose X-Forwarded fields are believed
  bool secure = false;
  bool local = false;
};

using RequestId = std::array<char, 20>;

/// One request on its way and its answer. Its request's views look into the bytes of the pass that
/// read it until own() copies them. Reused: reset() keeps the memory.
class Exchange {
 public:
  using Clock = std::chrono::steady_clock;

  /// Fills the request from a guarded head; takes `head`'s fields. `message` is where the head
  /// lies.
  void begin(std::string_view message, RequestHead& head, const Framing& framing, const Peer& peer,
             const TrustedProxies& proxies, std::string_view fallback_host);
  /// The id given when the client sent none.
  void set_id(const RequestId& id);
  bool has_id() const { return !request.id.empty(); }
  /// The whole body lies behind the head in the same bytes.
  void set_body(std::string_view message, std::string_view body);

  /// Makes the request independent of the bytes it was parsed from.
  void own();
  void reset();

  http::Request request;
  http::Response response;
  Clock::time_point begun;
  bool keep_alive = false;
  bool http10 = false;

  /// While the body comes in pieces.
  std::string body;
  std::uint64_t body_left = 0;
  std::unique_ptr<ChunkedBody> chunks;

  boost::asio::cancellation_signal cancel;

 private:
  std::string_view message_;
  std::string bytes_;
  std::string origin_;
  std::string client_;
  RequestId id_{};
};

}  // namespace rollcall::net
