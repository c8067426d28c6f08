#pragma once

#include "gateway/app/request_metrics.h"
#include "gateway/base/timestamp.h"
#include "gateway/directory/directory.h"
#include "gateway/net/server.h"

#include <cstdint>
#include <optional>
#include <string>

namespace rollcall::app {

/// What a scrape sees besides the requests.
struct GatewayState {
  net::ServerStats server;
  DirectoryStats store;
  bool draining = false;
  Timestamp started;
  Timestamp now;
  std::optional<Timestamp> certificate_expiry;
  std::uint64_t reloads = 0;
  std::uint64_t failed_reloads = 0;
};

/// The Prometheus text format (version 0.0.4).
std::string metrics_page(const RequestMetrics& requests, const GatewayState& state);

}  // namespace rollcall::app
