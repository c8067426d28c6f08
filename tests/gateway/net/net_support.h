#pragma once

#include "gateway/base/log.h"
#include "gateway/http/message.h"
#include "gateway/net/fd.h"
#include "gateway/net/server.h"

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::net {

/// A service whose handler a test gives; remembers what was completed. Any thread.
class FakeService final : public http::Service {
 public:
  using Handler = std::function<http::Reply(const http::Request&)>;

  struct Completed {
    std::string method, path, client, id;
    int status = 0;
  };

  /// The handler is set before the first request. Without one, the answer names the path.
  Handler handler;
  std::size_t most_body = 1 << 20;

  std::size_t body_limit(const http::Request&) const override { return most_body; }
  http::Reply handle(const http::Request& request) override;
  http::Response refuse(std::string_view path, const Error& error) override;
  void completed(const http::Request& request, const http::Response& response,
                 std::uint64_t microseconds) noexcept override;

  /// Waits until so many requests were completed; returns them all.
  std::vector<Completed> wait_completed(std::size_t count);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Completed> completed_;
};

/// Where a handler waits until the test lets it go on. One handler at a time. Outlives the server.
class Gate {
 public:
  /// What a handler replies: `status` once the gate opens.
  Awaitable<http::Response> pass(int status);
  void wait_entered();
  void open();

 private:
  struct Waiting;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Waiting> waiting_;
};

struct RawResponse {
  int status = 0;  // 0: the connection ended before a whole head
  std::string head;
  std::string body;

  /// The value of a field, or "" when it is not there.
  std::string field(std::string_view name) const;
};

/// A socket that sends exactly what a test says. Every wait ends after ten seconds.
class RawClient {
 public:
  /// "127.0.0.1:4711" or "unix:/path". Throws when refused.
  explicit RawClient(const std::string& address);

  void send(std::string_view bytes);
  /// Sends as much as the kernel takes without waiting; how many bytes that were.
  std::size_t send_some(std::string_view bytes);
  void shut_down();
  /// Reads a head and the body that Content-Length announces; none after HEAD.
  RawResponse read(bool head_only = false);
  /// Everything until the server closes. Throws when it does not.
  std::string read_to_end();
  /// True when the server has closed and nothing is left to read.
  bool closed();
  int fd() const { return fd_.get(); }

 private:
  bool receive();

  Fd fd_;
  std::string buffer_;
};

/// A server on a free port of the loopback with a fake service behind it.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = one_thread(), ListenerOptions listener = {});

  static ServerOptions one_thread();

  FakeService service;
  Log log{LogFormat::text, LogLevel::error};
  Server server;
  std::string address;

  RawClient client() const { return RawClient(address); }
};

/// Key and certificate files in a directory of their own, removed at the end.
class TestCertificates {
 public:
  TestCertificates();
  ~TestCertificates();

  /// Issues a certificate for a DNS name or an IP address into the files of `files()`.
  void issue(const std::string& name);
  /// The same, one that was good until a minute ago.
  void issue_expired(const std::string& name);
  TlsFiles files() const;
  std::string ca_file() const;

 private:
  struct Impl;
  void issue(const std::string& name, long seconds_left);

  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::net
