#include "gateway/sign_in/browser.h"

#include <gtest/gtest.h>

#include <vector>

namespace rollcall::sign_in {
namespace {

http::Request request_with(std::vector<http::Field> fields,
                           http::Method method = http::Method::get) {
  http::Request request;
  request.method = method;
  request.origin = "https://login.example";
  request.fields = std::move(fields);
  return request;
}

struct Case {
  std::vector<http::Field> fields;
  bool expected;
};

// spec/oidc 1.2, "Redirect navigation only".
TEST(Browser, NavigatesUnlessItSaysThatAScriptAsks) {
  for (const Case& row : std::vector<Case>{
           {{}, true},
           {{{"Sec-Fetch-Mode", "navigate"}, {"Accept", "text/html"}}, true},
           {{{"Accept", "*/*"}}, true},
           {{{"Accept", "application/xhtml+xml, TEXT/HTML;q=0.9"}}, true},
           {{{"Sec-Fetch-Mode", "cors"}}, false},
           {{{"Sec-Fetch-Mode", "no-cors"}, {"Accept", "text/html"}}, false},
           {{{"Sec-Fetch-Mode", "websocket"}}, false},
           {{{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}}, true},
           {{{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}}, false},
           {{{"X-Requested-With", "XMLHttpRequest"}}, false},
           {{{"Accept", "application/json"}}, false},
           {{{"Accept", "image/avif,image/webp"}}, false},
           {{{"Sec-Purpose", "prefetch;prerender"}, {"Sec-Fetch-Mode", "navigate"}}, false},
           {{{"Purpose", "prefetch"}}, false}}) {
    EXPECT_EQ(read_browser(request_with(row.fields)).navigates, row.expected)
        << (row.fields.empty() ? "" : row.fields.front().value);
  }
}

TEST(Browser, IsSentByAnotherSiteIfItSaysSo) {
  for (const Case& row : std::vector<Case>{
           {{}, false},
           {{{"Sec-Fetch-Site", "none"}}, false},
           {{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "null"}}, false},
           {{{"Sec-Fetch-Site", "same-site"}}, true},
           {{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://login.example"}}, true},
           {{{"Origin", "https://login.example"}}, false},
           {{{"Origin", "https://evil.example"}}, true},
           {{{"Origin", "http://login.example"}}, true},
           {{{"Origin", "null"}}, true},
           {{{"Referer", "https://login.example/login?x"}}, false},
           {{{"Referer", "https://LOGIN.example"}}, false},
           {{{"Referer", ""}}, false},
           {{{"Referer", "https://evil.example/"}}, true},
           {{{"Referer", "https://login.example.evil.example/"}}, true},
           {{{"Referer", "https://login.example@evil.example/"}}, true},
           {{{"Referer", "about:blank"}}, true},
           {{{"Origin", "https://login.example"}, {"Referer", "https://evil.example/"}}, false},
           {{{"Sec-Fetch-Site", "none"}, {"Referer", "https://evil.example/"}}, false}}) {
    EXPECT_EQ(read_browser(request_with(row.fields)).cross_site, row.expected)
        << (row.fields.empty() ? "" : row.fields.front().value);
  }
}

TEST(Browser, KeepsTheCookiesOfSignInsUnderWay) {
  const Browser browser = read_browser(
      request_with({{"Cookie",
                     "__Host-rollcall-login-00000001=a; rollcall-login-00000002=b; other=c; "
                     "__Host-rollcall-login-00000003=d; __Host-rollcall-login-00000003=e"}}));
  ASSERT_EQ(browser.attempt_cookies.size(), 1U);
  EXPECT_EQ(browser.attempt_cookies.front().first, "rollcall-login-00000001");
  EXPECT_EQ(browser.attempt_cookies.front().second.reveal(), "a");
}

TEST(Browser, KeepsAShortPrintableUserAgent) {
  const std::string agent = "Moz\x01illa \xc3\xbc" + std::string(400, 'x');
  const Browser browser = read_browser(request_with({{"User-Agent", agent}}));
  EXPECT_TRUE(browser.user_agent.starts_with("Mozilla x"));
  EXPECT_LE(browser.user_agent.size(), 256U);
}

TEST(Parameters, OfAPostAreThoseOfTheForm) {
  http::Request request = request_with(
      {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}}, http::Method::post);
  request.query = "a=query";
  request.body = "a=form&b=%20+";
  const auto parameters = read_parameters(request);
  ASSERT_TRUE(parameters);
  EXPECT_EQ(single(*parameters, "a"), "form");
  EXPECT_EQ(single(*parameters, "b"), "  ");
}

TEST(Parameters, OfAnotherContentTypeCannotBeRead) {
  http::Request request = request_with({{"Content-Type", "text/plain"}}, http::Method::post);
  request.body = "a=b";
  EXPECT_FALSE(read_parameters(request));
}

// spec/oidc 1.2: of two, neither counts.
TEST(Parameters, OfTheSameNameAreNoSingleOne) {
  http::Request request = request_with({});
  request.query = "state=1&state=2&code=3";
  const auto parameters = read_parameters(request);
  ASSERT_TRUE(parameters);
  EXPECT_EQ(single(*parameters, "state"), std::nullopt);
  EXPECT_EQ(single(*parameters, "code"), "3");
  EXPECT_EQ(single(*parameters, "iss"), "");
}

}  // namespace
}  // namespace rollcall::sign_in
