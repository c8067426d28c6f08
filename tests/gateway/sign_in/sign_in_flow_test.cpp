#include "tests/gateway/sign_in/front_door.h"

namespace rollcall::sign_in::test {
namespace {

using SignInFlow = FrontDoor;

/// A store that stops taking writes when a test says so.
class FailingStore final : public Directory {
 public:
  explicit FailingStore(Directory& inner) : inner_(inner) {}

  std::uint64_t token_epoch() const override { return inner_.token_epoch(); }
  const AccessEpochs& access_epochs() const override { return inner_.access_epochs(); }
  const SessionEpochs& session_epochs() const override { return inner_.session_epochs(); }
  DirectoryStats stats() const override { return inner_.stats(); }
  Result<> backup(const std::filesystem::path& target) override { return inner_.backup(target); }

  /// So many writes go on.
  int writes_left = 1000;

 protected:
  bool run_read_here(AnyUnit& unit) override { return run_read_now(unit), true; }
  Awaitable<> run_read(AnyUnit& unit) override { co_return run_read_now(unit); }
  Awaitable<> run_scan(AnyUnit& unit) override { co_return run_read_now(unit); }
  Awaitable<> run_write(AnyUnit& unit) override { co_return run_write_now(unit); }
  void run_read_now(AnyUnit& unit) override {
    static_cast<void>(inner_.read_now([&](Transaction& tx) { return outcome(unit.run(tx)); }));
  }
  void run_write_now(AnyUnit& unit) override {
    if (--writes_left < 0) return unit.fail(Error(Fault::unavailable, "The disk is full."));
    static_cast<void>(
        inner_.write_now(unit.actor, [&](Transaction& tx) { return outcome(unit.run(tx)); }));
  }

 private:
  static Result<> outcome(bool keep) {
    return keep ? Result<>() : Result<>(Error(Fault::internal, "rolled back"));
  }

  Directory& inner_;
};

// Never a half sign-in.
TEST_F(SignInFlow, WhileTheStoreFailsSaysSoAndSignsNobodyIn) {
  FailingStore store(*directory);
  session::SessionCache own_sessions(store, directory.clock());
  access::RightsCache own_rights(store);
  SignInService failing(
      Services{store, own_sessions, own_rights, idp, keys, directory.clock(), directory.log()});
  TestBrowser visitor(failing);
  store.writes_left = 0;
  const http::Response refused = visitor.get(login);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(visitor.attempts(), 0U);
  for (const int writes : {1, 2}) {
    store.writes_left = 1000;
    const http::Response away = visitor.get(login);
    store.writes_left = writes - 1;
    const http::Response back =
        visitor.get(std::string(callback) + idp.authorize(field(away, "Location")));
    EXPECT_EQ(back.status, 503) << writes;
    EXPECT_TRUE(contains(back.body, field(back, "X-Rollcall-Trace")));
    EXPECT_EQ(visitor.session(), "");
    EXPECT_EQ(user_count(), 0);
  }
  store.writes_left = 1000;
  EXPECT_EQ(sign_in_with(visitor).status, 303);
  store.writes_left = 0;
  EXPECT_EQ(visitor.post("/logout", "").status, 503);
  EXPECT_NE(visitor.session(), "") << "what could not be ended here is not forgotten there";
}

TEST_F(SignInFlow, EndsInASessionAtTheFirstTry) {
  const http::Response response =
      sign_in_with(browser, "/login?connection=acme/idp&return_to=/x%3Fa");
  EXPECT_EQ(response.status, 303) << response.why << reason_of(response);
  EXPECT_EQ(field(response, "Location"), "/x?a");
  EXPECT_EQ(browser.attempts(), 0U);

  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->connection, "idp");
  EXPECT_EQ(session->subject, "alice");
  EXPECT_EQ(session->address, "192.0.2.50");

  const auto told = trace_of(response);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->outcome, SignInOutcome::signed_in);
  EXPECT_EQ(told->user, session->user);
  EXPECT_GE(told->document.find("steps")->array()->size(), 3U);
  EXPECT_NE(told->document.find("claims")->object()->find("email"), nullptr);
  const auto events = audited();
  EXPECT_EQ(std::ranges::count(events, "login.sso.succeeded"), 1);
}

