#pragma once

#include "gateway/net/exchange.h"
#include "gateway/net/gzip.h"
#include "gateway/net/server_state.h"
#include "gateway/net/timer_wheel.h"
#include "gateway/net/work.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace rollcall::net {

class Acceptor;
class Connection;

/// Base of Connection: its place in its thread's list.
using ConnectionHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<class ConnectionTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One I/O thread with all that its connections share. Everything but the constructor, the
/// destructor, context() and the counters is for the thread itself.
class IoThread {
 public:
  using Executor = boost::asio::io_context::executor_type;
  using Clock = std::chrono::steady_clock;

  explicit IoThread(ServerState& state);
  /// Ends acceptors and connections, waits for handlers to end.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }
  ServerState& state() { return state_; }

  void add(std::shared_ptr<Acceptor> acceptor);
  void add(Connection& connection);
  /// Takes what the kernel has queued, stops accepting and tells all connections.
  void drain();
  bool draining() const { return draining_; }
  /// Cuts all connections; with `stop`, their handlers are asked to end too.
  void cut(bool stop);

  void arm(Timed& timed, std::chrono::milliseconds after);
  void disarm(Timed& timed) { wheel_.disarm(timed); }

  std::span<char> scratch() { return scratch_; }
  RequestHead& head() { return head_; }
  Gzip& gzip() { return gzip_; }
  std::unique_ptr<Work> take_work();
  void give_back(std::unique_ptr<Work> work);
  std::unique_ptr<Exchange> take_exchange();
  void give_back(std::unique_ptr<Exchange> exchange);

  /// The Date field's value (RFC 9110 §5.6.7).
  std::string_view date();
  RequestId make_id();

  /// Written by this thread, read by any.
  std::atomic<std::size_t> requests_in_progress{0};

 private:
  void run();
  void stop_accepting();
  void tick();
  std::vector<std::shared_ptr<Connection>> all_connections();

  ServerState& state_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<Executor> work_guard_;
  boost::asio::steady_timer tick_timer_;
  bool ticking_ = false;
  bool draining_ = false;
  TimerWheel wheel_;
  boost::intrusive::list<Connection, boost::intrusive::base_hook<ConnectionHook>,
                         boost::intrusive::constant_time_size<false>>
      connections_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;

  std::array<char, 64 * 1024> scratch_;
  RequestHead head_;
  Gzip gzip_;
  std::vector<std::unique_ptr<Work>> spare_work_;
  std::vector<std::unique_ptr<Exchange>> spare_exchanges_;
  std::time_t date_second_ = 0;
  std::array<char, 30> date_{};
  std::array<std::uint64_t, 2> id_state_{};

  std::thread thread_;
};

}  // namespace rollcall::net
