#include "gateway/net/client_socket.h"

#include "gateway/base/c_ptr.h"
#include "gateway/base/ip_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <future>
#include <thread>
#include <vector>

namespace rollcall::net {
namespace {

using Status = IoResult::Status;
using Deadline = ClientSocket::Deadline;

Error unavailable(std::string detail) { return Error(Fault::unavailable, std::move(detail)); }

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

struct Resolved {
  int code = 0;
  std::vector<SocketAddress> addresses;
};

Resolved resolve_now(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Resolved result;
  result.code = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  const CPtr<addrinfo, &freeaddrinfo> owner(found);
  for (const addrinfo* at = found; at; at = at->ai_next) {
    SocketAddress address;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    result.addresses.push_back(address);
  }
  return result;
}

/// getaddrinfo cannot be given a deadline: a thread of its own waits for it, past ours if it must.
Result<std::vector<SocketAddress>> resolve(const Remote& remote, Deadline deadline) {
  if (IpAddress::parse(remote.host)) {
    return resolve_now(remote.host, remote.port, AI_NUMERICHOST).addresses;
  }
  std::promise<Resolved> promise;
  std::future<Resolved> future = promise.get_future();
  std::thread([promise = std::move(promise), remote]() mutable {
    promise.set_value(resolve_now(remote.host, remote.port, 0));
  }).detach();
  if (future.wait_until(deadline) != std::future_status::ready) {
    return unavailable("The name " + remote.host + " was not resolved in time.");
  }
  Resolved resolved = future.get();
  if (resolved.code != 0) {
    return unavailable("The name " + remote.host +
                       " cannot be resolved: " + gai_strerror(resolved.code) + ".");
  }
  return std::move(resolved.addresses);
}

/// Waits for poll events; false when the time is over.
bool poll_until(int fd, short events, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

/// 0 or the errno of the failure.
int connect_to(int fd, const SocketAddress& address, Deadline deadline) {
  const auto* where = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(fd, where, address.size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!poll_until(fd, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

Result<std::vector<SocketAddress>> addresses_of(const Remote& remote, Deadline deadline) {
  if (!remote.host.empty()) return resolve(remote, deadline);
  SocketAddress local;
  auto& file = reinterpret_cast<sockaddr_un&>(local.storage);
  if (remote.path.size() >= sizeof file.sun_path)
    return unavailable("The socket's path is too long.");
  file.sun_family = AF_UNIX;
  std::memcpy(file.sun_path, remote.path.data(), remote.path.size());
  local.size = sizeof file;
  return std::vector{local};
}

Result<Fd> open_connection(const Remote& remote, Deadline deadline) {
  TRY(const auto addresses, addresses_of(remote, deadline));
  int error = EADDRNOTAVAIL;
  for (const SocketAddress& address : addresses) {
    Fd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    error = fd ? connect_to(fd.get(), address, deadline) : errno;
    if (error != 0) continue;
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
  }
  const std::string where =
      remote.host.empty() ? remote.path : remote.host + " port " + remote.port;
  return unavailable("No connection to " + where + ": " + std::strerror(error) + ".");
}

/// OpenSSL writes with write(2): for this thread and this long, a peer that is gone raises no
/// signal.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

}  // namespace

Result<ClientSocket> ClientSocket::connect(const Remote& remote, SSL_CTX* tls, Deadline deadline) {
  TRY(Fd fd, open_connection(remote, deadline));
  const int number = fd.get();
  SslSession session = tls ? connect_session(tls, number, remote.host) : nullptr;
  return ClientSocket(std::move(fd), Stream(number, std::move(session)));
}

Result<> ClientSocket::write(std::string_view bytes, Deadline deadline) {
  const NoSigpipe guard;
  while (!bytes.empty()) {
    const IoResult sent = stream_.write(bytes);
    if (sent.status == Status::done) {
      bytes.remove_prefix(sent.bytes);
    } else {
      CHECK_OK(wait(sent.status, deadline));
    }
  }
  return {};
}

Result<std::size_t> ClientSocket::read(std::span<char> into, Deadline deadline) {
  const NoSigpipe guard;
  while (true) {
    const IoResult got = stream_.read(into);
    if (got.status == Status::done || got.status == Status::closed) return got.bytes;
    CHECK_OK(wait(got.status, deadline));
  }
}

Result<> ClientSocket::wait(Status wanted, Deadline deadline) {
  if (wanted == Status::closed || wanted == Status::failed) {
    return unavailable(stream_.failure());
  }
  const short events = wanted == Status::want_read ? POLLIN : POLLOUT;
  if (poll_until(fd_.get(), events, deadline)) return {};
  return unavailable("The server did not answer in time.");
}

}  // namespace rollcall::net
