#include "tests/gateway/sign_in/front_door.h"

namespace rollcall::sign_in::test {
namespace {

const TestBrowser::Fields from_elsewhere{{"Sec-Fetch-Site", "cross-site"}};
const TestBrowser::Fields from_here{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "null"}};

json::Object body_of(const http::Response& response) {
  const auto value = json::parse(response.body);
  return value && value->object() ? *value->object() : json::Object();
}

class SessionPages : public FrontDoor {
 protected:
  User alice() {
    return must(directory->read_now([&](Transaction& tx) -> Result<User> {
      return tx.users(organization).list({}, 0, 1).at(0);
    }));
  }
};

TEST_F(SessionPages, TellWhoIsSignedIn) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  must(in([&](Transaction& tx) -> Result<> {
    TRY(const Group group, tx.groups(organization).add(rollcall::test::group_profile("Data")));
    CHECK_OK(tx.groups(organization).change_members(group, std::vector{session->user}, {}));
    CHECK_OK(tx.grants(organization)
                 .put({.subject = {SubjectKind::user, session->user_position},
                       .role = "organization_admin",
                       .scope = must(Scope::parse("org"))}));
    return {};
  }));
  const http::Response response = browser.get("/session");
  EXPECT_EQ(response.status, 200) << response.body;
  const json::Object body = body_of(response);
  EXPECT_EQ(*body.find("organization"), json::Value("acme"));
  EXPECT_EQ(*body.find("user")->object()->find("email"), json::Value("alice@acme.test"));
  EXPECT_EQ(*body.find("user")->object()->find("id"), json::Value(session->user.str()));
  EXPECT_EQ(*body.find("groups"), json::Value(json::Array{"Data"}));
  EXPECT_TRUE(contains(response.body, R"({"role":"organization_admin","scope":"org"})"))
      << response.body;
  const json::Object& shown = *body.find("session")->object();
  EXPECT_EQ(*shown.find("connection"), json::Value("idp"));
  EXPECT_EQ(*shown.find("reauth_at"), json::Value(format_timestamp(session->reauth_at)));
  EXPECT_EQ(*shown.find("idle_expires"), json::Value(format_timestamp(session->ends())));
  EXPECT_FALSE(contains(response.body, browser.session()));
}

TEST_F(SessionPages, AnswerNobodyWithJson) {
  const http::Response response = browser.get("/session");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(*body_of(response).find("code"), json::Value("unauthenticated"));
}

// The promise of design.md 3, on this gateway: at once.
TEST_F(SessionPages, KnowNobodyOnceDeactivated) {
  sign_in_with(browser);
  EXPECT_EQ(browser.get("/session").status, 200);
  must(in([&](Transaction& tx) { return tx.users(organization).remove(alice().id); }));
  EXPECT_EQ(browser.get("/session").status, 401);
}

TEST_F(SessionPages, KnowNobodyAfterTheIdleTime) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  directory.clock().advance(session->idle);
  EXPECT_EQ(browser.get("/session").status, 401);
}

// product.md: at reauth_at an IdP that answers decides; one that does not signs nobody out.
TEST_F(SessionPages, AtReauthAskTheIdp) {
  must(in([&](Transaction& tx) -> Result<> {
    TRY(Organization wanted, tx.organizations().get(organization));
    wanted.policy.reauth_hours = 1;
    CHECK_OK(tx.organizations().update(wanted));
    return {};
  }));
  sign_in_with(browser);
  directory.clock().advance(std::chrono::minutes(59));
  EXPECT_EQ(browser.get("/session").status, 200);
  directory.clock().advance(std::chrono::minutes(2));
  idp.down = true;
  EXPECT_EQ(browser.get("/session").status, 200) << "the IdP is down";
}

TEST_F(SessionPages, AtReauthWithoutARefreshTokenWantASignIn) {
  change_policy([](Policy& policy) { policy.reauth_hours = 1; });
  sign_in_with(browser);
  directory.clock().advance(std::chrono::minutes(61));
  EXPECT_EQ(browser.get("/session").status, 401);
}

// spec/oidc 1.7: here first, then at the IdP.
TEST_F(SessionPages, SignOutHereAndGoOnToTheIdp) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  const http::Response response = browser.post("/logout", "", from_here);
  EXPECT_EQ(response.status, 303);
  const std::string target = field(response, "Location");
  EXPECT_TRUE(target.starts_with("https://idp.example/logout?")) << target;
  EXPECT_EQ(value_of(target, "post_logout_redirect_uri"), "https://login.example/logout/done");
  EXPECT_FALSE(stored(*session));
  EXPECT_EQ(browser.session(), "");
  const auto events = audited();
  EXPECT_EQ(std::ranges::count(events, "session.ended"), 1);
  EXPECT_TRUE(contains(browser.get("/logout/done?state=whatever&state=twice").body, "signed out"));
}

TEST_F(SessionPages, SignOutHereAlsoWhileTheIdpIsDown) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  idp.down = true;
  directory.clock().advance(std::chrono::hours(2));
  EXPECT_EQ(browser.post("/logout", "", from_here).status, 303);
  EXPECT_FALSE(stored(*session));
}

