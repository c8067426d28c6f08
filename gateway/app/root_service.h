#pragma once

#include "gateway/app/request_metrics.h"
#include "gateway/base/log.h"
#include "gateway/http/message.h"

#include <string_view>
#include <vector>

namespace rollcall::app {

/// What answers the paths under a prefix, and how errors read there.
struct Mount {
  std::string_view prefix;  // whole segments: "/scim" is for /scim and /scim/…, not for /scimmy
  std::size_t body_limit;
  http::Handler handle;
  http::Response (*render)(const Error& error);
};

/// The service behind the public listener and the operator's socket: finds the mount, adds the
/// security fields, counts and logs. Thread-safe.
class RootService final : public http::Service {
 public:
  /// `hsts`: this process terminates TLS, so browsers shall come back by TLS only.
  RootService(std::vector<Mount> mounts, bool hsts, RequestMetrics& metrics, Log& log);

  std::size_t body_limit(const http::Request& head) const override;
  http::Reply handle(const http::Request& request) override;
  http::Response refuse(std::string_view path, const Error& error) override;
  void completed(const http::Request& request, const http::Response& response,
                 std::uint64_t microseconds) noexcept override;

 private:
  const Mount* find(std::string_view path) const;
  void secure(http::Response& response) const;
  Awaitable<http::Response> secured(Awaitable<http::Response> answer) const;

  std::vector<Mount> mounts_;
  bool hsts_;
  RequestMetrics& metrics_;
  Log& log_;
};

}  // namespace rollcall::app
