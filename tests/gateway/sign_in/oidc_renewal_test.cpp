#include "gateway/sign_in/session_tokens.h"
#include "tests/gateway/sign_in/oidc_fixture.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>

namespace rollcall::test {
namespace {

using namespace sign_in;
using std::chrono::hours;
using std::chrono::minutes;

class OidcRenewalTest : public OidcFixture {
 protected:
  /// A session whose IdP has to confirm it now.
  Session due() {
    const Session session = signed_in();
    clock_.advance(session.reauth_at - clock_.now());
    touch(session);
    return *stored(session);
  }
  /// With a refresh token.
  Session refreshable() {
    idp_.token_answer.set("refresh_token", "refresh-1");
    return due();
  }
  /// So that it does not end for want of use.
  void touch(const Session& session) {
    must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      tx.sessions(organization_).touch(session, clock_.now());
      return {};
    }));
  }
  void token_endpoint_says(int status, const std::string& error) {
    idp_.on("/token", [=](const auto&) -> Result<http::FetchResponse> {
      return json_answer(status, json::Object{{"error", error}});
    });
  }
  std::string refresh_token(const Session& session) {
    return std::string(open_tokens(*stored(session), keys_).refresh_token.reveal());
  }
  std::string groups_of(const Session& session) {
    return must(directory_->read_now([&](Transaction& tx) -> Result<std::string> {
      const auto identity =
          tx.identities(organization_).find("main", session.issuer, session.subject);
      std::string text(name(identity->groups.state));
      for (const std::string& group : identity->groups.values) text += " " + group;
      return text;
    }));
  }
};

// spec/oidc 1.8.
TEST_F(OidcRenewalTest, ARefreshRenewsTheSessionAndItsGroups) {
  const Session session = refreshable();
  idp_.claim("groups", json::Array{"ops"});
  EXPECT_TRUE(renew(session));
  EXPECT_EQ(form_field(idp_.last("/token"), "grant_type"), "refresh_token");
  EXPECT_EQ(form_field(idp_.last("/token"), "refresh_token"), "refresh-1");
  EXPECT_TRUE(stored(session)->good(clock_.now()));
  EXPECT_EQ(stored(session)->reauth_at, clock_.now() + hours(24));
  EXPECT_EQ(stored(session)->expires, session.expires);
  EXPECT_EQ(groups_of(session), "present ops");
  EXPECT_EQ(traces(SignInOutcome::renewed).size(), 1U);
}

// RFC 9700 §4.14: the next one is used from then on.
TEST_F(OidcRenewalTest, ARotatedRefreshTokenIsKept) {
  const Session session = refreshable();
  idp_.token_answer.set("refresh_token", "refresh-2");
  ASSERT_TRUE(renew(session));
  EXPECT_EQ(refresh_token(session), "refresh-2");
  clock_.advance(hours(24));
  touch(session);
  idp_.token_answer.erase("refresh_token");
  ASSERT_TRUE(renew(*stored(session)));
  EXPECT_EQ(form_field(idp_.last("/token"), "refresh_token"), "refresh-2");
  EXPECT_EQ(refresh_token(session), "refresh-2");
}

TEST_F(OidcRenewalTest, ASessionThatIsGoodAsksNobody) {
  const Session session = signed_in();
  const std::size_t before = idp_.count("/token");
  EXPECT_TRUE(renew(session));
  EXPECT_EQ(idp_.count("/token"), before);
}

// spec/oidc 1.8: "invalid_grant → end the session".
TEST_F(OidcRenewalTest, ARefusedRefreshEndsTheSession) {
  const Session session = refreshable();
  token_endpoint_says(400, "invalid_grant");
  EXPECT_FALSE(renew(session));
  EXPECT_FALSE(stored(session));
  ASSERT_EQ(traces(SignInOutcome::refused).size(), 1U);
  EXPECT_NE(why(traces(SignInOutcome::refused).front()).find("invalid_grant"), std::string::npos);
  const auto events = audited();
  EXPECT_EQ(std::ranges::count(events, "session.ended"), 1);
}

// Core §3.1.2.6: only the person can do something about it.
TEST_F(OidcRenewalTest, ARefreshThatNeedsThePersonEndsTheSession) {
  for (const std::string error :
       {"interaction_required", "login_required", "consent_required", "access_denied"}) {
    const Session session = refreshable();
    token_endpoint_says(400, error);
    EXPECT_FALSE(renew(session)) << error;
    EXPECT_FALSE(stored(session)) << error;
    idp_.undo("/token");
  }
}

