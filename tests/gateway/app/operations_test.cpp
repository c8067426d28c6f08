#include "gateway/app/operations.h"

#include <gtest/gtest.h>

namespace rollcall::app {
namespace {

http::Response ask(std::string_view path, http::Method method = http::Method::get,
                   std::vector<std::string> reasons = {}) {
  OperationsService service({[=] { return reasons; }, [] { return std::string("metric 1\n"); }});
  http::Request request;
  request.method = method;
  request.path = path;
  return std::get<http::Response>(service.handle(request));
}

TEST(Operations, LiveAnswersWhateverTheStateIs) {
  const auto response = ask("/healthz/live", http::Method::get, {"draining"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"status":"alive"})");
}

TEST(Operations, ReadySaysWhyNot) {
  EXPECT_EQ(ask("/healthz/ready").body, R"({"status":"ready"})");
  EXPECT_EQ(ask("/healthz/ready").status, 200);
  const auto response = ask("/healthz/ready", http::Method::get, {"draining", "full"});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, R"({"status":"not_ready","reasons":["draining","full"]})");
}

TEST(Operations, MetricsHaveThePrometheusType) {
  const auto response = ask("/metrics", http::Method::head);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(response.body, "metric 1\n");
}

TEST(Operations, RefuseOtherPathsAndMethods) {
  EXPECT_EQ(ask("/").status, 404);
  EXPECT_EQ(ask("/healthz").status, 404);
  const auto response = ask("/metrics", http::Method::post);
  EXPECT_EQ(response.status, 405);
  ASSERT_FALSE(response.fields.empty());
  EXPECT_EQ(response.fields.back().name, "Allow");
  EXPECT_EQ(response.fields.back().value, "GET, HEAD");
}

}  // namespace
}  // namespace rollcall::app