// spec/oidc 1.2, 5: what the browser gets, and for how long.
TEST_F(SignInFlow, SetsCookiesThatOnlyThisHostGets) {
  const http::Response away = browser.get(login);
  const std::string attempt = field(away, "Set-Cookie");
  EXPECT_TRUE(attempt.starts_with("__Host-rollcall-login-")) << attempt;
  EXPECT_TRUE(contains(attempt, "; Max-Age=600; SameSite=Lax; Secure")) << attempt;
  const http::Response back =
      browser.get(std::string(callback) + idp.authorize(field(away, "Location")));
  EXPECT_TRUE(contains(field(back, "Set-Cookie"), "HttpOnly; Max-Age="));
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  const auto lifetime =
      std::chrono::floor<std::chrono::seconds>(session->expires - session->created);
  EXPECT_TRUE(contains(field(back, "Set-Cookie"), "Max-Age=" + std::to_string(lifetime.count())));
}

// spec/oidc 1.1, form post: a Lax cookie would not come along.
TEST_F(SignInFlow, ByFormPostBindsTheAttemptByASameSiteNoneCookie) {
  declare({{"oidc", json::Object{{"issuer", FakeIdp::issuer},
                                 {"client_id", "rollcall"},
                                 {"response_mode", "form_post"}}}});
  const http::Response away = browser.get(login);
  EXPECT_TRUE(contains(field(away, "Set-Cookie"), "SameSite=None; Secure"));
  const http::Response back =
      browser.post("/oidc/acme/idp/callback", idp.authorize(field(away, "Location")),
                   {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}});
  EXPECT_EQ(back.status, 303) << reason_of(back);
  EXPECT_TRUE(session_of(browser));
}

TEST_F(SignInFlow, GoesOnInSeveralTabsAtOnce) {
  const http::Response one = browser.get(std::string(login) + "&return_to=/one");
  const http::Response two = browser.get(std::string(login) + "&return_to=/two");
  EXPECT_EQ(browser.attempts(), 2U);
  const http::Response second =
      browser.get(std::string(callback) + idp.authorize(field(two, "Location")));
  const http::Response first =
      browser.get(std::string(callback) + idp.authorize(field(one, "Location")));
  EXPECT_EQ(field(second, "Location"), "/two");
  EXPECT_EQ(field(first, "Location"), "/one");
}

// spec/oidc 1.2: an unbounded number of cookies made requests too large.
TEST_F(SignInFlow, KeepsNoMoreThanTenCookiesOfAttempts) {
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(browser.get(login).status, 303);
    EXPECT_LE(browser.attempts(), 10U);
  }
}

// CVE-2025-46815: single use.
TEST_F(SignInFlow, RefusesTheSameCallbackTwice) {
  const http::Response away = browser.get(login);
  const auto cookies = browser.cookies;
  const std::string query = idp.authorize(field(away, "Location"));
  EXPECT_EQ(browser.get(std::string(callback) + query).status, 303);
  browser.cookies = cookies;
  const http::Response again = browser.get(std::string(callback) + query);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(reason_of(again), "state_unknown");
  EXPECT_TRUE(contains(again.body, "/login?connection=acme/idp")) << again.body;
  EXPECT_TRUE(contains(again.body, field(again, "X-Rollcall-Trace")));
}

// Login CSRF: a callback that another browser began signs nobody in.
TEST_F(SignInFlow, RefusesACallbackThatAnotherBrowserBegan) {
  const http::Response away = browser.get(login);
  const std::string query = idp.authorize(field(away, "Location"));
  TestBrowser other(service);
  other.get(login);
  const http::Response refused = other.get(std::string(callback) + query);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(reason_of(refused), "state_unknown");
  EXPECT_EQ(other.session(), "");
  // A cookie of that name with another secret is no better, and spoils nothing.
  for (const auto& [name, value] : browser.cookies) other.cookies[name] = std::string(43, 'A');
  EXPECT_EQ(other.get(std::string(callback) + query).status, 400);
  EXPECT_EQ(browser.get(std::string(callback) + query).status, 303);
}

TEST_F(SignInFlow, RunsOutAfterTenMinutes) {
  const http::Response away = browser.get(login);
  const std::string query = idp.authorize(field(away, "Location"));
  directory.clock().advance(std::chrono::minutes(10));
  const http::Response late = browser.get(std::string(callback) + query);
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(reason_of(late), "state_unknown");
}

// CVE-2026-9098: the connection is read again when the answer comes.
TEST_F(SignInFlow, EndsWhereTheConnectionWasDisabledMeanwhile) {
  const http::Response away = browser.get(login);
  declare({{"enabled", false}});
  const http::Response refused =
      browser.get(std::string(callback) + idp.authorize(field(away, "Location")));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(reason_of(refused), "connection_disabled");
  EXPECT_EQ(browser.session(), "");
}

// RFC 9700 §4.4 (mix-up): each connection has a redirect URI of its own.
TEST_F(SignInFlow, RefusesAnAnswerAtAnotherConnection) {
  declare({}, "other");
  const http::Response away = browser.get(login);
  const std::string query = idp.authorize(field(away, "Location"));
  const http::Response refused = browser.get("/oidc/acme/other/callback?" + query);
  EXPECT_EQ(reason_of(refused), "state_unknown");
  EXPECT_EQ(browser.get(std::string(callback) + query).status, 303);
}