// OIDF oidcc-client-test-refresh-token-invalid-issuer, -invalid-sub.
TEST_F(OidcRenewalTest, ARefreshAboutSomebodyElseEndsTheSession) {
  const Session session = refreshable();
  idp_.claim("sub", "mallory");
  EXPECT_FALSE(renew(session));
  EXPECT_FALSE(stored(session));
}

TEST_F(OidcRenewalTest, ARefreshByAnotherIssuerEndsTheSession) {
  const Session session = refreshable();
  idp_.claim("iss", "https://evil.example");
  EXPECT_FALSE(renew(session));
  EXPECT_FALSE(stored(session));
}

// Core §12.2: auth_time is that of the sign-in.
TEST_F(OidcRenewalTest, ARefreshOfAnotherSignInEndsTheSession) {
  idp_.claim("auth_time", 1'799'999'990);
  const Session session = refreshable();
  idp_.claim("auth_time", 1'799'999'999);
  EXPECT_FALSE(renew(session));
  EXPECT_FALSE(stored(session));
}

// spec/oidc 1.8: a refresh without groups is not "no groups".
TEST_F(OidcRenewalTest, ARefreshThatNamesNoGroupsKeepsThoseThereAre) {
  connect({{"vendor", "keycloak"}});
  const Session session = refreshable();
  idp_.claim("groups", json::Null());
  EXPECT_TRUE(renew(session));
  EXPECT_EQ(groups_of(session), "present eng");
}

TEST_F(OidcRenewalTest, ARefreshWithoutAnIdTokenAsksUserinfo) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  const Session session = refreshable();
  idp_.on("/token", [](const auto&) -> Result<http::FetchResponse> {
    return json_answer(200, json::Object{{"access_token", "at-2"}, {"token_type", "Bearer"}});
  });
  idp_.userinfo = {{"sub", "alice-1"}, {"groups", json::Array{"ops"}}};
  EXPECT_TRUE(renew(session));
  EXPECT_EQ(groups_of(session), "present ops");
  EXPECT_EQ(refresh_token(session), "refresh-1");
}

TEST_F(OidcRenewalTest, ARefreshWithoutAnIdTokenWhoseUserinfoIsOfSomebodyElseEndsTheSession) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  const Session session = refreshable();
  idp_.on("/token", [](const auto&) -> Result<http::FetchResponse> {
    return json_answer(200, json::Object{{"access_token", "at-2"}, {"token_type", "Bearer"}});
  });
  idp_.userinfo = {{"sub", "mallory"}};
  EXPECT_FALSE(renew(session));
  EXPECT_FALSE(stored(session));
}

// product.md: put off while the IdP is down, within reauth_grace; said once for each back-off.
TEST_F(OidcRenewalTest, AnIdpThatIsDownKeepsPeopleSignedInUntilTheGraceIsOver) {
  for (const bool has_refresh_token : {true, false}) {
    if (has_refresh_token) {
      idp_.token_answer.set("refresh_token", "refresh-1");
    } else {
      idp_.token_answer.erase("refresh_token");
    }
    const Session session = due();
    const std::size_t before = traces(SignInOutcome::postponed).size();
    idp_.down(true);
    EXPECT_TRUE(renew(session));
    EXPECT_TRUE(renew(session));
    EXPECT_EQ(traces(SignInOutcome::postponed).size() - before, 1U);
    EXPECT_TRUE(stored(session)->good(clock_.now()));
    clock_.advance(hours(3) + minutes(59));
    EXPECT_TRUE(renew(*stored(session)));
    clock_.advance(minutes(1));
    EXPECT_FALSE(stored(session) && stored(session)->good(clock_.now()));
    EXPECT_FALSE(renew(session));
    idp_.down(false);
  }
}

TEST_F(OidcRenewalTest, ThePostponementEndsWithTheSessionItself) {
  set_policy([](Policy& policy) {
    policy.session_hours = 25;
    policy.session_idle_minutes = 30 * 60;
  });
  const Session session = refreshable();
  idp_.down(true);
  EXPECT_TRUE(renew(session));
  clock_.advance(minutes(59));
  EXPECT_TRUE(renew(*stored(session)));
  EXPECT_EQ(*stored(session)->reauth_postponed, session.expires);
  clock_.advance(minutes(1));
  EXPECT_FALSE(renew(session));
}

