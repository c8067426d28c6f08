#include "tests/gateway/net/net_support.h"

#include "gateway/base/text.h"
#include "gateway/http/problem.h"

#include <arpa/inet.h>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <stdexcept>

namespace rollcall::net {
namespace {

constexpr int patience_ms = 10'000;

bool wait_for(int fd, short events) {
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, patience_ms) == 1;
}

}  // namespace

http::Reply FakeService::handle(const http::Request& request) {
  if (handler) return handler(request);
  return http::Response(200, "application/json",
                        "{\"path\":\"" + std::string(request.path) + "\"}");
}

http::Response FakeService::refuse(std::string_view, const Error& error) {
  return http::problem(error);
}

void FakeService::completed(const http::Request& request, const http::Response& response,
                            std::uint64_t) noexcept {
  const std::lock_guard lock(mutex_);
  completed_.push_back({std::string(http::name(request.method)), std::string(request.path),
                        std::string(request.client_address), std::string(request.id),
                        response.status});
  changed_.notify_all();
}

std::vector<FakeService::Completed> FakeService::wait_completed(std::size_t count) {
  std::unique_lock lock(mutex_);
  const auto patience = std::chrono::milliseconds(patience_ms);
  if (!changed_.wait_for(lock, patience, [&] { return completed_.size() >= count; })) {
    throw std::runtime_error("too few requests were completed");
  }
  return completed_;
}

struct Gate::Waiting {
  explicit Waiting(boost::asio::any_io_executor executor)
      : timer(std::move(executor), boost::asio::steady_timer::time_point::max()) {}
  boost::asio::steady_timer timer;
};

Awaitable<http::Response> Gate::pass(int status) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto waiting = std::make_shared<Waiting>(executor);
  {
    const std::lock_guard lock(mutex_);
    waiting_ = waiting;
    changed_.notify_all();
  }
  boost::system::error_code error;
  auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
  co_await waiting->timer.async_wait(token);
  {
    // When the server ended the wait: the timer must not outlive its io_context.
    const std::lock_guard lock(mutex_);
    if (waiting_ == waiting) waiting_.reset();
  }
  http::Response response(status, "text/plain", "gate");
  co_return response;
}

void Gate::wait_entered() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(patience_ms),
                    [&] { return waiting_ != nullptr; });
  if (!waiting_) throw std::runtime_error("no handler came to the gate");
}

void Gate::open() {
  wait_entered();
  const std::lock_guard lock(mutex_);
  auto waiting = std::exchange(waiting_, nullptr);
  const auto executor = waiting->timer.get_executor();
  boost::asio::post(executor, [waiting] { waiting->timer.cancel(); });
}

std::string RawResponse::field(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    const std::size_t colon = line.find(':');
    if (colon != line.npos && iequals(line.substr(0, colon), name)) {
      return std::string(trim(line.substr(colon + 1)));
    }
  }
  return {};
}

RawClient::RawClient(const std::string& address) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (address.starts_with("unix:")) {
    auto& file = reinterpret_cast<sockaddr_un&>(storage);
    file.sun_family = AF_UNIX;
    address.copy(file.sun_path, sizeof file.sun_path - 1, 5);
    size = sizeof file;
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    const std::size_t colon = address.rfind(':');
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    inet_pton(AF_INET, address.substr(0, colon).c_str(), &v4.sin_addr);
    size = sizeof v4;
  }
  fd_ = Fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0) {
    throw std::runtime_error("no connection to " + address + ": " + std::strerror(errno));
  }
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return;  // the server has closed: what it said first is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::size_t RawClient::send_some(std::string_view bytes) {
  const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

void RawClient::shut_down() { ::shutdown(fd_.get(), SHUT_WR); }

bool RawClient::receive() {
  if (!wait_for(fd_.get(), POLLIN)) throw std::runtime_error("the server says nothing");
  std::array<char, 65536> chunk;
  const ssize_t got = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

RawResponse RawClient::read(bool head_only) {
  RawResponse response;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return response;
  }
  response.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  const std::string length = response.field("Content-Length");
  const std::size_t size = head_only || length.empty() ? 0 : std::stoul(length);
  while (buffer_.size() < size) {
    if (!receive()) return response;
  }
  response.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  response.status = std::stoi(response.head.substr(9, 3));
  return response;
}

std::string RawClient::read_to_end() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

bool RawClient::closed() { return buffer_.empty() && !receive(); }

TestServer::TestServer(ServerOptions options, ListenerOptions listener)
    : server(std::move(options), log) {
  if (listener.address.empty()) listener.address = "127.0.0.1:0";
  address = server.listen(listener, service);
}

ServerOptions TestServer::one_thread() {
  ServerOptions options;
  options.threads = 1;
  return options;
}

}  // namespace rollcall::net
