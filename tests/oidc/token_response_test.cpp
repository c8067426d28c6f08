#include "oidc/token_request.h"
#include "tests/oidc/exchange.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using std::chrono::seconds;
using test::json_response;

constexpr const char* good =
    R"({"access_token":"at","token_type":"Bearer","id_token":"it","refresh_token":"rt",)"
    R"("expires_in":3600,"scope":"openid"})";

TEST(OidcTokenResponse, IsReadWhole) {
  const auto tokens = parse_token_response(json_response(200, good), TokenUse::sign_in);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->access_token.reveal(), "at");
  EXPECT_EQ(tokens->id_token.reveal(), "it");
  EXPECT_EQ(tokens->refresh_token.reveal(), "rt");
  EXPECT_EQ(tokens->expires_in, seconds(3600));
}

// RFC 6749 §5.1, spec/oidc 1.4: absent or a text at some IdPs
TEST(OidcTokenResponse, TheLifeOfATokenIsReadWhereItIsSaid) {
  const std::pair<const char*, std::optional<seconds>> rows[] = {
      {"3600", seconds(3600)},
      {"\"3600\"", seconds(3600)},
      {"3599.9", seconds(3599)},
      {"0", seconds(0)},
      {"-1", std::nullopt},
      {"\"-1\"", std::nullopt},
      {"\"\"", std::nullopt},
      {"\"1h\"", std::nullopt},
      {"\" 1\"", std::nullopt},
      {"1e300", std::nullopt},
      {"null", std::nullopt},
      {"true", std::nullopt},
      {"[]", std::nullopt},
      {"\"99999999999999999999\"", std::nullopt},
      {"9223372036854775807", std::nullopt},
  };
  for (const auto& [text, expected] : rows) {
    const std::string body =
        R"({"access_token":"at","token_type":"bearer","expires_in":)" + std::string(text) + "}";
    const auto tokens = parse_token_response(json_response(200, body), TokenUse::refresh);
    ASSERT_TRUE(tokens) << text;
    EXPECT_EQ(tokens->expires_in, expected) << text;
  }
  const auto without = parse_token_response(
      json_response(200, R"({"access_token":"at","token_type":"BEARER"})"), TokenUse::refresh);
  ASSERT_TRUE(without);
  EXPECT_EQ(without->expires_in, std::nullopt);
  EXPECT_TRUE(without->id_token.empty());
  EXPECT_TRUE(without->refresh_token.empty());
}

// RFC 6749 §5.1, Core §3.1.3.3, spec/oidc 1.3 and 1.4
TEST(OidcTokenResponse, WhatIsNoTokenResponseIsRefused) {
  for (const char* body : {
           "",
           "at",
           "[]",
           "null",
           "{}",
           R"({"access_token":"at"})",
           R"({"access_token":"at","id_token":"it"})",
           R"({"access_token":"at","id_token":"it","token_type":"DPoP"})",
           R"({"access_token":"at","id_token":"it","token_type":"mac"})",
           R"({"access_token":"at","id_token":"it","token_type":["Bearer"]})",
           R"({"access_token":"at","token_type":"Bearer"})",
           R"({"access_token":"at","token_type":"Bearer","id_token":""})",
           R"({"access_token":"at","token_type":"Bearer","id_token":7})",
           R"({"token_type":"Bearer","id_token":"it"})",
           R"({"access_token":"","token_type":"Bearer","id_token":"it"})",
           R"({"access_token":{},"token_type":"Bearer","id_token":"it"})",
           R"({"access_token":"at","token_type":"Bearer","id_token":"it","id_token":"it"})",
           R"({"access_token":"at","token_type":"Bearer","id_token":"it"} x)",
       }) {
    const auto refused = parse_token_response(json_response(200, body), TokenUse::sign_in);
    EXPECT_EQ(test::code_of(refused), "token_endpoint") << body;
    if (!refused) EXPECT_EQ(refused.error().fault(), Fault::forbidden) << body;
  }
}

TEST(OidcTokenResponse, OnlyASignInNeedsAnIdToken) {
  const auto response = json_response(200, R"({"access_token":"at","token_type":"Bearer"})");
  EXPECT_FALSE(parse_token_response(response, TokenUse::sign_in));
  EXPECT_TRUE(parse_token_response(response, TokenUse::refresh));
  EXPECT_TRUE(parse_token_response(response, TokenUse::api));
}

// spec/oidc 1.4
TEST(OidcTokenResponse, TheTypeIsApplicationJson) {
  const std::pair<const char*, bool> rows[] = {
      {"application/json", true},
      {"Application/JSON", true},
      {"application/json ; a=b", true},
      {"text/html", false},
      {"text/json", false},
      {"application/json+x", false},
      {"application/jsonp", false},
      {"", false},
      {"application/x-www-form-urlencoded", false},
  };
  for (const auto& [type, accepted] : rows) {
    const http::FetchResponse response{
        .status = 200, .fields = {{"content-type", type}}, .body = good};
    EXPECT_EQ(static_cast<bool>(parse_token_response(response, TokenUse::sign_in)), accepted)
        << type;
  }
  const http::FetchResponse untyped{.status = 200, .body = good};
  EXPECT_FALSE(parse_token_response(untyped, TokenUse::sign_in));
}

// spec/oidc 1.4: no redirects, RFC 6749 §5.1: 200
TEST(OidcTokenResponse, AnyOtherStatusIsNone) {
  for (const int status : {201, 204, 301, 302, 307, 400, 401, 403, 404}) {
    const auto refused = parse_token_response(json_response(status, good), TokenUse::sign_in);
    ASSERT_FALSE(refused) << status;
    EXPECT_EQ(refused.error().code(), "token_endpoint");
    EXPECT_EQ(refused.error().why(), "status " + std::to_string(status));
  }
}

