#include "tests/gateway/net/outgoing_server.h"

#include "gateway/base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace rollcall::net {
namespace {

constexpr int patience_ms = 10'000;

std::size_t body_size(std::string_view head) {
  const std::string lower = ascii_lower(head);
  const std::size_t at = lower.find("content-length: ");
  return at == lower.npos ? 0 : std::stoul(lower.substr(at + 16));
}

}  // namespace

bool ScriptPeer::receive() {
  pollfd waiting{fd_, POLLIN, 0};
  if (::poll(&waiting, 1, patience_ms) != 1) return false;
  std::array<char, 16384> chunk;
  const ssize_t got = ::recv(fd_, chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string ScriptPeer::read_request() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return {};
  }
  const std::size_t size = end + 4 + body_size(buffer_.substr(0, end + 2));
  while (buffer_.size() < size) {
    if (!receive()) return {};
  }
  std::string request = buffer_.substr(0, size);
  buffer_.erase(0, size);
  requests_.fetch_add(1);
  return request;
}

bool ScriptPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool ScriptPeer::pause(int milliseconds) {
  pollfd waiting{fd_, POLLRDHUP, 0};
  return ::poll(&waiting, 1, milliseconds) == 0;
}

void ScriptPeer::wait_closed() { pause(patience_ms); }

ScriptServer::ScriptServer(Script script, std::uint16_t port, const std::string& address)
    : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &where.sin_addr);
  auto* name = reinterpret_cast<sockaddr*>(&where);
  socklen_t size = sizeof where;
  if (::bind(listener_.get(), name, size) != 0 || ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), name, &size) != 0) {
    throw std::runtime_error("no server on " + address);
  }
  port_ = ntohs(where.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptServer::~ScriptServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (const Fd& socket : sockets_) ::shutdown(socket.get(), SHUT_RDWR);
  for (std::thread& script : scripts_) script.join();
}

void ScriptServer::accept_all() {
  while (true) {
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    const int fd = socket.get();
    const int number = connections.fetch_add(1) + 1;
    sockets_.push_back(std::move(socket));
    scripts_.emplace_back([this, fd, number] {
      ScriptPeer peer(fd, requests);
      script_(peer, number);
      ::shutdown(fd, SHUT_RDWR);
    });
  }
}

std::string ScriptServer::url(const std::string& host, const std::string& path) const {
  return "http://" + host + ":" + std::to_string(port_) + path;
}

std::string answer_with(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

ScriptServer::Script always(std::string body) {
  return [body = std::move(body)](ScriptPeer& peer, int) {
    while (!peer.read_request().empty() && peer.send(answer_with(body))) {
    }
  };
}

OutgoingOptions loopback_allowed() {
  OutgoingOptions options;
  options.allow = {"127.0.0.0/8"};
  return options;
}

http::FetchRequest get_plain(std::string url) {
  http::FetchRequest request;
  request.url = std::move(url);
  request.deadline = std::chrono::seconds(10);
  request.plain_loopback = true;
  return request;
}

}  // namespace rollcall::net
