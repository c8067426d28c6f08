#include "gateway/crypto/base64.h"
#include "tests/gateway/sign_in/oidc_fixture.h"

#include <algorithm>

namespace rollcall::test {
namespace {

using namespace sign_in;

constexpr std::string_view logout_event = "http://schemas.openid.net/event/backchannel-logout";

class OidcLogout : public OidcFixture {
 protected:
  json::Object logout_claims() {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    return {{"iss", ScriptedIdp::issuer},
            {"aud", "rollcall"},
            {"iat", now},
            {"jti", "jti-" + std::to_string(++jti_)},
            {"sid", "s-1"},
            {"events", json::Object{{std::string(logout_event), json::Object()}}}};
  }
  http::Response backchannel(const std::string& token) {
    return run(party_.backchannel_logout("acme", "main", {{"logout_token", token}}, browser()));
  }
  http::Response backchannel(const json::Object& claims) {
    return backchannel(idp_.token(claims, "logout+jwt"));
  }
  http::Response frontchannel(std::vector<http::Parameter> parameters) {
    return run(party_.frontchannel_logout("acme", "main", std::move(parameters), browser()));
  }

  int jti_ = 0;
};

// Back-Channel Logout 1.0 §2.7, §2.8; OIDF oidcc-client-test-rp-backchannel-rpinitlogout.
TEST_F(OidcLogout, EndsTheSessionsOfTheIdpsSession) {
  const Session session = signed_in();
  const http::Response response = backchannel(logout_claims());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(field(response, "Cache-Control"), "no-store");
  EXPECT_FALSE(stored(session));
  EXPECT_EQ(trace_of(response).outcome, SignInOutcome::signed_out);
  const auto events = audited();
  EXPECT_EQ(std::ranges::count(events, "session.ended"), 1);
}

// spec/oidc 1.7: sub alone means all sessions of the person.
TEST_F(OidcLogout, ASubjectAloneEndsAllItsSessions) {
  const Session one = signed_in();
  idp_.claim("sid", "s-2");
  const Session two = signed_in();
  json::Object claims = logout_claims();
  claims.erase("sid");
  claims.set("sub", "alice-1");
  EXPECT_EQ(backchannel(claims).status, 200);
  EXPECT_FALSE(stored(one));
  EXPECT_FALSE(stored(two));
}

TEST_F(OidcLogout, AnotherSessionOfTheIdpIsLeftAlone) {
  const Session session = signed_in();
  json::Object claims = logout_claims();
  claims.set("sid", "s-other");
  EXPECT_EQ(backchannel(claims).status, 200);
  EXPECT_TRUE(stored(session));
}

TEST_F(OidcLogout, ATokenServesOnce) {
  const std::string token = idp_.token(logout_claims(), "logout+jwt");
  EXPECT_EQ(backchannel(token).status, 200);
  const Session session = signed_in();
  const http::Response again = backchannel(token);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(trace_of(again).reason, "replayed");
  EXPECT_TRUE(stored(session));
}

TEST_F(OidcLogout, KeysThatRotatedAreFetchedAgain) {
  const Session session = signed_in();
  idp_.rotate();
  EXPECT_EQ(backchannel(logout_claims()).status, 200);
  EXPECT_FALSE(stored(session));
}

// Strangers' tokens leave sign-ins their part of the bucket (spec/oidc 1.5).
TEST_F(OidcLogout, AStormOfForgedTokensDoesNotKeepPeopleOutWhenKeysRotate) {
  signed_in();
  idp_.sign_with_unknown_key(true);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(backchannel(logout_claims()).status, 400);
  idp_.sign_with_unknown_key(false);
  idp_.rotate();
  EXPECT_EQ(sign_in().status, 303);
}

struct BadLogout {
  const char* name;
  const char* claim;
  json::Value value;
};

class OidcBadLogout : public OidcLogout, public ::testing::WithParamInterface<BadLogout> {};

// OIDF oidcc-client-back-channel-logout-rp-basic: exactly 400, and the session lives.
TEST_P(OidcBadLogout, IsAnsweredWith400AndKeepsTheSession) {
  const Session session = signed_in();
  json::Object claims = logout_claims();
  json::Value value = GetParam().value;
  if (value.is_null()) {
    claims.erase(GetParam().claim);
  } else {
    claims.set(GetParam().claim, value);
  }
  const http::Response response = backchannel(claims);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body, R"({"error":"invalid_request"})");
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_TRUE(stored(session));
  EXPECT_EQ(trace_of(response).outcome, SignInOutcome::refused);
}

INSTANTIATE_TEST_SUITE_P(
    Each, OidcBadLogout,
    ::testing::Values(
        BadLogout{"NoEvent", "events", json::Null()},
        BadLogout{"EventIsText", "events", json::Object{{std::string(logout_event), "yes"}}},
        BadLogout{"OtherEvent", "events", json::Object{{"x", json::Object()}}},
        BadLogout{"Nonce", "nonce", "n"}, BadLogout{"Audience", "aud", "other"},
        BadLogout{"Issuer", "iss", "https://evil.example"}, BadLogout{"NoId", "jti", json::Null()},
        BadLogout{"NoTime", "iat", json::Null()}, BadLogout{"Old", "iat", 1'000'000},
        BadLogout{"Expired", "exp", 1'000'000}, BadLogout{"Nobody", "sid", json::Null()}),
    [](const auto& test) { return test.param.name; });

TEST_F(OidcLogout, UnsignedForeignOrRepeatedTokensAreRefused) {
  const Session session = signed_in();
  const std::string good = idp_.token(logout_claims(), "logout+jwt");
  const auto dot = good.find('.');
  EXPECT_EQ(backchannel(base64url_encode(R"({"alg":"none"})") + good.substr(dot)).status, 400);
  EXPECT_EQ(backchannel(std::string()).status, 400);
  const std::vector<http::Parameter> twice{{"logout_token", good}, {"logout_token", good}};
  EXPECT_EQ(run(party_.backchannel_logout("acme", "main", twice, browser())).status, 400);
  EXPECT_EQ(
      run(party_.backchannel_logout("acme", "none", {{"logout_token", good}}, browser())).status,
      400);
  EXPECT_TRUE(stored(session));
}

// Front-Channel Logout 1.0 §2: iss and sid, and a page that the IdP may frame.
TEST_F(OidcLogout, TheFrontChannelEndsTheSessionAndMayBeFramed) {
  const Session session = signed_in();
  const http::Response response = frontchannel({{"iss", ScriptedIdp::issuer}, {"sid", "s-1"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(stored(session));
  EXPECT_EQ(field(response, "Content-Security-Policy"),
            "default-src 'none'; frame-ancestors https://idp.example");
  EXPECT_EQ(field(response, "X-Frame-Options"), "");
}

TEST_F(OidcLogout, TheFrontChannelNeedsBothIssuerAndSession) {
  const Session session = signed_in();
  EXPECT_EQ(frontchannel({{"sid", "s-1"}}).status, 400);
  EXPECT_EQ(frontchannel({{"iss", ScriptedIdp::issuer}}).status, 400);
  EXPECT_EQ(frontchannel({{"iss", "https://evil.example"}, {"sid", "s-1"}}).status, 400);
  EXPECT_EQ(frontchannel({}).status, 400);
  EXPECT_TRUE(stored(session));
}

// Anybody can ask for it: no turn of the writer for a guess.
TEST_F(OidcLogout, TheFrontChannelWritesNothingWhereNothingMatches) {
  const Session session = signed_in();
  const auto written = directory_->stats().commits;
  EXPECT_EQ(frontchannel({{"iss", ScriptedIdp::issuer}, {"sid", "guess"}}).status, 200);
  EXPECT_EQ(directory_->stats().commits, written);
  EXPECT_TRUE(stored(session));
  EXPECT_EQ(frontchannel({{"iss", ScriptedIdp::issuer}, {"sid", "s-1"}}).status, 200);
  EXPECT_GT(directory_->stats().commits, written);
}

// RP-Initiated Logout 1.0 §2.
TEST_F(OidcLogout, SigningOutGoesOnToTheIdp) {
  idp_.metadata.set("end_session_endpoint", ScriptedIdp::issuer + "/logout?x=1");
  const Session session = signed_in();
  const auto url = run(party_.logout_url(session, "https://rollcall.example"));
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->starts_with("https://idp.example/logout?x=1&")) << *url;
  EXPECT_EQ(parameter(*url, "client_id"), "rollcall");
  EXPECT_EQ(parameter(*url, "post_logout_redirect_uri"), "https://rollcall.example/logout/done");
  EXPECT_TRUE(parameter(*url, "id_token_hint").starts_with("eyJ"));
  EXPECT_NE(parameter(*url, "state"), "");
}

TEST_F(OidcLogout, SigningOutStaysHereWhereTheIdpOffersNothingOrIsNotToBeAsked) {
  const Session session = signed_in();
  EXPECT_FALSE(run(party_.logout_url(session, "https://rollcall.example")));
  idp_.metadata.set("end_session_endpoint", ScriptedIdp::issuer + "/logout");
  clock_.advance(std::chrono::hours(1));
  connect({}, {{"logout_at_idp", false}});
  EXPECT_FALSE(run(party_.logout_url(session, "https://rollcall.example")));
  connect();
  EXPECT_TRUE(run(party_.logout_url(session, "https://rollcall.example")));
}

TEST_F(OidcLogout, SigningOutWaitsTwoSecondsForASilentIdpAtMost) {
  const Session session = signed_in();
  ProviderCache cold(idp_, clock_);
  OidcRelyingParty party(services_, frame_, cold);
  idp_.goes_silent("/.well-known/openid-configuration");
  const Timestamp before = clock_.now();
  EXPECT_FALSE(run(party.logout_url(session, "https://rollcall.example")));
  EXPECT_LE(clock_.now() - before, std::chrono::seconds(2));
}

}  // namespace
}  // namespace rollcall::test