// spec/oidc 5, CSRF.
TEST_F(SessionPages, DoNotSignOutBecauseAnotherSiteSaysSo) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  EXPECT_EQ(browser.post("/logout", "", from_elsewhere).status, 403);
  EXPECT_EQ(browser.post("/logout", "", {{"Origin", "https://evil.example"}}).status, 403);
  const http::Response asked = browser.get("/logout", from_elsewhere);
  EXPECT_EQ(asked.status, 200);
  EXPECT_TRUE(contains(asked.body, "Do you want to sign out?"));
  EXPECT_TRUE(contains(browser.get("/logout", {{"Sec-Purpose", "prefetch"}}).body, "Do you want"));
  EXPECT_TRUE(stored(*session));
  EXPECT_NE(browser.session(), "");
}

// A browser without Sec-Fetch-Site tells another site's link by its Referer.
TEST_F(SessionPages, AskBeforeSigningOutWhereARefererNamesAnotherSite) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  for (const TestBrowser::Fields& fields : std::initializer_list<TestBrowser::Fields>{
           {{"Referer", "https://evil.example/page"}}, {{"Origin", "https://evil.example"}}}) {
    const http::Response asked = browser.get("/logout", fields);
    EXPECT_EQ(asked.status, 200);
    EXPECT_TRUE(contains(asked.body, "Do you want to sign out?"));
  }
  EXPECT_TRUE(stored(*session));
  EXPECT_EQ(browser.get("/logout", {{"Referer", "https://login.example/login"}}).status, 303);
  EXPECT_FALSE(stored(*session));
}

TEST_F(SessionPages, SignOutAProgramThatSaysNothingOfItself) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  EXPECT_EQ(browser.get("/logout").status, 303);
  EXPECT_FALSE(stored(*session));
}

TEST_F(SessionPages, SignOutAtOnceWhenTheAddressWasTyped) {
  sign_in_with(browser);
  const auto session = session_of(browser);
  EXPECT_EQ(browser.get("/logout", {{"Sec-Fetch-Site", "none"}}).status, 303);
  EXPECT_FALSE(stored(*session));
}

TEST_F(SessionPages, SignOutNobodyWithoutHarm) {
  const http::Response response = browser.get("/logout");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(field(response, "Location"), "/logout/done");
  browser.cookies["__Host-rollcall"] = std::string(43, 'A');
  EXPECT_EQ(field(browser.post("/logout", ""), "Location"), "/logout/done");
  EXPECT_EQ(browser.session(), "");
}

class ConfirmPages : public FrontDoor {
 protected:
  /// The token of the mail that was queued last.
  std::string token() {
    return must(directory->write_now(sign_in_actor(), [&](Transaction& tx) -> Result<std::string> {
      std::string found;
      for (const Mail& mail : tx.outbox().due(100)) {
        const json::Value* path = mail.data.find("link_path");
        if (path) found = value_of(path->string()->substr(path->string()->find('?') + 1), "token");
      }
      return found;
    }));
  }
  UserState state() {
    return must(directory->read_now([&](Transaction& tx) -> Result<UserState> {
      return tx.users(organization).list({}, 0, 1).at(0).state;
    }));
  }
  void invite() {
    must(in([&](Transaction& tx) -> Result<> {
      const std::vector<std::string> addresses{"bob@acme.test"};
      CHECK_OK(tx.invitations(organization).invite(addresses, std::nullopt, {}));
      return {};
    }));
  }
};

// Mail scanners follow links: only POST settles anything.
TEST_F(ConfirmPages, ShowWithoutSettlingHoweverOften) {
  invite();
  const std::string url = "/confirm?token=" + token();
  for (int i = 0; i < 3; ++i) {
    const http::Response shown = browser.get(url);
    EXPECT_EQ(shown.status, 200) << shown.body;
    EXPECT_TRUE(contains(shown.body, "bob@acme.test"));
    EXPECT_TRUE(contains(shown.body, "method=\"post\""));
  }
  EXPECT_EQ(browser.send(http::Method::head, url, "", {}).status, 200);
  EXPECT_EQ(state(), UserState::invited);
}

TEST_F(ConfirmPages, SettleOnceByPost) {
  invite();
  const std::string form = "token=" + token();
  const http::Response done = browser.post("/confirm", form);
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_TRUE(contains(done.body, "/login?organization=acme"));
  EXPECT_EQ(state(), UserState::active);
  const http::Response again = browser.post("/confirm", form);
  EXPECT_EQ(again.status, 404);
  EXPECT_TRUE(contains(again.body, "This link is over"));
}

TEST_F(ConfirmPages, AreFriendlyAboutALinkThatIsOver) {
  invite();
  const std::string good = token();
  directory.clock().advance(std::chrono::days(7));
  for (const std::string& bad : {good, std::string("unknown"), std::string(), good.substr(1)}) {
    const http::Response shown = browser.get("/confirm?token=" + bad);
    EXPECT_EQ(shown.status, 404) << bad;
    EXPECT_TRUE(contains(shown.body, "This link is over"));
    EXPECT_EQ(browser.post("/confirm", "token=" + bad).status, 404);
  }
}

}  // namespace
}  // namespace rollcall::sign_in::test
