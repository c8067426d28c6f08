#include "gateway/app/metrics_page.h"
#include "gateway/app/request_metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::app {
namespace {

constexpr std::string_view users = "/scim/v2/Users/{id}";

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

TEST(MetricsPage, CountsRequestsByRouteMethodAndStatus) {
  RequestMetrics requests;
  for (int i = 0; i < 3; ++i) requests.count(users, http::Method::get, 200, 90);
  requests.count(users, http::Method::get, 404, 90);
  requests.count("", http::Method::post, 404, 90);
  const std::string page = metrics_page(requests, {});
  EXPECT_TRUE(has_line(
      page,
      R"(rollcall_http_requests_total{route="/scim/v2/Users/{id}",method="GET",status="200"} 3)"));
  EXPECT_TRUE(has_line(
      page,
      R"(rollcall_http_requests_total{route="/scim/v2/Users/{id}",method="GET",status="404"} 1)"));
  EXPECT_TRUE(
      has_line(page, R"(rollcall_http_requests_total{route="none",method="POST",status="404"} 1)"));
}

TEST(MetricsPage, HistogramBucketsAreCumulativeAndTheirEndsInclusive) {
  RequestMetrics requests;
  for (const std::uint64_t microseconds : {50u, 51u, 100u, 60'000'000u}) {
    requests.count(users, http::Method::get, 200, microseconds);
  }
  const std::string page = metrics_page(requests, {});
  const std::string name = "rollcall_http_request_duration_seconds";
  const std::string route = R"({route="/scim/v2/Users/{id}")";
  EXPECT_TRUE(has_line(page, name + "_bucket" + route + R"(,le="5e-05"} 1)"));
  EXPECT_TRUE(has_line(page, name + "_bucket" + route + R"(,le="0.0001"} 3)"));
  EXPECT_TRUE(has_line(page, name + "_bucket" + route + R"(,le="30"} 3)"));
  EXPECT_TRUE(has_line(page, name + "_bucket" + route + R"(,le="+Inf"} 4)"));
  EXPECT_TRUE(has_line(page, name + "_count" + route + "} 4"));
}

TEST(MetricsPage, AddsTheThreadsUp) {
  RequestMetrics requests;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) requests.count(users, http::Method::get, 200, 10);
    });
  }
  threads.clear();
  EXPECT_TRUE(has_line(
      metrics_page(requests, {}),
      R"(rollcall_http_requests_total{route="/scim/v2/Users/{id}",method="GET",status="200"} 4000)"));
}

TEST(MetricsPage, TellsTheStateOfTheGateway) {
  GatewayState state;
  state.server = {11, 2, 7, 3};
  state.store.commits = 5;
  state.store.units = 9;
  state.store.write_queue = 4;
  state.store.writable = false;
  state.draining = true;
  state.started = Timestamp(std::chrono::seconds(1000));
  state.now = Timestamp(std::chrono::seconds(1060));
  state.certificate_expiry = Timestamp(std::chrono::seconds(2000));
  state.failed_reloads = 1;
  const std::string page = metrics_page(RequestMetrics(), state);
  for (const char* line :
       {"rollcall_connections_accepted_total 11", "rollcall_connections_refused_total 2",
        "rollcall_connections 7", "rollcall_requests_in_progress 3",
        "rollcall_store_commits_total 5", "rollcall_store_units_total 9",
        "rollcall_store_write_queue 4", "rollcall_store_writable 0", "rollcall_draining 1",
        "process_start_time_seconds 1000", "rollcall_uptime_seconds 60",
        "rollcall_tls_certificate_expiry_seconds 2000", "rollcall_reloads_failed_total 1"}) {
    EXPECT_TRUE(has_line(page, line)) << line << "\n" << page;
  }
}

TEST(MetricsPage, HasNoCertificateWithoutTls) {
  EXPECT_EQ(metrics_page(RequestMetrics(), {}).find("certificate"), std::string::npos);
}

}  // namespace
}  // namespace rollcall::app
