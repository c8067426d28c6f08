#include "tests/gateway/sign_in/front_door.h"

namespace rollcall::sign_in::test {
namespace {

/// What strangers may leave in the store and ask of IdPs.
class Flood : public FrontDoor {
 protected:
  static constexpr int limit = 5;

  std::size_t traces() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::size_t> {
      return tx.sign_in_traces().list(organization, {}, std::nullopt, 1000).traces.size();
    }));
  }
  std::size_t refusals() {
    const auto events = audited();
    return static_cast<std::size_t>(std::ranges::count(events, "login.sso.failed"));
  }
  std::size_t attempts() {
    return must(directory->write_now(sign_in_actor(), [&](Transaction& tx) -> Result<std::size_t> {
      return tx.sign_in_attempts().take_expired(1000).size();
    }));
  }

  SignInService limited{Services{.directory = *directory,
                                 .sessions = sessions,
                                 .rights = rights,
                                 .fetcher = idp,
                                 .keys = keys,
                                 .clock = directory.clock(),
                                 .log = directory.log(),
                                 .sign_ins_per_minute = limit}};
  TestBrowser one{limited};
};

TEST_F(Flood, OfSignInsIsHeldBackByAddress) {
  for (int i = 0; i < limit; ++i) EXPECT_EQ(one.get(login).status, 303);
  const int fetched = idp.fetches;
  for (const std::string_view url : {"/login?connection=acme/idp", "/oidc/acme/idp/login",
                                     "/login?organization=acme", "/login?email=a@acme.test"}) {
    const http::Response held = one.get(url);
    EXPECT_EQ(held.status, 429);
    EXPECT_EQ(field(held, "Retry-After"), "12");
    EXPECT_EQ(held.content_type, "text/html; charset=utf-8");
    const std::string trace = field(held, "X-Rollcall-Trace");
    EXPECT_TRUE(contains(held.body, trace));
  }
  EXPECT_EQ(one.get("/login").status, 200) << "nothing is started";
  EXPECT_EQ(idp.fetches, fetched);
  EXPECT_EQ(traces(), 0U);
  directory.clock().advance(std::chrono::seconds(12));
  EXPECT_EQ(one.get(login).status, 303);
  EXPECT_EQ(one.get(login).status, 429);
  directory.clock().advance(std::chrono::minutes(10));
  EXPECT_EQ(attempts(), limit + 1U);
}

TEST_F(Flood, IsToldToScriptsInJson) {
  const TestBrowser::Fields script{{"Sec-Fetch-Mode", "cors"}};
  for (int i = 0; i < limit; ++i) EXPECT_EQ(one.get(login, script).status, 401);
  const http::Response held = one.get(login, script);
  EXPECT_EQ(held.status, 429);
  EXPECT_EQ(held.content_type, "application/problem+json");
  EXPECT_EQ(field(held, "Retry-After"), "12");
  EXPECT_EQ(std::ranges::count(held.fields, "Retry-After", &http::ResponseField::name), 1);
  EXPECT_NE(field(held, "X-Rollcall-Trace"), "");
}

struct Junk {
  const char* name;
  json::Object settings;
  std::string url;
  int status;
};

// 60 at once, then one a second; the answer stays what it was.
TEST_F(Flood, OfRefusalsIsKeptOnlyInPart) {
  for (const Junk& junk :
       std::vector<Junk>{{"state", {}, std::string(callback) + "state=junk&code=c", 400},
                         {"issuer", {}, std::string(login) + "&iss=https://evil.example", 403},
                         {"disabled", {{"enabled", false}}, std::string(login), 403}}) {
    directory.clock().advance(std::chrono::minutes(1));
    declare(junk.settings);
    const std::size_t before = traces();
    const std::size_t told = refusals();
    for (int i = 0; i < 70; ++i) {
      const http::Response refused = browser.get(junk.url);
      EXPECT_EQ(refused.status, junk.status) << junk.name;
      EXPECT_TRUE(contains(refused.body, field(refused, "X-Rollcall-Trace")));
    }
    EXPECT_EQ(traces() - before, 60U) << junk.name;
    EXPECT_EQ(refusals() - told, 60U) << junk.name;
    directory.clock().advance(std::chrono::seconds(1));
    browser.get(junk.url);
    browser.get(junk.url);
    EXPECT_EQ(traces() - before, 61U) << junk.name;
  }
}

TEST_F(Flood, OfSignInsWhileTheIdpIsDownIsKeptOnlyInPart) {
  idp.down = true;
  for (int i = 0; i < 70; ++i) EXPECT_EQ(browser.get(login).status, 502);
  EXPECT_EQ(traces(), 60U);
}

TEST_F(Flood, OfJunkLogoutTokensIsKeptOnlyInPart) {
  for (int i = 0; i < 70; ++i) {
    const http::Response refused =
        browser.post("/oidc/acme/idp/backchannel-logout", "logout_token=junk");
    EXPECT_EQ(refused.status, 400);
    EXPECT_NE(field(refused, "X-Rollcall-Trace"), "");
  }
  EXPECT_EQ(traces(), 60U);
}

// What a person's own attempt came to is always there to be read out.
TEST_F(Flood, DoesNotHideWhatBecameOfAnAttempt) {
  for (int i = 0; i < 70; ++i) browser.get(std::string(callback) + "state=junk&code=c");
  idp.spoil = [](json::Object& claims) { claims.set("aud", "someone-else"); };
  EXPECT_EQ(reason_of(sign_in_with(browser)), "audience_mismatch");
}

}  // namespace
}  // namespace rollcall::sign_in::test