// spec/oidc 5, fixation: GHSA-f24x.
TEST_F(SignInFlow, NeverTakesOnASessionValueThatTheBrowserBrings) {
  const std::string planted(43, 'A');
  browser.cookies["__Host-rollcall"] = planted;
  EXPECT_EQ(sign_in_with(browser).status, 303);
  EXPECT_NE(browser.session(), planted);
  const auto first = session_of(browser);
  ASSERT_TRUE(first);

  const std::string old = browser.session();
  EXPECT_EQ(sign_in_with(browser).status, 303);
  EXPECT_NE(browser.session(), old);
  EXPECT_FALSE(stored(*first)) << "the session that the browser had goes on";
}

TEST_F(SignInFlow, RefusedByATokenCheckSaysNothingButTheTrace) {
  idp.spoil = [](json::Object& claims) { claims.set("nonce", "another"); };
  const http::Response refused = sign_in_with(browser);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(reason_of(refused), "nonce_mismatch");
  EXPECT_FALSE(contains(refused.body, "nonce"));
  EXPECT_EQ(browser.session(), "");
  EXPECT_EQ(browser.attempts(), 0U);
  const auto events = audited();
  EXPECT_EQ(std::ranges::count(events, "login.sso.failed"), 1);
  EXPECT_EQ(user_count(), 0);
}

TEST_F(SignInFlow, RefusedByARuleOfOursLeavesNothingBehind) {
  declare({{"jit", false}});
  const http::Response refused = sign_in_with(browser);
  EXPECT_EQ(refused.status, 403);
  const auto told = trace_of(refused);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->outcome, SignInOutcome::refused);
  EXPECT_EQ(told->reason, "user_not_provisioned");
  EXPECT_TRUE(told->document.find("changes")->array()->empty());
  EXPECT_EQ(user_count(), 0);
}

TEST_F(SignInFlow, WhileTheIdpIsDownSaysSo) {
  idp.down = true;
  const http::Response refused = browser.get(login);
  EXPECT_EQ(refused.status, 502);
  EXPECT_EQ(reason_of(refused), "idp_unreachable");
}

TEST_F(SignInFlow, GoesToAProtectedHost) {
  const http::Response back =
      sign_in_with(browser, std::string(login) + "&return_to=https://app.example/deep?x");
  EXPECT_EQ(field(back, "Location"), "https://app.example/deep?x");
}

TEST_F(SignInFlow, CarriesATraceInEveryAnswer) {
  for (const std::string_view url :
       {"/login", "/login?organization=acme", "/login?organization=none", "/login?email=x",
        "/login?return_to=//evil.example", "/login?connection=x", "/login/nothing",
        "/oidc/acme/idp/callback", "/oidc/acme/none/callback?state=x", "/session", "/logout",
        "/logout/done?state=x", "/confirm?token=x", "/oidc/acme/idp/jwks.json", "/oidc/%00/x"}) {
    EXPECT_EQ(field(browser.get(url), "X-Rollcall-Trace").size(), 14U) << url;
  }
}

TEST_F(SignInFlow, RefusesParametersThatCannotBeRead) {
  EXPECT_EQ(browser.get("/login?organization=%zz").status, 400);
  EXPECT_EQ(browser.get("/oidc/acme/idp/callback?state=%ff").status, 400);
  const http::Response logout = browser.send(
      http::Method::post, "/oidc/acme/idp/backchannel-logout", "{}", {{"Content-Type", "x/y"}});
  EXPECT_EQ(logout.status, 400);
  EXPECT_TRUE(contains(logout.body, "invalid_request")) << logout.body;
}

TEST_F(SignInFlow, AnswersAMethodThatIsNotDoneHere) {
  const http::Response response = browser.send(http::Method::delete_, "/login", "", {});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(field(response, "Allow"), "GET, HEAD, POST, OPTIONS");
}

class DbtSignInFlow : public FrontDoor {
 protected:
  DbtSignInFlow() : FrontDoor(Preset::dbt) {}
};

// S16: no session until the address is confirmed.
TEST_F(DbtSignInFlow, OfSomebodyNewAsksForAClickInAMailFirst) {
  const http::Response response = sign_in_with(browser);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(contains(response.body, "alice@acme.test"));
  const auto told = trace_of(response);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->outcome, SignInOutcome::pending);
  EXPECT_EQ(browser.session(), "");
  EXPECT_EQ(browser.attempts(), 0U);
}

}  // namespace
}  // namespace rollcall::sign_in::test
