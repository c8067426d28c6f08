#pragma once

#include "gateway/net/gzip.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::net {

/// A worker thread that compresses what would hold up an I/O thread. Any thread.
class Compressor {
 public:
  /// Gets the compressed text, or nothing when there was no memory for it.
  using Done = std::function<void(std::optional<std::string>)>;

  ~Compressor() { pool_.join(); }

  /// Compresses `text`, which must stay as it is until `done` runs on `io`. False when too much is
  /// queued already; then `done` never runs.
  bool start(std::string_view text, boost::asio::io_context& io, Done done);

 private:
  static constexpr int most_queued = 64;

  boost::asio::thread_pool pool_{1};
  std::atomic<int> queued_{0};
  Gzip gzip_;  // of the worker thread
};

}  // namespace rollcall::net
