#pragma once

#include "gateway/admin/services.h"
#include "gateway/http/message.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// Everything under /api/v1 and, over the local socket, the operator's own commands. Problem
/// details (RFC 9457) with the codes of the contract. Thread-safe. Operations run on a few threads
/// of its own, where they may block; when too many wait, the answer is 503.
class AdminApi {
 public:
  explicit AdminApi(const Services& services);
  /// Waits for the operations in progress.
  ~AdminApi();

  /// On an I/O thread.
  http::Reply handle(const http::Request& request);
  /// The same on a thread that may block: commands that work on a store without a server.
  http::Response handle_now(const http::Request& request);

  static constexpr std::size_t body_limit = 8 * 1024 * 1024;
  static constexpr std::string_view prefix = "/api/v1";

  struct RouteName {
    http::Method method;
    std::string_view pattern;
  };
  /// Every route, for the test that compares them with openapi.json.
  static std::vector<RouteName> routes();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::admin
