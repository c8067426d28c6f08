#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;
using AdminAudit = AdminTest;

TEST_F(AdminAudit, NamesWhoDidWhatThroughWhichDoor) {
  const std::string token = operator_token();
  const std::string id = at(get("/tokens"), "items.0.id");
  EXPECT_EQ(call(Method::post, "/organizations", {R"({"slug": "acme"})", token, false}).status,
            201);
  const auto events = get("/organizations/acme/audit");
  ASSERT_GE(size_at(events, "items"), 1U);
  EXPECT_EQ(at(events, "items.0.sequence"), "1");
  EXPECT_EQ(at(events, "items.0.actor.kind"), "operator_token");
  EXPECT_EQ(at(events, "items.0.actor.id"), id);
  EXPECT_EQ(at(events, "items.0.actor.address"), "192.0.2.7");
  EXPECT_EQ(at(events, "items.0.source"), "api");
  EXPECT_EQ(at(events, "items.0.request_id"), "request-1");
}

TEST_F(AdminAudit, VerifiesAgainstAHeadThatWasKept) {
  EXPECT_EQ(post("/organizations", R"({"slug": "acme"})").status, 201);
  const auto head = get("/organizations/acme/audit/head");
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(at(head, "sequence"), "0");
  EXPECT_EQ(at(post("/organizations/acme/audit/verify", ""), "valid"), "true");
  EXPECT_EQ(at(post("/organizations/acme/audit/verify", head.body), "valid"), "true");

  const auto cut = post("/organizations/acme/audit/verify",
                        R"({"sequence": 99, "link": ")" + std::string(64, 'a') + "\"}");
  EXPECT_EQ(cut.status, 200);
  EXPECT_EQ(at(cut, "valid"), "false");
  EXPECT_NE(at(cut, "broken_at"), "(none)");
  const auto forged = post("/organizations/acme/audit/verify",
                           R"({"sequence": 1, "link": ")" + std::string(64, 'a') + "\"}");
  EXPECT_EQ(at(forged, "valid"), "false");
}

TEST_F(AdminAudit, OfTheInstanceHasItsOwnChain) {
  EXPECT_EQ(post("/tokens", R"({"name": "x"})").status, 201);
  EXPECT_EQ(at(get("/audit"), "items.0.type"), "token.created");
  EXPECT_EQ(at(get("/audit/head"), "sequence"), "1");
  EXPECT_EQ(at(post("/audit/verify", ""), "events"), "1");
}

TEST_F(AdminAudit, RefusesAHalfHead) {
  expect_problem(post("/audit/verify", R"({"sequence": 1})"), 422, "invalid_value");
  expect_problem(post("/audit/verify", R"({"sequence": -1, "link": "x"})"), 422, "invalid_value");
}

}  // namespace
}  // namespace rollcall::admin
