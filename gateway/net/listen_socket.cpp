#include "gateway/net/listen_socket.h"

#include "gateway/base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

namespace rollcall::net {
namespace {

constexpr int backlog = 4096;

[[noreturn]] void fail(const std::string& address, const std::string& why) {
  throw std::runtime_error("Cannot listen on " + address + ": " + why + ".");
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress parse_ip(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == address.npos) fail(address, "it has no port");
  std::string_view host = std::string_view(address).substr(0, colon);
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* end = address.data() + address.size();
  const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, port);
  if (error != std::errc() || stop != end) fail(address, "its port is not a number up to 65535");
  SocketAddress result;
  auto& v4 = reinterpret_cast<sockaddr_in&>(result.storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(result.storage);
  const std::string text(host);
  if (!brackets && inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    result.size = sizeof v4;
  } else if (brackets && inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    result.size = sizeof v6;
  } else {
    fail(address, "it is not an IP address and port, like 127.0.0.1:8080 or [::1]:8080");
  }
  return result;
}

Fd open_socket(const std::string& address, const SocketAddress& where) {
  Fd socket(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail(address, std::strerror(errno));
  return socket;
}

void set(const Fd& socket, int option) {
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, option, &on, sizeof on);
}

void bind_and_listen(const std::string& address, const Fd& socket, const SocketAddress& where) {
  if (::bind(socket.get(), where.get(), where.size) != 0) {
    fail(address, errno == EADDRINUSE ? "another process listens there" : std::strerror(errno));
  }
  // Only after the bind: it lets our other sockets in, but this bind has met everybody else's.
  set(socket, SO_REUSEPORT);
  if (::listen(socket.get(), backlog) != 0) fail(address, std::strerror(errno));
}

std::string text_of(const sockaddr_storage& storage) {
  const std::string host = IpAddress::of(storage)->text();
  if (storage.ss_family == AF_INET) {
    return host + ":" +
           std::to_string(ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port));
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  return "[" + host + "]:" + std::to_string(ntohs(v6.sin6_port));
}

ListenSockets open_ip(const std::string& address, unsigned count) {
  SocketAddress where = parse_ip(address);
  ListenSockets result;
  for (unsigned i = 0; i < count; ++i) {
    Fd socket = open_socket(address, where);
    set(socket, SO_REUSEADDR);
    if (i > 0) set(socket, SO_REUSEPORT);
    bind_and_listen(address, socket, where);
    if (i == 0) {
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&where.storage), &where.size);
    }
    result.sockets.push_back(std::move(socket));
  }
  result.address = text_of(where.storage);
  return result;
}

/// A socket file that nobody listens on any more is in the way of bind(2).
void remove_stale(const std::string& address, const char* path, const SocketAddress& where) {
  struct stat file{};
  if (::lstat(path, &file) != 0 || !S_ISSOCK(file.st_mode)) return;
  const Fd probe = open_socket(address, where);
  if (::connect(probe.get(), where.get(), where.size) != 0 && errno == ECONNREFUSED) ::unlink(path);
}

ListenSockets open_unix(const std::string& address, const std::string& path) {
  SocketAddress where;
  auto& file = reinterpret_cast<sockaddr_un&>(where.storage);
  if (path.empty() || path.size() >= sizeof file.sun_path) {
    fail(address, "a socket's path has 1 to 107 characters");
  }
  file.sun_family = AF_UNIX;
  std::memcpy(file.sun_path, path.data(), path.size());
  where.size = sizeof file;
  remove_stale(address, file.sun_path, where);
  Fd socket = open_socket(address, where);
  // The file gets the socket's mode, so that it is never open to others.
  ::fchmod(socket.get(), S_IRUSR | S_IWUSR);
  if (::bind(socket.get(), where.get(), where.size) != 0) {
    fail(address, errno == EADDRINUSE ? "another process listens there" : std::strerror(errno));
  }
  if (::listen(socket.get(), backlog) != 0) fail(address, std::strerror(errno));
  ListenSockets result;
  result.sockets.push_back(std::move(socket));
  result.address = address;
  return result;
}

}  // namespace

ListenSockets open_listen_sockets(const std::string& address, unsigned count) {
  constexpr std::string_view local = "unix:";
  if (address.starts_with(local)) return open_unix(address, address.substr(local.size()));
  return open_ip(address, count);
}

}  // namespace rollcall::net