// spec/oidc 1.8: 5xx, 429 and lies are the IdP's trouble, not the person's.
TEST_F(OidcRenewalTest, TroubleAtTheTokenEndpointPutsTheRenewalOff) {
  const Session session = refreshable();
  for (const int status : {500, 503, 429}) {
    token_endpoint_says(status, "busy");
    EXPECT_TRUE(renew(*stored(session))) << status;
    clock_.advance(minutes(10));
  }
  for (const std::string error : {"invalid_client", "unauthorized_client", "invalid_scope"}) {
    token_endpoint_says(400, error);
    EXPECT_TRUE(renew(*stored(session))) << error;
    clock_.advance(minutes(10));
  }
  idp_.undo("/token");
  EXPECT_TRUE(renew(*stored(session)));
  EXPECT_FALSE(stored(session)->reauth_postponed);
  EXPECT_EQ(traces(SignInOutcome::renewed).size(), 1U);
}

TEST_F(OidcRenewalTest, ASilentTokenEndpointTakesNoMoreThanTheDeadline) {
  const Session session = refreshable();
  for (const std::string path : {"/.well-known/openid-configuration", "/jwks", "/token"}) {
    idp_.goes_silent(path);
  }
  const Timestamp before = clock_.now();
  EXPECT_TRUE(renew(session));
  EXPECT_LE(clock_.now() - before, std::chrono::seconds(15));
}

// Without a refresh token people sign in again, if they can.
TEST_F(OidcRenewalTest, WithoutARefreshTokenASessionCountsAsNoneWhileTheIdpAnswers) {
  const Session session = due();
  EXPECT_FALSE(renew(session));
  EXPECT_TRUE(stored(session));
  const std::size_t asked = idp_.count("/.well-known/openid-configuration");
  EXPECT_FALSE(renew(session));
  EXPECT_EQ(idp_.count("/.well-known/openid-configuration"), asked);
}

// spec/oidc 1.2, 7.24: what one IdP gave is never shown to another.
TEST_F(OidcRenewalTest, ARefreshTokenIsNotSentToAnIdpThatTheConnectionNamesSince) {
  const Session session = refreshable();
  const std::size_t asked = idp_.count("/token");
  connect({}, {{"issuer", ScriptedIdp::issuer + "/other"}});
  idp_.on("/other/.well-known/openid-configuration",
          [&](const auto&) -> Result<http::FetchResponse> {
            json::Object metadata = idp_.metadata;
            metadata.set("issuer", ScriptedIdp::issuer + "/other");
            return json_answer(200, metadata);
          });
  EXPECT_FALSE(renew(session));
  EXPECT_EQ(idp_.count("/token"), asked);
  // Nor is its ID token.
  EXPECT_FALSE(run(party_.logout_url(session, "https://rollcall.example")));
}

TEST_F(OidcRenewalTest, AConnectionThatIsSwitchedOffRenewsNothing) {
  const Session session = refreshable();
  connect({{"enabled", false}});
  EXPECT_FALSE(renew(session));
}

// spec/oidc 0.5: one redeem of a refresh token, whoever comes meanwhile.
TEST_F(OidcRenewalTest, ManyRequestsAtOnceRefreshOnce) {
  const Session session = refreshable();
  const std::size_t before = idp_.count("/token");
  boost::asio::io_context loop(1);
  std::array<std::optional<bool>, 20> good;
  for (auto& each : good) {
    boost::asio::co_spawn(loop, keep(party_.renew(session), each),
                          [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  }
  loop.run();
  EXPECT_EQ(idp_.count("/token") - before, 1U);
  EXPECT_EQ(std::ranges::count(good, std::optional<bool>(true)), 20);
}

// Another gateway has the claim: its outcome is waited for, and nothing is asked here.
TEST_F(OidcRenewalTest, WhoeverComesWhileAnotherGatewayRenewsWaitsForIt) {
  const Session session = refreshable();
  must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<bool> {
    return tx.sessions(organization_).claim_renewal(session, clock_.now() + hours(1));
  }));
  const std::size_t before = idp_.count("/token");
  boost::asio::io_context loop(1);
  std::optional<bool> good;
  boost::asio::co_spawn(loop, keep(party_.renew(session), good),
                        [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  loop.poll();
  must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    Session renewed = session;
    renewed.reauth_at = clock_.now() + hours(24);
    tx.sessions(organization_).renew(renewed);
    return {};
  }));
  loop.restart();
  loop.run();
  EXPECT_EQ(good, true);
  EXPECT_EQ(idp_.count("/token"), before);
}

}  // namespace
}  // namespace rollcall::test
