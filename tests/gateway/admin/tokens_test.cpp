#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;
using AdminTokens = AdminTest;

TEST_F(AdminTokens, ShowTheirSecretOnceAndThenNeverAgain) {
  directory_.add_tenant("acme");
  const auto created =
      post("/organizations/acme/tokens", R"({"name": "okta", "scim_connection": "scim"})");
  ASSERT_EQ(created.status, 201) << created.body;
  const std::string secret = at(created, "secret");
  EXPECT_TRUE(secret.starts_with("rcs_"));
  EXPECT_EQ(at(created, "created_by"), "local operator");
  for (const char* path : {"/organizations/acme/tokens", "/organizations/acme/audit",
                           "/organizations/acme/export", "/audit"}) {
    EXPECT_EQ(get(path).body.find(secret), std::string::npos) << path;
  }
  const auto found = directory_->read_now([&](Transaction& transaction) -> Result<bool> {
    return transaction.tokens().find(token_hash(secret)).has_value();
  });
  EXPECT_TRUE(*found);
}

TEST_F(AdminTokens, OfTheOperatorOpenTheApi) {
  const auto created = post("/tokens", R"({"name": "laptop", "expires": "2100-01-01T00:00:00Z"})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(at(created, "expires"), "2100-01-01T00:00:00.000Z");
  EXPECT_EQ(call(Method::get, "/organizations", {"", at(created, "secret"), false}).status, 200);
}

TEST_F(AdminTokens, RefuseWhatTheyCannotBe) {
  directory_.add_tenant("acme");
  const std::string path = "/organizations/acme/tokens";
  expect_problem(post(path, R"({"name": "x"})"), 422, "invalid_value");
  expect_problem(post(path, R"({"name": "x", "scim_connection": "none"})"), 422, "invalid_value");
  expect_problem(post(path, R"({"name": "", "scim_connection": "scim"})"), 422, "invalid_value");
  expect_problem(post("/tokens", R"({"name": "x", "expires": "tomorrow"})"), 422, "invalid_value");
  expect_problem(post("/tokens", R"({"name": "x", "expires": "2001-01-01T00:00:00Z"})"), 422,
                 "invalid_value");
  expect_problem(post("/tokens", R"({"name": "x", "scim_connection": "scim"})"), 422,
                 "invalid_value");
  expect_problem(post("/organizations/nobody/tokens", R"({"name": "x", "scim_connection": "s"})"),
                 404, "not_found");
}

TEST_F(AdminTokens, AreRevokedOnceForAll) {
  directory_.add_tenant("acme");
  const std::string id = at(get("/organizations/acme/tokens"), "items.0.id");
  const std::string path = "/organizations/acme/tokens/" + id;
  EXPECT_EQ(remove(path).status, 204);
  const std::string revoked = at(get("/organizations/acme/tokens"), "items.0.revoked");
  EXPECT_EQ(revoked, format_timestamp(directory_.clock().now()));
  directory_.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(remove(path).status, 204);
  EXPECT_EQ(at(get("/organizations/acme/tokens"), "items.0.revoked"), revoked);
}

TEST_F(AdminTokens, OfAnOrganizationAreNotFoundAmongTheOperators) {
  directory_.add_tenant("acme");
  const std::string id = at(get("/organizations/acme/tokens"), "items.0.id");
  expect_problem(remove("/tokens/" + id), 404, "not_found");
  expect_problem(remove("/tokens/nonsense"), 404, "not_found");
}

}  // namespace
}  // namespace rollcall::admin
