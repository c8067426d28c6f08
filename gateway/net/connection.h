#pragma once

#include "gateway/base/error.h"
#include "gateway/net/address_counter.h"
#include "gateway/net/exchange.h"
#include "gateway/net/fd.h"
#include "gateway/net/io_thread.h"
#include "gateway/net/stream.h"
#include "gateway/net/timer_wheel.h"
#include "gateway/net/work.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rollcall::net {

/// One HTTP/1.1 connection: a state machine that step() drives whenever its socket is ready, a
/// deadline has passed or a handler has answered. While idle it holds neither buffer nor parser. It
/// lives as long as something is outstanding for it: a wait on its socket or a handler. I/O thread
/// only.
class Connection final : public std::enable_shared_from_this<Connection>,
                         public Timed,
                         public ConnectionHook {
 public:
  /// `socket` is non-blocking. `peer` is nothing for a Unix socket.
  Connection(IoThread& io, std::shared_ptr<Endpoint> endpoint, Fd socket,
             const std::optional<IpAddress>& peer, AddressCounter::Place place);
  ~Connection() override;

  void start();
  /// Ends now when idle; else after the answers to what the client has sent.
  void drain();
  /// Ends now; with `stop`, a running handler is asked to end.
  void cut(bool stop);

  void expired() override;

 private:
  enum class Phase : std::uint8_t {
    proxy_header,  // the PROXY protocol's header comes first
    reading,       // between requests, in a head or in a body
    handling,      // a handler or the compressor works; nothing is read meanwhile
    finishing,     // the last answer is in the output
    lingering,     // all is sent; what the client still sends is thrown away
    closed
  };
  enum class Deadline : std::uint8_t { none, fresh, idle, head, body, write, linger };

  void step();
  void wait();
  void wait_ready(boost::asio::posix::descriptor_base::wait_type what);
  void await(IoResult::Status wanted);
  void limit(Deadline deadline);
  bool has_more_to_read() const;
  Deadline reading_deadline() const;
  std::chrono::milliseconds duration(Deadline deadline) const;

  void identify(const std::optional<IpAddress>& address);
  void read_proxy_header();
  void take_proxy_header(std::string_view bytes, std::size_t held);

  void receive();
  void advance(std::string_view bytes);
  void answer_batch(std::string_view& bytes);
  bool has_room() const;
  std::size_t read_head(std::string_view bytes);
  std::size_t begin_request(std::string_view bytes, std::size_t head_size, const Framing& framing);
  std::size_t read_body(std::string_view bytes);
  std::size_t read_chunks(std::string_view bytes);
  void keep(std::string_view rest);

  void dispatch();
  void run(Awaitable<http::Response> handler);
  http::Response fault(std::string_view why);
  void refuse(const Error& error);
  void refuse(const Error& error, std::string_view path);
  void answered(http::Response response);
  bool compress();
  void packed(std::optional<std::string> body);
  void deliver();
  void go_on();

  bool flush();
  void complete();
  void finish();
  void discard();
  void close();

  IoThread& io_;
  std::shared_ptr<Endpoint> endpoint_;
  AddressCounter::Place place_;
  boost::asio::posix::basic_stream_descriptor<IoThread::Executor> descriptor_;
  Stream stream_;
  Peer peer_;
  std::unique_ptr<Work> work_;
  Phase phase_ = Phase::reading;
  Deadline deadline_ = Deadline::none;
  bool waiting_read_ = false;
  bool waiting_write_ = false;
  bool in_pass_ = false;     // advance() is on the stack
  bool wants_more_ = false;  // the input begins with an incomplete message
  bool served_ = false;      // has answered a request
  bool unread_ = false;      // ends while the client may still be sending
  bool rest_ = false;        // bytes follow the current request
};

}  // namespace rollcall::net
