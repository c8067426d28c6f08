#include "gateway/crypto/base64.h"
#include "tests/gateway/sign_in/oidc_fixture.h"

#include <algorithm>

namespace rollcall::test {
namespace {

using namespace sign_in;

class OidcFlow : public OidcFixture {
 protected:
  /// The reason of a callback with these parameters beside the state.
  std::string refusal_of(std::vector<http::Parameter> more) {
    Browser person = browser();
    auto parameters = answer_of_idp(start(person));
    parameters.erase(parameters.begin());
    parameters.insert(parameters.end(), more.begin(), more.end());
    return trace_of(callback(person, parameters)).reason;
  }
};

// spec/oidc 1.2: PKCE S256, nonce and state always.
TEST_F(OidcFlow, SendsTheBrowserOffWithPkceNonceAndState) {
  Browser person = browser();
  const http::Response response = start(person);
  ASSERT_EQ(response.status, 303);
  const std::string url = field(response, "Location");
  EXPECT_TRUE(url.starts_with("https://idp.example/authorize?")) << url;
  EXPECT_EQ(parameter(url, "code_challenge_method"), "S256");
  EXPECT_EQ(parameter(url, "code_challenge").size(), 43U);
  EXPECT_EQ(parameter(url, "nonce").size(), 43U);
  EXPECT_EQ(parameter(url, "redirect_uri"), "https://rollcall.example/oidc/acme/main/callback");
  EXPECT_NE(field(response, "Set-Cookie").find("SameSite=Lax"), std::string::npos);
}

// RFC 7636 §4.6: the verifier that the token endpoint gets is that of the challenge.
TEST_F(OidcFlow, RedeemsTheCodeWithTheVerifierOfItsChallenge) {
  Browser person = browser();
  const http::Response begun = start(person);
  callback(person, answer_of_idp(begun));
  const http::FetchRequest request = idp_.last("/token");
  const std::string verifier = form_field(request, "code_verifier");
  EXPECT_EQ(verifier.size(), 43U);
  EXPECT_EQ(base64url_encode(as_bytes(sha256(verifier))),
            parameter(field(begun, "Location"), "code_challenge"));
  EXPECT_EQ(form_field(request, "code"), "a-code");
  EXPECT_EQ(form_field(request, "redirect_uri"),
            "https://rollcall.example/oidc/acme/main/callback");
}

TEST_F(OidcFlow, SignsInAndGoesWhereThePersonWanted) {
  const http::Response response = sign_in();
  ASSERT_EQ(response.status, 303) << why(trace_of(response));
  EXPECT_EQ(field(response, "Location"), "/app");
  const SignInTrace trace = trace_of(response);
  EXPECT_EQ(trace.outcome, SignInOutcome::signed_in);
  EXPECT_TRUE(trace.user);
}

// spec/oidc 1.4: what is secret has no way into a trace.
TEST_F(OidcFlow, KeepsCodesAndTokensOutOfTheTrace) {
  idp_.token_answer.set("access_token", "an-access-token");
  const std::string document = json::write(trace_of(sign_in()).document);
  EXPECT_EQ(document.find("a-code"), std::string::npos) << document;
  EXPECT_EQ(document.find("an-access-token"), std::string::npos) << document;
  EXPECT_EQ(document.find("eyJ"), std::string::npos) << document;
}

// spec/oidc 1.5: metadata is kept by issuer, what it means for a connection is not.
TEST_F(OidcFlow, AConnectionIsWarnedOfWhatItsOwnSettingsLack) {
  idp_.metadata.set("id_token_signing_alg_values_supported", json::Array{"RS256"});
  const auto is_warned = [&](const json::Object& settings) {
    connect({}, settings);
    return warnings(trace_of(sign_in())).find("none of the algorithms") != std::string::npos;
  };
  EXPECT_TRUE(is_warned({}));
  EXPECT_FALSE(is_warned({{"algorithms", json::Array{"ES256", "RS256"}}}));
  EXPECT_TRUE(is_warned({}));
  EXPECT_EQ(idp_.count("/.well-known/openid-configuration"), 1U);
}

// spec/oidc 1.2: consumed before the token call.
TEST_F(OidcFlow, AnAnswerServesOnce) {
  Browser person = browser();
  const auto parameters = answer_of_idp(start(person));
  ASSERT_EQ(callback(person, parameters).status, 303);
  const http::Response again = callback(person, parameters);
  EXPECT_EQ(trace_of(again).reason, "state_unknown");
  EXPECT_EQ(idp_.count("/token"), 1U);
}

// spec/oidc 1.2: login CSRF.
TEST_F(OidcFlow, AnAnswerInAnotherBrowserIsRefused) {
  Browser person = browser();
  const auto parameters = answer_of_idp(start(person));
  EXPECT_EQ(trace_of(callback(browser(), parameters)).reason, "state_unknown");
  EXPECT_EQ(idp_.count("/token"), 0U);
  EXPECT_EQ(callback(person, parameters).status, 303);
}

// spec/oidc 1.2: a parameter twice, code and error together.
TEST_F(OidcFlow, AnAnswerOfTwoReadingsIsRefused) {
  EXPECT_EQ(refusal_of({{"code", "a"}, {"code", "b"}}), "duplicate_parameter");
  EXPECT_EQ(refusal_of({{"code", "a"}, {"error", "access_denied"}}), "duplicate_parameter");
  EXPECT_EQ(idp_.count("/token"), 0U);
}

// RFC 9207.
TEST_F(OidcFlow, AnAnswerOfAnotherIssuerIsRefused) {
  EXPECT_EQ(refusal_of({{"code", "a"}, {"iss", "https://evil.example"}}), "iss_param_mismatch");
  EXPECT_EQ(refusal_of({{"error", "access_denied"}, {"iss", "https://evil.example"}}),
            "iss_param_mismatch");
  EXPECT_EQ(idp_.count("/token"), 0U);
}

TEST_F(OidcFlow, AnAnswerWithoutTheIssuerThatWasPromisedIsRefused) {
  idp_.metadata.set("authorization_response_iss_parameter_supported", true);
  EXPECT_EQ(refusal_of({{"code", "a"}}), "iss_param_missing");
}

// RFC 6749 §4.1.2.1: the error is the trace's, never the page's.
TEST_F(OidcFlow, AnErrorOfTheIdpIsToldToTheAdministrator) {
  Browser person = browser();
  auto parameters = answer_of_idp(start(person));
  parameters.front() = {"error", "access_denied"};
  parameters.push_back({"error_description", "<b>not today</b>"});
  const http::Response response = callback(person, parameters);
  EXPECT_EQ(trace_of(response).reason, "idp_error");
  EXPECT_NE(why(trace_of(response)).find("access_denied: <b>not today</b>"), std::string::npos);
  EXPECT_EQ(response.body.find("not today"), std::string::npos);
  EXPECT_EQ(response.body.find("access_denied"), std::string::npos);
}

TEST_F(OidcFlow, AConnectionThatIsSwitchedOffMeanwhileSignsNobodyIn) {
  Browser person = browser();
  const auto parameters = answer_of_idp(start(person));
  connect({{"enabled", false}});
  EXPECT_EQ(trace_of(callback(person, parameters)).reason, "connection_disabled");
}

// spec/oidc 1.4.
TEST_F(OidcFlow, ATokenEndpointThatSaysNoIsToldWithItsError) {
  idp_.on("/token", [](const auto&) -> Result<http::FetchResponse> {
    return json_answer(400, json::Object{{"error", "invalid_client"}});
  });
  const http::Response response = sign_in();
  EXPECT_EQ(trace_of(response).reason, "token_endpoint");
  EXPECT_NE(why(trace_of(response)).find("invalid_client"), std::string::npos);
}

TEST_F(OidcFlow, ATokenOfAnotherTypeIsRefused) {
  idp_.token_answer.set("token_type", "mac");
  EXPECT_EQ(refusal_of_sign_in(), "token_endpoint");
}

// The IdP slow or silent never takes more than its deadline.
TEST_F(OidcFlow, ASilentIdpTakesNoMoreThanTheDeadline) {
  connect({}, {{"scopes", json::Array{"profile"}}});
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  for (const std::string path : {"/.well-known/openid-configuration", "/token"}) {
    idp_.goes_silent(path);
    const Timestamp before = clock_.now();
    EXPECT_EQ(refusal_of_sign_in(), "idp_unreachable") << path;
    EXPECT_LE(clock_.now() - before, std::chrono::seconds(15)) << path;
    idp_.undo(path);
  }
}

TEST_F(OidcFlow, ManyTokensWithOneSlowStepAfterAnotherStayWithinTheDeadline) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  idp_.claim("email", json::Null());
  Browser person = browser();
  const auto parameters = answer_of_idp(start(person));
  clock_.advance(std::chrono::minutes(6));  // metadata and keys have to be fetched again
  const auto slowly = [this](const http::FetchRequest& request) -> Result<http::FetchResponse> {
    clock_.advance(request.deadline - std::chrono::milliseconds(1));
    return json_answer(500, json::Object());
  };
  for (const std::string path : {"/.well-known/openid-configuration", "/jwks", "/userinfo"}) {
    idp_.on(path, slowly);
  }
  const Timestamp before = clock_.now();
  callback(person, parameters);
  EXPECT_LE(clock_.now() - before, std::chrono::seconds(15));
}

// OIDF oidcc-client-test-signing-key-rotation-just-before-signing.
TEST_F(OidcFlow, KeysThatRotateInsideOneLoginAreFetchedAgain) {
  Browser person = browser();
  const auto parameters = answer_of_idp(start(person));
  idp_.rotate();
  EXPECT_EQ(callback(person, parameters).status, 303);
  EXPECT_EQ(idp_.count("/jwks"), 2U);
}

// spec/oidc 1.5: one refetch, limited.
TEST_F(OidcFlow, AHundredLoginsWithUnknownKeysFetchTheSetFiveTimes) {
  Browser person = browser();
  start(person);
  const std::size_t before = idp_.count("/jwks");
  idp_.sign_with_unknown_key(true);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(refusal_of_sign_in(), "key_unknown");
  EXPECT_LE(idp_.count("/jwks") - before, 5U);
}

struct BadToken {
  const char* name;
  const char* claim;
  json::Value value;
  const char* reason;
};

class OidcBadIdToken : public OidcFixture, public ::testing::WithParamInterface<BadToken> {};

// spec/oidc 1.3: what oidc/ refuses ends in the trace with its code, and in no session.
TEST_P(OidcBadIdToken, IsRefused) {
  json::Value value = GetParam().value;
  if (const auto* seconds = value.integer()) {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    value = now.time_since_epoch().count() + *seconds;
  }
  idp_.claim(GetParam().claim, value);
  EXPECT_EQ(refusal_of_sign_in(), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Each, OidcBadIdToken,
    ::testing::Values(BadToken{"Issuer", "iss", "https://idp.example/", "issuer_mismatch"},
                      BadToken{"Audience", "aud", "other", "audience_mismatch"},
                      BadToken{"Party", "azp", "other", "azp_mismatch"},
                      BadToken{"NonceWrong", "nonce", "other", "nonce_mismatch"},
                      BadToken{"NonceMissing", "nonce", json::Null(), "nonce_missing"},
                      BadToken{"Expired", "exp", -3600, "expired"},
                      BadToken{"NotYet", "nbf", 3600, "not_yet_valid"},
                      BadToken{"FromTheFuture", "iat", 3600, "iat_future"},
                      BadToken{"Stale", "iat", -86400, "iat_stale"},
                      BadToken{"AccessTokenHash", "at_hash", "AAAAAAAAAAAAAAAAAAAAAA",
                               "at_hash_mismatch"},
                      BadToken{"Subject", "sub", "", "sub_invalid"}),
    [](const auto& test) { return test.param.name; });

struct BadHeader {
  const char* name;
  const char* header;
  const char* reason;
};

class OidcBadHeader : public OidcFixture, public ::testing::WithParamInterface<BadHeader> {};

TEST_P(OidcBadHeader, IsRefused) {
  const std::string token = base64url_encode(GetParam().header) + ".e30.AAAA";
  idp_.token_answer.set("id_token", token);
  EXPECT_EQ(refusal_of_sign_in(), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Each, OidcBadHeader,
    ::testing::Values(
        BadHeader{"None", R"({"alg":"none"})", "alg_forbidden"},
        BadHeader{"Hmac", R"({"alg":"HS256"})", "alg_forbidden"},
        BadHeader{"Critical", R"({"alg":"ES256","crit":["x"],"x":1})", "crit_unknown"},
        BadHeader{"Type", R"({"alg":"ES256","typ":"logout+jwt"})", "typ_invalid"},
        BadHeader{"Twice", R"({"alg":"ES256","alg":"ES256"})", "duplicate_member"},
        BadHeader{"Signature", R"({"alg":"ES256","kid":"key-1"})", "signature_invalid"}),
    [](const auto& test) { return test.param.name; });

// oidc-provider gives the claims of scopes from userinfo alone (spec/oidc 2).
TEST_F(OidcFlow, WhatTheIdTokenDoesNotSayComesFromUserinfo) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  for (const std::string name : {"email", "email_verified", "name", "groups"}) {
    idp_.claim(name, json::Null());
  }
  idp_.userinfo = {{"sub", "alice-1"},
                   {"email", "a@acme.test"},
                   {"email_verified", true},
                   {"name", "Alice Arch"},
                   {"groups", json::Array{"eng", "ops"}}};
  const http::Response response = sign_in();
  ASSERT_EQ(response.status, 303) << why(trace_of(response));
  EXPECT_EQ(idp_.last("/userinfo").fields.back().second, "Bearer at");
  const json::Object document = trace_of(response).document;
  EXPECT_EQ(*document.find("groups")->object()->find("state"), json::Value("present"));
}

TEST_F(OidcFlow, UserinfoIsNotAskedWhereTheIdTokenSaysAll) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  ASSERT_EQ(sign_in().status, 303);
  EXPECT_EQ(idp_.count("/userinfo"), 0U);
}

// Core §5.3.2; spec/oidc 1.3: the sign-in is refused, not only the claims.
TEST_F(OidcFlow, UserinfoAboutSomebodyElseRefusesTheSignIn) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  idp_.claim("groups", json::Null());
  idp_.userinfo = {{"sub", "bob-2"}, {"groups", json::Array{"admins"}}};
  EXPECT_EQ(refusal_of_sign_in(), "userinfo_sub_mismatch");
}

