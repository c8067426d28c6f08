#include "gateway/app/request_metrics.h"

#include <algorithm>
#include <string>
#include <thread>

namespace rollcall::app {
namespace {

constexpr std::string_view no_route = "none";

prometheus::ClientMetric labelled(std::vector<prometheus::ClientMetric::Label> labels) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  return metric;
}

constexpr double seconds(std::uint64_t microseconds) {
  return static_cast<double>(microseconds) / 1e6;
}

}  // namespace

void RequestMetrics::Route::add(http::Method method, int status, std::uint64_t times) {
  const auto same = [&](const Outcome& known) {
    return known.status == status && known.method == method;
  };
  const auto found = std::find_if(outcomes.begin(), outcomes.end(), same);
  if (found != outcomes.end()) {
    found->count += times;
  } else {
    outcomes.push_back({method, status, times});
  }
}

void RequestMetrics::Route::merge(const Route& other) {
  for (const Outcome& outcome : other.outcomes) add(outcome.method, outcome.status, outcome.count);
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
  microseconds += other.microseconds;
}

void RequestMetrics::count(std::string_view route, http::Method method, int status,
                           std::uint64_t microseconds) {
  if (route.empty()) route = no_route;
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), microseconds) - bounds.begin();
  static thread_local const std::size_t own =
      (std::hash<std::thread::id>{}(std::this_thread::get_id()) * 0x9e3779b97f4a7c15u) >> 60;
  Shard& shard = shards_[own];
  const std::lock_guard lock(shard.mutex);
  auto& [name, counted] = shard.routes[route.data()];
  name = route;
  counted.add(method, status, 1);
  ++counted.buckets[static_cast<std::size_t>(bucket)];
  counted.microseconds += microseconds;
}

std::map<std::string_view, RequestMetrics::Route> RequestMetrics::totals() const {
  std::map<std::string_view, Route> totals;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [address, entry] : shard.routes) totals[entry.first].merge(entry.second);
  }
  return totals;
}

std::vector<prometheus::MetricFamily> RequestMetrics::collect() const {
  prometheus::MetricFamily requests{
      "rollcall_http_requests_total", "Requests answered", prometheus::MetricType::Counter, {}};
  prometheus::MetricFamily durations{"rollcall_http_request_duration_seconds",
                                     "Time from a request's last byte to its answer's last byte",
                                     prometheus::MetricType::Histogram,
                                     {}};
  for (const auto& [name, route] : totals()) {
    for (const Outcome& outcome : route.outcomes) {
      auto metric = labelled({{"route", std::string(name)},
                              {"method", std::string(http::name(outcome.method))},
                              {"status", std::to_string(outcome.status)}});
      metric.counter.value = static_cast<double>(outcome.count);
      requests.metric.push_back(std::move(metric));
    }
    auto metric = labelled({{"route", std::string(name)}});
    auto& histogram = metric.histogram;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      histogram.sample_count += route.buckets[i];
      histogram.bucket.push_back({histogram.sample_count, seconds(bounds[i])});
    }
    histogram.sample_count += route.buckets.back();
    histogram.sample_sum = seconds(route.microseconds);
    durations.metric.push_back(std::move(metric));
  }
  return {std::move(requests), std::move(durations)};
}

}  // namespace rollcall::app
