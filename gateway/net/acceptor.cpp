#include "gateway/net/acceptor.h"

#include "gateway/net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rollcall::net {
namespace {

constexpr std::chrono::milliseconds back_off_time{75};
/// Accepted before other work of the thread gets its turn.
constexpr int batch = 64;

std::size_t descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

/// The Unix socket is the operator's: root's or our own user's.
bool is_operator(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == geteuid();
}

}  // namespace

Acceptor::Acceptor(IoThread& io, std::shared_ptr<Endpoint> endpoint, Fd listener)
    : io_(io),
      endpoint_(std::move(endpoint)),
      listener_(io.executor(), listener.get()),
      pause_(io.context()) {
  listener.release();
}

void Acceptor::start() { wait(); }

void Acceptor::close() {
  boost::system::error_code ignored;
  listener_.close(ignored);
  pause_.cancel();
  // The file is ours: a second server would have been refused.
  if (endpoint_->local) ::unlink(endpoint_->address.c_str() + std::strlen("unix:"));
}

void Acceptor::wait() {
  listener_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                         if (!error) self->accept_batch();
                       });
}

void Acceptor::accept_batch() {
  exhausted_ = false;
  for (int i = 0; i < batch && listener_.is_open() && accept_one(); ++i) {
  }
  if (listener_.is_open() && !exhausted_) wait();
}

void Acceptor::accept_queued() {
  while (accept_one()) {
  }
}

bool Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int fd = ::accept4(listener_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    try {
      admit(Fd(fd), address);
    } catch (const std::exception& error) {  // no memory for it: the next one may be luckier
      io_.state().log.error("connection dropped", {{"why", std::string_view(error.what())}});
    }
    return true;
  }
  switch (errno) {
    case EAGAIN:
      return false;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      back_off(errno);
      return false;
    default:
      return true;  // this one connection failed before it was taken (accept(2))
  }
}

void Acceptor::back_off(int error) {
  exhausted_ = true;
  io_.state().log.warning("cannot accept connections for now",
                          {{"address", endpoint_->address}, {"why", std::strerror(error)}});
  pause_.expires_after(back_off_time);
  pause_.async_wait([self = shared_from_this()](const boost::system::error_code&) {
    if (self->listener_.is_open()) self->wait();
  });
}

bool Acceptor::has_room() const {
  const std::size_t most = std::min(io_.state().limits.connections, descriptor_limit() / 2);
  return endpoint_->connections.load(std::memory_order_relaxed) < most;
}

void Acceptor::admit(Fd socket, const sockaddr_storage& address) {
  ServerState& state = io_.state();
  const auto peer = IpAddress::of(address);
  auto place = welcome(socket, peer);
  if (!place) {
    state.refused.fetch_add(1);
    return;
  }
  const int on = 1;
  if (peer) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  state.accepted.fetch_add(1);
  std::make_shared<Connection>(io_, endpoint_, std::move(socket), peer, std::move(*place))->start();
}

/// Nothing when the connection is over a limit or not the operator's.
std::optional<AddressCounter::Place> Acceptor::welcome(const Fd& socket,
                                                       const std::optional<IpAddress>& peer) {
  AddressCounter::Place uncounted;
  if (endpoint_->local) {
    if (!is_operator(socket.get())) return std::nullopt;
    return uncounted;
  }
  if (!peer || !has_room()) return std::nullopt;
  // A trusted proxy speaks for many clients.
  if (io_.state().proxies.contains(*peer)) return uncounted;
  return io_.state().addresses.take(*peer);
}

}  // namespace rollcall::net