// product.md: trouble is never "no groups".
TEST_F(OidcFlow, UserinfoThatDoesNotAnswerLeavesGroupsUnknown) {
  idp_.metadata.set("userinfo_endpoint", ScriptedIdp::issuer + "/userinfo");
  connect({{"vendor", "keycloak"}});
  idp_.claim("groups", json::Null());
  idp_.on("/userinfo", [](const auto&) -> Result<http::FetchResponse> {
    return json_answer(503, json::Object());
  });
  const http::Response response = sign_in();
  ASSERT_EQ(response.status, 303) << why(trace_of(response));
  const SignInTrace trace = trace_of(response);
  EXPECT_EQ(*trace.document.find("groups")->object()->find("state"), json::Value("unknown"));
  EXPECT_NE(warnings(trace).find("Userinfo did not answer"), std::string::npos);
}

TEST_F(OidcFlow, GroupsThatAConnectionDoesNotReadAreAbsent) {
  connect({{"groups_source", "none"}});
  const SignInTrace trace = trace_of(sign_in());
  EXPECT_EQ(*trace.document.find("groups")->object()->find("state"), json::Value("absent"));
}

// spec/oidc 2: `hd` of the token, not of the request.
TEST_F(OidcFlow, AGoogleAccountOfAnotherDomainIsRefused) {
  connect({{"vendor", "google"}});
  EXPECT_EQ(refusal_of_sign_in(), "domain_not_allowed");
  idp_.claim("hd", "evil.test");
  EXPECT_EQ(refusal_of_sign_in(), "domain_not_allowed");
  idp_.claim("hd", "Acme.Test");
  EXPECT_EQ(sign_in().status, 303);
}

