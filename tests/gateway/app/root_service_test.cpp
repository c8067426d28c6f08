#include "gateway/app/root_service.h"

#include "gateway/http/problem.h"
#include "tests/support/await.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rollcall::app {
namespace {

http::Response teapot(const Error&) { return http::Response(418); }

Awaitable<http::Response> later() { co_return http::Response(202); }

struct Fixture {
  explicit Fixture(bool hsts = false)
      : service({{"/scim", 10, [](const http::Request&) { return http::Response(200); }, &teapot},
                 {"/api/v1", 20, [](const http::Request&) { return later(); },
                  [](const Error& error) { return http::problem(error); }}},
                hsts, metrics, log) {}

  http::Response ask(std::string_view path) {
    http::Request request;
    request.path = path;
    http::Reply reply = service.handle(request);
    if (auto* answer = std::get_if<http::Response>(&reply)) return std::move(*answer);
    return test::run(std::get<Awaitable<http::Response>>(std::move(reply)));
  }
  std::size_t limit(std::string_view path) const {
    http::Request head;
    head.path = path;
    return service.body_limit(head);
  }

  Log log{LogFormat::text, LogLevel::error};
  RequestMetrics metrics;
  RootService service;
};

std::string field(const http::Response& response, std::string_view name) {
  std::string values;
  for (const auto& candidate : response.fields) {
    if (candidate.name == name) values += candidate.value + ";";
  }
  return values;
}

TEST(RootService, DispatchesOnWholeSegments) {
  struct Case {
    const char* path;
    int status;
  };
  for (const auto& [path, status] :
       {Case{"/scim", 200}, Case{"/scim/", 200}, Case{"/scim/v2/Users", 200}, Case{"/scimmy", 404},
        Case{"/SCIM", 404}, Case{"//scim", 404}, Case{"/api/v1", 202}, Case{"/api/v1/x", 202},
        Case{"/api/v10", 404}, Case{"/api", 404}, Case{"/", 404}, Case{"", 404}}) {
    Fixture fixture;
    EXPECT_EQ(fixture.ask(path).status, status) << path;
  }
}

TEST(RootService, AnswersUnknownPathsWithAProblem) {
  Fixture fixture;
  const auto response = fixture.ask("/nothing");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_NE(response.body.find(R"("code":"not_found")"), std::string::npos);
}

TEST(RootService, RefusesInTheProtocolOfThePath) {
  Fixture fixture;
  const Error error(Fault::payload_too_large, "Too large.");
  EXPECT_EQ(fixture.service.refuse("/scim/v2/Users", error).status, 418);
  EXPECT_EQ(fixture.service.refuse("/api/v1/x", error).status, 413);
  EXPECT_EQ(fixture.service.refuse("", error).status, 413);
}

TEST(RootService, BodyLimitIsTheMounts) {
  const Fixture fixture;
  EXPECT_EQ(fixture.limit("/scim/v2/Users"), 10u);
  EXPECT_EQ(fixture.limit("/api/v1/x"), 20u);
  EXPECT_EQ(fixture.limit("/x"), 64u * 1024);
}

TEST(RootService, EveryAnswerHasTheSecurityFields) {
  Fixture fixture;
  const Error error(Fault::internal, "No.");
  for (const auto& response : {fixture.ask("/scim"), fixture.ask("/api/v1"), fixture.ask("/x"),
                               fixture.service.refuse("/scim", error)}) {
    EXPECT_EQ(field(response, "X-Content-Type-Options"), "nosniff;");
    EXPECT_EQ(field(response, "Referrer-Policy"), "no-referrer;");
    EXPECT_EQ(field(response, "Cache-Control"), "no-store;");
    EXPECT_EQ(field(response, "Strict-Transport-Security"), "");
  }
  Fixture tls(true);
  EXPECT_EQ(field(tls.ask("/scim"), "Strict-Transport-Security"), "max-age=31536000;");
}

TEST(RootService, LeavesAHandlersCacheControlAlone) {
  Log log(LogFormat::text, LogLevel::error);
  RequestMetrics metrics;
  const auto cached = [](const http::Request&) {
    return http::Response(200).with("Cache-Control", "max-age=60");
  };
  RootService service({{"/scim", 10, cached, &teapot}}, false, metrics, log);
  http::Request request;
  request.path = "/scim";
  const auto response = std::get<http::Response>(service.handle(request));
  EXPECT_EQ(field(response, "Cache-Control"), "max-age=60;");
}

TEST(RootService, CountsWhatItCompleted) {
  Fixture fixture;
  http::Request request;
  request.method = http::Method::patch;
  http::Response response(409);
  response.route = "/scim/v2/Users/{id}";
  fixture.service.completed(request, response, 1234);
  const auto families = fixture.metrics.collect();
  ASSERT_EQ(families.at(0).metric.size(), 1u);
  const auto& metric = families.at(0).metric.front();
  EXPECT_EQ(metric.counter.value, 1);
  EXPECT_EQ(metric.label.at(0).value, "/scim/v2/Users/{id}");
  EXPECT_EQ(metric.label.at(1).value, "PATCH");
  EXPECT_EQ(metric.label.at(2).value, "409");
}

}  // namespace
}  // namespace rollcall::app
