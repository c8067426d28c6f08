#include "tests/gateway/admin/admin_fixture.h"
#include "tests/support/await.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <latch>
#include <set>
#include <thread>

namespace rollcall::admin {
namespace {

using http::Method;
using AdminRoutes = AdminTest;

TEST_F(AdminRoutes, WithoutATokenAre401AndSayBearer) {
  const auto response = call(Method::get, "/organizations", {});
  expect_problem(response, 401, "unauthenticated");
  ASSERT_FALSE(response.fields.empty());
  EXPECT_EQ(response.fields.front().name, "WWW-Authenticate");
}

TEST_F(AdminRoutes, RefuseATokenThatIsUnknownExpiredOrRevoked) {
  expect_problem(call(Method::get, "/organizations", {"", "rco_unknown", false}), 401,
                 "unauthenticated");
  const std::string expiring = operator_token(directory_.clock().now() + std::chrono::hours(1));
  EXPECT_EQ(call(Method::get, "/organizations", {"", expiring, false}).status, 200);
  directory_.clock().advance(std::chrono::hours(1));
  expect_problem(call(Method::get, "/organizations", {"", expiring, false}), 401,
                 "unauthenticated");

  const std::string revoked = operator_token();
  const std::string id = at(get("/tokens"), "items.0.id");
  EXPECT_EQ(remove("/tokens/" + id).status, 204);
  expect_problem(call(Method::get, "/organizations", {"", revoked, false}), 401, "unauthenticated");
}

TEST_F(AdminRoutes, RefuseAScimTokenWith403) {
  const auto tenant = directory_.add_tenant("acme");
  expect_problem(call(Method::get, "/organizations", {"", tenant.token, false}), 403, "forbidden");
}

TEST_F(AdminRoutes, AnswerAnOperatorTokenAndRecordItsUse) {
  const std::string token = operator_token();
  EXPECT_EQ(at(get("/tokens"), "items.0.last_used"), "null");
  EXPECT_EQ(call(Method::get, "/organizations", {"", token, false}).status, 200);
  EXPECT_EQ(at(get("/tokens"), "items.0.last_used"), format_timestamp(directory_.clock().now()));
}

TEST_F(AdminRoutes, NeedNoTokenOverTheLocalSocket) { EXPECT_EQ(get("/organizations").status, 200); }

TEST_F(AdminRoutes, ThatDoNotExistAre404) {
  expect_problem(get("/nothing"), 404, "not_found");
  expect_problem(get("/organizations/nobody"), 404, "not_found");
  expect_problem(get("/organizations/nobody/users"), 404, "not_found");
  expect_problem(get("/organizations/%zz"), 400, "invalid_syntax");
}

TEST_F(AdminRoutes, TellWhatAPathAllows) {
  const auto refused = call(Method::put, "/organizations", local());
  expect_problem(refused, 405, "method_not_allowed");
  ASSERT_FALSE(refused.fields.empty());
  EXPECT_EQ(refused.fields.front().value, "GET, HEAD, POST, OPTIONS");

  const auto options = call(Method::options, "/apply", {});
  EXPECT_EQ(options.status, 204);
  ASSERT_FALSE(options.fields.empty());
  EXPECT_EQ(options.fields.front().value, "POST, OPTIONS");
}

TEST_F(AdminRoutes, AnswerHeadLikeGet) {
  EXPECT_EQ(call(Method::head, "/organizations", local()).status, 200);
  expect_problem(call(Method::head, "/apply", local()), 405, "method_not_allowed");
}

TEST_F(AdminRoutes, AnswerTheSameThroughACoroutine) {
  http::Request request;
  request.path = "/api/v1/organizations";
  request.local = true;
  auto reply = api_.handle(request);
  auto* awaitable = std::get_if<Awaitable<http::Response>>(&reply);
  ASSERT_NE(awaitable, nullptr);
  const auto response = test::run(std::move(*awaitable));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.route, "/api/v1/organizations");
  EXPECT_EQ(response.body, get("/organizations").body);
}

TEST_F(AdminRoutes, Answer503WhenTooManyWait) {
  constexpr int more_than_wait = 100;
  std::latch writer_is_busy(1);
  std::latch let_writer_go(1);
  std::thread writer([&] {
    static_cast<void>(directory_->write_now(Actor{}, [&](Transaction&) -> Result<> {
      writer_is_busy.count_down();
      let_writer_go.wait();
      return {};
    }));
  });
  writer_is_busy.wait();

  http::Request request;
  request.method = Method::post;
  request.path = "/api/v1/tokens";
  request.body = R"({"name": "x"})";
  request.local = true;
  boost::asio::io_context loop(1);
  int created = 0;
  int refused = 0;
  for (int i = 0; i < more_than_wait; ++i) {
    auto reply = api_.handle(request);
    if (auto* response = std::get_if<http::Response>(&reply)) {
      expect_problem(*response, 503, "unavailable");
      ++refused;
      continue;
    }
    boost::asio::co_spawn(loop, std::get<Awaitable<http::Response>>(std::move(reply)),
                          [&](const std::exception_ptr&, const http::Response& response) {
                            if (response.status == 201) ++created;
                          });
    // Starts the coroutine, which then waits for the writer.
    loop.poll();
  }
  let_writer_go.count_down();
  loop.run();
  writer.join();
  EXPECT_GT(created, 0);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(created + refused, more_than_wait);
}

TEST_F(AdminRoutes, AreExactlyThoseOfTheOpenApiDocument) {
  const auto response = call(Method::get, "/openapi.json", {});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(at(response, "openapi"), "3.1.0");
  std::set<std::string> documented;
  const json::Object document = object_of(response);
  for (const json::Member& path : *document.find("paths")->object()) {
    for (const json::Member& operation : *path.value.object()) {
      std::string method = operation.name;
      std::transform(method.begin(), method.end(), method.begin(), ::toupper);
      documented.insert(method + " /api/v1" + path.name);
    }
  }
  std::set<std::string> served;
  for (const auto& route : AdminApi::routes()) {
    served.insert(std::string(http::name(route.method)) + " " + std::string(route.pattern));
  }
  EXPECT_EQ(documented, served);
}

/// Every "$ref" below a value.
void collect_references(const json::Value& value, std::set<std::string>& references) {
  if (value.array()) {
    for (const json::Value& item : *value.array()) collect_references(item, references);
  }
  if (!value.object()) return;
  for (const json::Member& member : *value.object()) {
    if (member.name == "$ref") references.insert(*member.value.string());
    collect_references(member.value, references);
  }
}

TEST_F(AdminRoutes, OfTheOpenApiDocumentNameOnlySchemasThatExist) {
  const auto response = call(Method::get, "/openapi.json", {});
  std::set<std::string> references;
  collect_references(*json::parse(response.body), references);
  EXPECT_GT(references.size(), 10U);
  for (std::string path : references) {
    ASSERT_TRUE(path.starts_with("#/")) << path;
    path.erase(0, 2);
    std::replace(path.begin(), path.end(), '/', '.');
    EXPECT_NE(at(response, path), "(none)") << path;
  }
}

}  // namespace
}  // namespace rollcall::admin