// OAuth 2.0 Form Post: the cookie has to come along with a POST from elsewhere.
TEST_F(OidcFlow, FormPostMakesTheCookieOneForCrossSitePosts) {
  connect({}, {{"response_mode", "form_post"}});
  Browser person = browser();
  const http::Response begun = start(person);
  EXPECT_NE(field(begun, "Set-Cookie").find("SameSite=None"), std::string::npos);
  EXPECT_EQ(parameter(field(begun, "Location"), "response_mode"), "form_post");
  EXPECT_EQ(callback(person, answer_of_idp(begun)).status, 303);
}

// RFC 9126 §4: only the client id and the request_uri go through the browser.
TEST_F(OidcFlow, PushesItsRequestWhereTheIdpWantsThat) {
  idp_.metadata.set("require_pushed_authorization_requests", true);
  idp_.metadata.set("pushed_authorization_request_endpoint", ScriptedIdp::issuer + "/par");
  idp_.on("/par", [](const auto&) -> Result<http::FetchResponse> {
    return json_answer(201, json::Object{{"request_uri", "urn:r:1"}, {"expires_in", 60}});
  });
  Browser person = browser();
  const http::Response begun = start(person);
  const std::string url = field(begun, "Location");
  EXPECT_EQ(parameter(url, "request_uri"), "urn:r:1");
  EXPECT_EQ(parameter(url, "nonce"), "");
  const http::FetchRequest pushed = idp_.last("/par");
  idp_.nonce(form_field(pushed, "nonce"));
  EXPECT_EQ(callback(person, {{"code", "a-code"}, {"state", form_field(pushed, "state")}}).status,
            303);
}

// RFC 7523: our keys are made at the first use and shown to the IdP.
TEST_F(OidcFlow, KeysOfOurOwnAreMadeOnceAndPublished) {
  connect({}, {{"token_auth", "private_key_jwt"}, {"encrypted_id_token", true}});
  ASSERT_EQ(sign_in().status, 303);
  EXPECT_NE(form_field(idp_.last("/token"), "client_assertion"), "");
  const http::Response keys = run(party_.own_keys("acme", "main"));
  ASSERT_EQ(keys.status, 200);
  const auto set = json::parse(keys.body);
  ASSERT_TRUE(set && set->object());
  EXPECT_EQ(set->object()->find("keys")->array()->size(), 2U);
  EXPECT_EQ(keys.body.find("\"d\""), std::string::npos);
  ASSERT_EQ(sign_in().status, 303);
  EXPECT_EQ(run(party_.own_keys("acme", "main")).body, keys.body);
}

TEST_F(OidcFlow, AConnectionWithoutKeysOfItsOwnPublishesNone) {
  EXPECT_EQ(run(party_.own_keys("acme", "main")).body, R"({"keys":[]})");
  EXPECT_EQ(run(party_.own_keys("acme", "other")).status, 404);
}

}  // namespace
}  // namespace rollcall::test