struct ErrorRow {
  int status;
  const char* body;
  TokenUse use;
  Fault fault;
  const char* why;
};

// RFC 6749 §5.2, Core §3.1.2.6, spec/oidc 1.8: a refresh token that is no good, or a person who has
// to come back, ends a session; a failure keeps it
TEST(OidcTokenResponse, ErrorsAreToldApart) {
  constexpr auto sign_in = TokenUse::sign_in;
  constexpr auto refresh = TokenUse::refresh;
  const ErrorRow rows[] = {
      {400, R"({"error":"invalid_grant"})", sign_in, Fault::forbidden, "invalid_grant, status 400"},
      {400, R"({"error":"invalid_grant"})", refresh, Fault::unauthenticated,
       "invalid_grant, status 400"},
      {400, R"({"error":"invalid_grant"})", TokenUse::api, Fault::forbidden,
       "invalid_grant, status 400"},
      {400, R"({"error":"interaction_required"})", refresh, Fault::unauthenticated,
       "interaction_required, status 400"},
      {400, R"({"error":"login_required"})", refresh, Fault::unauthenticated,
       "login_required, status 400"},
      {400, R"({"error":"consent_required"})", refresh, Fault::unauthenticated,
       "consent_required, status 400"},
      {403, R"({"error":"access_denied"})", refresh, Fault::unauthenticated,
       "access_denied, status 403"},
      {400, R"({"error":"interaction_required"})", sign_in, Fault::forbidden,
       "interaction_required, status 400"},
      {400, R"({"error":"access_denied"})", TokenUse::api, Fault::forbidden,
       "access_denied, status 400"},
      {401, R"({"error":"invalid_client"})", refresh, Fault::forbidden,
       "invalid_client, status 401"},
      {400, R"({"error":"unauthorized_client"})", refresh, Fault::forbidden,
       "unauthorized_client, status 400"},
      {400, R"({"error":"invalid_scope"})", refresh, Fault::forbidden, "invalid_scope, status 400"},
      {200, R"({"error":"bad_verification_code"})", sign_in, Fault::forbidden,
       "bad_verification_code, status 200"},
      {400, R"({"error":"temporarily_unavailable"})", refresh, Fault::unavailable,
       "temporarily_unavailable, status 400"},
      {400, R"({"error":"server_error"})", refresh, Fault::unavailable, "server_error, status 400"},
      {500, R"({"error":"invalid_grant"})", refresh, Fault::unavailable, "status 500"},
      {503, "<html>", refresh, Fault::unavailable, "status 503"},
      {429, "", refresh, Fault::unavailable, "status 429"},
  };
  for (const ErrorRow& row : rows) {
    const auto refused = parse_token_response(json_response(row.status, row.body), row.use);
    ASSERT_FALSE(refused) << row.body;
    EXPECT_EQ(refused.error().fault(), row.fault) << row.body;
    EXPECT_EQ(refused.error().code(), "token_endpoint");
    EXPECT_EQ(refused.error().why(), row.why);
  }
}

// spec/oidc 1.4: "never log body"
TEST(OidcTokenResponse, NothingOfABodyIsToldButTheNameOfAnError) {
  for (const std::string& body : std::vector<std::string>{
           R"({"error":"eyJhbGciOiJub25lIn0"})", R"({"error":"SECRET"})",
           R"({"error":"secret token"})", R"({"error":"secret\nx"})", R"({"error":""})",
           R"({"error":["secret"]})", R"({"error":{"secret":1}})",
           R"({"error":")" + std::string(65, 's') + R"("})",
           R"({"error":"invalid_client","error_description":"secret"})",
           R"({"secret":1,"secret":2})", R"({"secret)", "secret",
           R"({"token_type":"secret","access_token":"secret"})"}) {
    for (const int status : {200, 400}) {
      const auto refused = parse_token_response(json_response(status, body), TokenUse::sign_in);
      ASSERT_FALSE(refused) << body;
      for (const std::string& text : {refused.error().why(), refused.error().detail()}) {
        EXPECT_EQ(text.find("secret"), std::string::npos) << text;
        EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
        EXPECT_EQ(text.find("sss"), std::string::npos) << text;
        EXPECT_EQ(text.find("eyJ"), std::string::npos) << text;
      }
    }
  }
}

// RFC 9126 §2.2
TEST(OidcPushedResponse, TheRequestUriIsReadOrRefused) {
  const auto uri = parse_pushed_response(json_response(
      201, R"({"request_uri":"urn:ietf:params:oauth:request_uri:x","expires_in":60})"));
  ASSERT_TRUE(uri);
  EXPECT_EQ(*uri, "urn:ietf:params:oauth:request_uri:x");
  const std::pair<int, std::string> rows[] = {
      {201, "{}"},
      {201, R"({"request_uri":""})"},
      {201, R"({"request_uri":7})"},
      {201, R"({"request_uri":"urn:a b"})"},
      {201, R"({"request_uri":"urn:a\n"})"},
      {201, R"({"request_uri":")" + std::string(513, 'u') + R"("})"},
      {400, R"({"error":"invalid_request"})"},
      {302, R"({"request_uri":"urn:a"})"},
      {503, ""},
  };
  for (const auto& [status, body] : rows) {
    EXPECT_EQ(test::code_of(parse_pushed_response(json_response(status, body))), "token_endpoint")
        << body;
  }
}

}  // namespace
}  // namespace rollcall::oidc
