#pragma once

#include "gateway/http/message.h"

#include <functional>
#include <string>
#include <vector>

namespace rollcall::app {

/// What the operations listener asks of the gateway; called on its I/O thread.
struct OperationsSource {
  /// Why the gateway is not ready; empty when it is.
  std::function<std::vector<std::string>()> unready_reasons;
  /// The page of /metrics.
  std::function<std::string()> metrics;
};

/// /healthz/live, /healthz/ready and /metrics, on a listener of their own so that a flood of
/// requests or a drain does not hide them. Thread-safe.
class OperationsService final : public http::Service {
 public:
  explicit OperationsService(OperationsSource source) : source_(std::move(source)) {}

  std::size_t body_limit(const http::Request& head) const override;
  http::Reply handle(const http::Request& request) override;
  http::Response refuse(std::string_view path, const Error& error) override;
  void completed(const http::Request&, const http::Response&, std::uint64_t) noexcept override {}

 private:
  http::Response ready() const;

  OperationsSource source_;
};

}  // namespace rollcall::app
