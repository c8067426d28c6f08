#pragma once

#include "gateway/net/fd.h"
#include "gateway/net/io_thread.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace rollcall::net {

/// Accepts the connections of one endpoint on one I/O thread. I/O thread only, but the constructor.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(IoThread& io, std::shared_ptr<Endpoint> endpoint, Fd listener);

  void start();
  /// Takes all that the kernel has queued.
  void accept_queued();
  void close();

 private:
  void wait();
  void accept_batch();
  /// False when there is nothing more, or the process is short of something.
  bool accept_one();
  void admit(Fd socket, const sockaddr_storage& address);
  std::optional<AddressCounter::Place> welcome(const Fd& socket,
                                               const std::optional<IpAddress>& peer);
  bool has_room() const;
  void back_off(int error);

  IoThread& io_;
  std::shared_ptr<Endpoint> endpoint_;
  boost::asio::posix::basic_stream_descriptor<IoThread::Executor> listener_;
  boost::asio::steady_timer pause_;
  bool exhausted_ = false;
};

}  // namespace rollcall::net
