#pragma once

#include "gateway/http/message.h"

#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollcall::app {

/// Counts answered requests by route, method and status, and their time by route. Any thread;
/// counting touches a shard of the thread's own, a scrape adds the shards up.
class RequestMetrics {
 public:
  /// `route` is a literal (its address is the key) or empty.
  void count(std::string_view route, http::Method method, int status, std::uint64_t microseconds);

  std::vector<prometheus::MetricFamily> collect() const;

  /// Upper ends of the histogram's buckets in microseconds; slower ones fall into the last, open
  /// bucket.
  static constexpr std::array<std::uint64_t, 14> bounds{
      50,     100,    250,     500,     1'000,     2'500,     5'000,
      10'000, 25'000, 100'000, 500'000, 1'000'000, 5'000'000, 30'000'000};

 private:
  struct Outcome {
    http::Method method;
    int status;
    std::uint64_t count;
  };
  struct Route {
    std::vector<Outcome> outcomes;  // few: searched one by one
    std::array<std::uint64_t, bounds.size() + 1> buckets{};
    std::uint64_t microseconds = 0;

    void add(http::Method method, int status, std::uint64_t times);
    void merge(const Route& other);
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::unordered_map<const char*, std::pair<std::string_view, Route>> routes;
  };

  std::map<std::string_view, Route> totals() const;

  std::array<Shard, 16> shards_;
};

}  // namespace rollcall::app
