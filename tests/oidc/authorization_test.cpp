#include "oidc/authorization.h"

#include "tests/oidc/exchange.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::names_of;
using test::parameters_of;
using test::value_of;

ProviderMetadata metadata() {
  return {.issuer = "https://idp.example",
          .authorization_endpoint = "https://idp.example/authorize"};
}

AuthorizationRequest request() {
  return {.redirect_uri = "https://gw.example/oidc/acme/okta/callback",
          .state = "s-1",
          .nonce = "n-1",
          // RFC 7636 appendix B
          .code_verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")};
}

std::vector<http::Parameter> sent(const ClientSettings& settings,
                                  const AuthorizationRequest& request = oidc::request()) {
  return parameters_of(authorization_url(metadata(), settings, request));
}

// Core §3.1.2.1, RFC 7636 §4.3
TEST(OidcAuthorization, TheRequestHasWhatACodeFlowWithPkceNeedsAndNoMore) {
  const auto parameters = sent(test::settings());
  EXPECT_EQ(names_of(parameters),
            "client_id code_challenge code_challenge_method nonce redirect_uri response_type scope "
            "state");
  EXPECT_EQ(value_of(parameters, "response_type"), "code");
  EXPECT_EQ(value_of(parameters, "client_id"), "client-1");
  EXPECT_EQ(value_of(parameters, "redirect_uri"), "https://gw.example/oidc/acme/okta/callback");
  EXPECT_EQ(value_of(parameters, "scope"), "openid");
  EXPECT_EQ(value_of(parameters, "state"), "s-1");
  EXPECT_EQ(value_of(parameters, "nonce"), "n-1");
}

// RFC 7636 appendix B, spec/oidc 1.2: S256 always, the verifier stays here
TEST(OidcAuthorization, OfTheVerifierItsSha256GoesOut) {
  const auto parameters = sent(test::settings());
  EXPECT_EQ(value_of(parameters, "code_challenge"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(value_of(parameters, "code_challenge_method"), "S256");
  EXPECT_EQ(authorization_url(metadata(), test::settings(), request()).find("dBjftJeZ"),
            std::string::npos);
}

// Core §3.1.2.1: openid has to be there
TEST(OidcAuthorization, ScopesBeginWithOpenidAndComeOnce) {
  const std::pair<std::vector<std::string>, const char*> rows[] = {
      {{}, "openid"},
      {{"email", "profile"}, "openid email profile"},
      {{"groups", "openid", "groups"}, "openid groups"},
      {{"email openid", "", " email  offline_access "}, "openid email offline_access"},
      {{"https://app.example/x", "a+b"}, "openid https://app.example/x a+b"},
  };
  for (const auto& [scopes, expected] : rows) {
    ClientSettings settings = test::settings();
    settings.scopes = scopes;
    EXPECT_EQ(value_of(sent(settings), "scope"), expected);
  }
}

// Core §3.1.2.1, Form Post §2; spec/oidc 1.1: "empty acr = error"
TEST(OidcAuthorization, WhatIsOptionalIsSentWhereItIsAskedFor) {
  ClientSettings settings = test::settings();
  settings.response_mode = ResponseMode::form_post;
  settings.max_age = std::chrono::seconds(0);
  settings.acr_values = {"urn:mfa", "phr"};
  AuthorizationRequest asked = request();
  asked.prompt = "login";
  asked.login_hint = "zoë+x@acme.example&hd=evil.example";
  asked.hosted_domain = "acme.example";
  const auto parameters = sent(settings, asked);
  EXPECT_EQ(value_of(parameters, "response_mode"), "form_post");
  EXPECT_EQ(value_of(parameters, "max_age"), "0");
  EXPECT_EQ(value_of(parameters, "acr_values"), "urn:mfa phr");
  EXPECT_EQ(value_of(parameters, "prompt"), "login");
  EXPECT_EQ(value_of(parameters, "login_hint"), asked.login_hint);
  EXPECT_EQ(value_of(parameters, "hd"), "acme.example");
}

// RFC 6749 §3.1: the endpoint's own query is kept
TEST(OidcAuthorization, TheEndpointIsKeptAsItIs) {
  const std::pair<const char*, const char*> rows[] = {
      {"https://idp.example", "https://idp.example?client_id="},
      {"https://idp.example//a//b/", "https://idp.example//a//b/?client_id="},
      {"https://idp.example/a?p=b2c", "https://idp.example/a?p=b2c&client_id="},
      {"https://idp.example/a?", "https://idp.example/a?client_id="},
      {"https://idp.example/a?p=b2c&", "https://idp.example/a?p=b2c&client_id="},
      {"https://idp.example/a%2Fb?p=%26", "https://idp.example/a%2Fb?p=%26&client_id="},
  };
  for (const auto& [endpoint, start] : rows) {
    ProviderMetadata of = metadata();
    of.authorization_endpoint = endpoint;
    const auto url = authorization_url(of, test::settings(), request());
    EXPECT_TRUE(url.starts_with(start)) << url;
    EXPECT_EQ(url.find_first_of(" \"<>\r\n"), std::string::npos);
  }
}

// RFC 9126 §4, spec/oidc 1.4: "send only client_id+request_uri afterwards"
TEST(OidcAuthorization, APushedRequestIsNamedByItsUriAlone) {
  const auto url = authorization_url(metadata(), test::settings(), request(), "urn:par:a&b");
  EXPECT_EQ(url, "https://idp.example/authorize?client_id=client-1&request_uri=urn%3Apar%3Aa%26b");
}

Result<Callback> callback(std::string_view query) { return parse_callback(parameters_of(query)); }

TEST(OidcCallback, IsReadWhole) {
  const auto answer = callback("code=c%2B1&state=s&iss=https%3A%2F%2Fidp.example&session_state=x");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, "c+1");
  EXPECT_EQ(answer->state, "s");
  EXPECT_EQ(answer->issuer, "https://idp.example");
  EXPECT_EQ(answer->error, "");
  const auto refused = callback("error=access_denied&error_description=No+way&state=s");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error, "access_denied");
  EXPECT_EQ(refused->error_description, "No way");
  EXPECT_EQ(refused->code, "");
  EXPECT_FALSE(refused->issuer);
}

// spec/oidc 1.2: reject duplicates, never take the last; code and error together
TEST(OidcCallback, WhatDecidesComesOnce) {
  const std::pair<const char*, const char*> rows[] = {
      {"code=a&code=b&state=s", "duplicate_parameter"},
      {"code=a&code=a&state=s", "duplicate_parameter"},
      {"code=a&co%64e=b&state=s", "duplicate_parameter"},
      {"code=a&state=s&state=t", "duplicate_parameter"},
      {"code=a&state=s&state", "duplicate_parameter"},
      {"code=a&state=s&iss=x&iss=x", "duplicate_parameter"},
      {"error=a&error=b&state=s", "duplicate_parameter"},
      {"code=a&state=s&id_token=x&id_token=y", "duplicate_parameter"},
      {"response=x&response=y", "duplicate_parameter"},
      {"code=a&error=b&state=s", "duplicate_parameter"},
      {"code=a&error=&state=s", "duplicate_parameter"},
      {"code=&error=b&state=s", "duplicate_parameter"},
      {"", "state_unknown"},
      {"code=a", "state_unknown"},
      {"code=a&state=", "state_unknown"},
      {"code=a&State=s", "state_unknown"},
      {"error=a", "state_unknown"},
      {"response=x", "state_unknown"},
      {"code=a&state=s&ui=x&ui=y", ""},
      {"code=a&state=s&id_token=x", ""},
      {"state=s", ""},
  };
  for (const auto& [query, code] : rows) EXPECT_EQ(test::code_of(callback(query)), code) << query;
}

// spec/oidc 1.2: "error_description is attacker text … never log raw CR/LF"
TEST(OidcCallback, TextsOfAnErrorAreBoundedAndPlain) {
  const auto text = [](std::string_view sent) {
    const auto answer = callback("state=s&error=e&error_description=" + http::percent_encode(sent));
    return answer ? answer->error_description : "<refused>";
  };
  EXPECT_EQ(text("a\r\nSet-Cookie: b\tc\x1b[0m\x7f"), "aSet-Cookie: bc[0m");
  EXPECT_EQ(text("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80"),
            "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(text("a\xc2\x85\xc2\x9f\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6z\xc2\xa0"), "az\xc2\xa0");
  EXPECT_EQ(text(std::string(5000, 'x')), std::string(200, 'x'));
  EXPECT_EQ(text(std::string(199, 'x') + "\xc3\xab"), std::string(199, 'x'));
  EXPECT_EQ(text(std::string(198, 'x') + "\xc3\xab" + "y"), std::string(198, 'x') + "\xc3\xab");
  const auto answer = callback("state=s&error=" + std::string(500, 'e') + "%0A");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error, std::string(200, 'e'));
}

// RFC 9207 §2.4, spec/oidc 1.2 and 1.3
TEST(OidcCallback, TheIssuerIsTheOneThatWasAsked) {
  const std::string guid = "72f988bf-86f1-41af-91ab-2d7cd011db47";
  const std::string entra = "https://login.microsoftonline.com/{tenantid}/v2.0";
  struct Row {
    std::string expected;
    bool announced;
    std::optional<std::string> came;
    const char* code;
  };
  const Row rows[] = {
      {"https://idp.example", true, "https://idp.example", ""},
      {"https://idp.example", false, "https://idp.example", ""},
      {"https://idp.example", false, std::nullopt, ""},
      {"https://idp.example", true, std::nullopt, "iss_param_missing"},
      {"https://idp.example", true, "https://evil.example", "iss_param_mismatch"},
      {"https://idp.example", false, "https://evil.example", "iss_param_mismatch"},
      {"https://idp.example", false, "https://idp.example/", "iss_param_mismatch"},
      {"https://idp.example", false, "", "iss_param_mismatch"},
      {entra, true, "https://login.microsoftonline.com/" + guid + "/v2.0", ""},
      {entra, true, entra, "iss_param_mismatch"},
      {entra, true, "https://login.microsoftonline.com/common/v2.0", "iss_param_mismatch"},
      {entra, true, "https://login.microsoftonline.com//v2.0", "iss_param_mismatch"},
      {entra, true, "https://login.microsoftonline.com/v2.0", "iss_param_mismatch"},
      {entra, true, "https://evil.example/" + guid + "/v2.0", "iss_param_mismatch"},
      {entra, true, "https://login.microsoftonline.com/" + guid + "/v2.0/", "iss_param_mismatch"},
  };
  for (const Row& row : rows) {
    const ProviderMetadata of{.issuer = row.expected,
                              .authorization_response_iss_parameter_supported = row.announced};
    const Callback answer{.state = "s", .code = "c", .issuer = row.came};
    EXPECT_EQ(test::code_of(check_callback_issuer(answer, of)), row.code)
        << row.expected << " " << row.came.value_or("-");
  }
}

}  // namespace
}  // namespace rollcall::oidc
