#include "gateway/session/cookie.h"

#include "gateway/crypto/base64.h"

#include <gtest/gtest.h>

#include <list>

namespace rollcall::session {
namespace {

constexpr std::string_view secure = "https://login.example";
constexpr std::string_view plain = "http://127.0.0.1:8080";
const std::string good_value(43, 'A');

/// A request with one Cookie field for each text.
class CookieRequest {
 public:
  explicit CookieRequest(std::initializer_list<std::string> cookies,
                         std::string_view origin = secure)
      : texts_(cookies) {
    request_.origin = origin;
    for (const std::string& text : texts_) request_.fields.push_back({"cookie", text});
  }
  operator const http::Request&() const { return request_; }

 private:
  std::list<std::string> texts_;
  http::Request request_;
};

TEST(SessionCookie, IsFoundByItsNameAmongOthers) {
  const CookieRequest request{"theme=dark; __Host-rollcall=" + good_value + "; x=y"};
  EXPECT_EQ(cookie(request, "rollcall"), good_value);
  EXPECT_EQ(presented_session(request), sha256(good_value));
}

TEST(SessionCookie, IsFoundInAnyOfSeveralCookieFields) {
  const CookieRequest request{"theme=dark", "__Host-rollcall=" + good_value};
  EXPECT_EQ(cookie(request, "rollcall"), good_value);
}

// spec/oidc 5: only "__Host-" keeps a sibling host from planting one.
TEST(SessionCookie, WithoutTheHostPrefixIsNothingOverHttps) {
  EXPECT_EQ(cookie(CookieRequest{"rollcall=" + good_value}, "rollcall"), std::nullopt);
}

TEST(SessionCookie, HasNoPrefixOverPlainHttp) {
  EXPECT_EQ(cookie(CookieRequest({"rollcall=" + good_value}, plain), "rollcall"), good_value);
  EXPECT_EQ(cookie(CookieRequest({"__Host-rollcall=" + good_value}, plain), "rollcall"),
            std::nullopt);
}

// spec/oidc 7.20, 7.5: what is not clear is no session.
TEST(SessionCookie, ComingTwiceWithDifferentValuesIsNothing) {
  const std::string other(43, 'B');
  EXPECT_EQ(presented_session(
                CookieRequest{"__Host-rollcall=" + good_value + "; __Host-rollcall=" + other}),
            std::nullopt);
  EXPECT_EQ(
      presented_session(CookieRequest{"__Host-rollcall=" + good_value, "__Host-rollcall=" + other}),
      std::nullopt);
}

TEST(SessionCookie, ComingTwiceWithTheSameValueIsThatValue) {
  EXPECT_EQ(
      cookie(CookieRequest{"__Host-rollcall=" + good_value + ";__Host-rollcall=" + good_value},
             "rollcall"),
      good_value);
}

TEST(SessionCookie, ThatIsNoValueOfOursIsNoSession) {
  for (const std::string& value :
       {std::string(), std::string(42, 'A'), std::string(44, 'A'), std::string(4096, 'A'),
        std::string(42, 'A') + "=", std::string(42, 'A') + "B", "\"" + std::string(41, 'A') + "\"",
        std::string(42, 'A') + "+"}) {
    EXPECT_EQ(presented_session(CookieRequest{"__Host-rollcall=" + value}), std::nullopt) << value;
  }
}

TEST(SessionCookie, IsFoundBehindHundredsOfOthers) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "c" + std::to_string(i) + "=1; ";
  EXPECT_EQ(cookie(CookieRequest{text + "__Host-rollcall=" + good_value}, "rollcall"), good_value);
}

TEST(SessionCookie, FieldsThatAreNoCookiesAreReadWithoutHarm) {
  for (const std::string& text : {"", ";", ";;;", "=", "=;=", "novalue", "; __Host-rollcall",
                                  "  ;  \t ;", "__Host-rollcall==="}) {
    EXPECT_EQ(presented_session(CookieRequest{text}), std::nullopt) << text;
  }
}

TEST(SessionCookie, ValuesAreFreshAndOf256Bits) {
  const Secret value = make_session_value();
  EXPECT_EQ(base64url_decode(value.reveal()).value_or("").size(), 32U);
  EXPECT_NE(value.reveal(), make_session_value().reveal());
  EXPECT_EQ(presented_session(CookieRequest{"__Host-rollcall=" + std::string(value.reveal())}),
            hash_of(value));
}

// CVE-2024-24814: the number of cookies that are looked at has an end.
TEST(CookiesBeginning, AreNamedOnceAndAtMostFifty) {
  std::string text = "__Host-login-0=a; __Host-login-0=b; login-9=c; other=d; ";
  for (int i = 1; i < 80; ++i) text += "__Host-login-" + std::to_string(i) + "=v; ";
  const auto names = cookies_beginning(CookieRequest{text}, "login-");
  ASSERT_EQ(names.size(), 50U);
  EXPECT_EQ(names[0], "login-0");
  EXPECT_EQ(names[1], "login-1");
}

TEST(SetCookie, IsBoundToTheHostAndHiddenFromScripts) {
  EXPECT_EQ(set_cookie(secure, "rollcall", "v", {.max_age = std::chrono::seconds(60)}),
            "__Host-rollcall=v; Path=/; HttpOnly; Max-Age=60; SameSite=Lax; Secure");
  EXPECT_EQ(set_cookie(plain, "rollcall", "v", {.max_age = std::chrono::seconds(60)}),
            "rollcall=v; Path=/; HttpOnly; Max-Age=60; SameSite=Lax");
}

// spec/oidc 5: a cross-site POST brings no Lax cookie.
TEST(SetCookie, ForACrossSiteAnswerIsSecureAlsoOnLoopback) {
  EXPECT_EQ(set_cookie(plain, "login", "v",
                       {.same_site = SameSite::none, .max_age = std::chrono::seconds(600)}),
            "login=v; Path=/; HttpOnly; Max-Age=600; SameSite=None; Secure");
}

TEST(ClearCookie, NamesTheSameCookieWithoutAValue) {
  EXPECT_EQ(clear_cookie(secure, "rollcall"),
            "__Host-rollcall=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax; Secure");
}

}  // namespace
}  // namespace rollcall::session
