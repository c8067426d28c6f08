#include "gateway/sign_in/test_sign_in.h"

#include "gateway/app/housekeeper.h"
#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;

/// Links that try a connection before people use it.
class AdminConnectionTest : public AdminTest {
 protected:
  AdminConnectionTest() { make_organization("acme"); }

  static std::string settings(const std::string& client, const std::string& more = "") {
    return R"({"protocol": "oidc", "oidc": {"issuer": "https://idp.example", "client_id": ")" +
           client + "\"" + more + "}}";
  }
  /// The connection that a link opens now; nothing once it is over.
  std::optional<sign_in::SignInConnection> open(const std::string& link) {
    std::optional<sign_in::SignInConnection> connection;
    in("acme", [&](Transaction& transaction, const Organization&) {
      auto opened = sign_in::open_test(transaction, link.substr(link.find('=') + 1));
      if (!opened) return;
      connection = sign_in::draft_connection(transaction, keys_, opened->organization,
                                             opened->connection, opened->draft);
    });
    return connection;
  }
  std::string secret_of(const sign_in::SignInConnection& connection) {
    std::string secret;
    in("acme", [&](Transaction& transaction, const Organization&) {
      secret =
          test::must(sign_in::open_credentials(transaction, keys_, connection)).secret.reveal();
    });
    return secret;
  }

  const std::string path_ = "/organizations/acme/connections/okta";
  const std::string secret_ = R"(, "client_secret": "stored")";
};

TEST_F(AdminConnectionTest, GivesALinkThatOpensAsOftenAsWishedForAnHour) {
  put(path_, settings("saved", secret_));
  const auto made = post(path_ + "/test", "");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string link = at(made, "login_url");
  EXPECT_TRUE(link.starts_with("https://gw.test/login?test=")) << link;
  EXPECT_EQ(at(made, "expires"),
            format_timestamp(directory_.clock().now() + std::chrono::hours(1)));
  for (int i = 0; i < 3; ++i) {
    const auto opened = open(link);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->name(), "acme/okta");
    EXPECT_EQ(opened->oidc.client_id, "saved");
  }
  EXPECT_FALSE(open(link + "x"));
  directory_.clock().advance(std::chrono::hours(1));
  EXPECT_FALSE(open(link));
  // That it is over is no sign-in.
  app::forget_old(*directory_);
  EXPECT_EQ(at(get("/organizations/acme/sign-ins"), "items"), "[]");
}

TEST_F(AdminConnectionTest, TriesSettingsThatAreNotSaved) {
  put(path_, settings("saved", secret_));
  const auto made = post(path_ + "/test", settings("draft"));
  ASSERT_EQ(made.status, 201) << made.body;
  auto opened = open(at(made, "login_url"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->oidc.client_id, "draft");
  // The stored secret counts where the body states none.
  EXPECT_EQ(secret_of(*opened), "stored");
  EXPECT_EQ(at(get(path_), "oidc.client_id"), "saved");

  opened = open(
      at(post(path_ + "/test", settings("draft", R"(, "client_secret": "new")")), "login_url"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(secret_of(*opened), "new");
  EXPECT_EQ(secret_of(*open(at(post(path_ + "/test", ""), "login_url"))), "stored");
}

// Whoever may try settings could have the secret sent to themselves otherwise.
TEST_F(AdminConnectionTest, UsesNoStoredSecretWithAnotherIssuer) {
  put(path_, settings("saved", secret_));
  const std::string evil =
      R"({"protocol": "oidc", "oidc": {"issuer": "https://evil.example", "client_id": "c")";
  expect_problem(post(path_ + "/test", evil + "}}"), 409, "connection_incomplete");
  // Also where none is needed.
  auto opened = open(at(post(path_ + "/test", evil + R"(, "token_auth": "none"}})"), "login_url"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(secret_of(*opened), "");
  opened = open(at(post(path_ + "/test", evil + R"(, "client_secret": "own"}})"), "login_url"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(secret_of(*opened), "own");
}

TEST_F(AdminConnectionTest, TriesOneThatIsNotThereYet) {
  const std::string path = "/organizations/acme/connections/new/test";
  EXPECT_EQ(post(path, settings("draft", secret_)).status, 201);
  expect_problem(post(path, ""), 404, "not_found");
  EXPECT_EQ(get("/organizations/acme/connections/new").status, 404);
}

TEST_F(AdminConnectionTest, TriesADisabledOneButNoneThatLacksSomething) {
  put(path_, R"({"protocol": "oidc", "enabled": false, "oidc": {"issuer": "https://idp.example",
                 "client_id": "c", "client_secret": "s"}})");
  EXPECT_EQ(post(path_ + "/test", "").status, 201);
  const auto empty = post(path_ + "/test", R"({"protocol": "oidc"})");
  expect_problem(empty, 409, "connection_incomplete");
  EXPECT_EQ(at(empty, "detail"), "oidc.issuer is missing.");
  expect_problem(post(path_ + "/test", settings("c", R"(, "client_secret": null)")), 409,
                 "connection_incomplete");
  expect_problem(post(path_ + "/test", "{}"), 422, "invalid_value");
  expect_problem(post(path_ + "/test", "[]"), 422, "invalid_value");
  expect_problem(post(path_ + "/test", settings("c", R"(, "algorithms": ["none"])")), 422,
                 "invalid_value");
}

TEST_F(AdminConnectionTest, IsForWhoeverManagesConnections) {
  put(path_, settings("saved", secret_));
  const std::string admin = person("acme", "root@acme.example", "organization_admin");
  const std::string viewer = person("acme", "bea@acme.example");
  EXPECT_EQ(call(Method::post, path_ + "/test", as(admin)).status, 201);
  expect_problem(call(Method::post, path_ + "/test", as(viewer)), 403, "forbidden");
}

TEST_F(AdminConnectionTest, IsAnsweredAgainWithoutTheLink) {
  put(path_, settings("saved", secret_));
  CallOptions options = local();
  options.fields = {{"Idempotency-Key", "k"}};
  const auto first = call(Method::post, path_ + "/test", options);
  const auto again = call(Method::post, path_ + "/test", options);
  EXPECT_NE(at(first, "login_url"), "(none)");
  EXPECT_EQ(at(again, "login_url"), "(none)");
  EXPECT_EQ(at(again, "expires"), at(first, "expires"));
}

// spec/access F-connections, issue 4: activation only after a passed test if the organization wants
// it.
TEST_F(AdminConnectionTest, IsWantedFirstWhereThePolicySaysSo) {
  ASSERT_EQ(patch("/organizations/acme", R"({"policy": {"require_connection_test": true}})").status,
            200);
  EXPECT_EQ(at(put(path_, settings("c", secret_)), "state"), "untested");
  EXPECT_EQ(at(get(path_), "tested"), "false");
  const auto passed = [&] {
    const std::string link = at(post(path_ + "/test", ""), "login_url");
    const Sha256 digest = open(link)->digest;
    in("acme", [&](Transaction& transaction, const Organization& organization) {
      transaction.organizations().note_tested(organization.key, "okta", digest);
    });
  };
  passed();
  EXPECT_EQ(at(get(path_), "state"), "ready");
  EXPECT_EQ(at(get(path_), "tested"), "true");
  // Other settings, or another secret, are untested again.
  EXPECT_EQ(at(put(path_, settings("d")), "state"), "untested");
  EXPECT_EQ(at(put(path_, settings("c")), "state"), "ready");
  EXPECT_EQ(at(put(path_, settings("c", R"(, "client_secret": "new")")), "state"), "untested");
}

}  // namespace
}  // namespace rollcall::admin
