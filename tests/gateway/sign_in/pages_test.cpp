#include "gateway/sign_in/pages.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/sign_in/page_sources.h"
#include "oidc/refusal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace rollcall::sign_in {
namespace {

std::string field(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.fields, name, &http::ResponseField::name);
  return found == response.fields.end() ? "" : found->value;
}
bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(Pages, EscapeWhatIsFilledIn) {
  const http::Response response =
      page(200, "ask", {{"email", "\"><script>alert(1)</script>"}, {"return_to", "/'&"}});
  EXPECT_FALSE(contains(response.body, "<script>"));
  EXPECT_TRUE(contains(response.body, "&lt;script&gt;"));
  EXPECT_TRUE(contains(response.body, "value=\"/&apos;&amp;\"")) << response.body;
}

TEST(Pages, EscapeTheTitleOnce) {
  const http::Response response = page(404, "refused", {{"heading", "<b> & more"}});
  EXPECT_TRUE(contains(response.body, "<title>&lt;b&gt; &amp; more</title>"));
}

// spec/oidc 1.2 (RFC 9700 §4.16), design.md 7.
TEST(Pages, AllowNothingButTheirOwnStyle) {
  const http::Response response = page(200, "signed_out", {});
  const std::string policy = field(response, "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'sha256-"));
  EXPECT_TRUE(contains(policy, "frame-ancestors 'none'"));
  EXPECT_FALSE(contains(policy, "form-action"));
  EXPECT_EQ(field(response, "X-Frame-Options"), "DENY");
  EXPECT_EQ(field(response, "Cache-Control"), "no-store");

  const std::size_t begin = response.body.find("<style>") + 7;
  const std::size_t end = response.body.find("</style>");
  std::string hash = base64url_encode(as_bytes(sha256(response.body.substr(begin, end - begin))));
  std::ranges::replace(hash, '-', '+');
  std::ranges::replace(hash, '_', '/');
  EXPECT_TRUE(contains(policy, "'sha256-" + hash + "='"));
}

TEST(Pages, HaveNoScriptsStylesOrThingsFromElsewhere) {
  for (const PageSource& source : page_sources()) {
    for (const std::string_view banned : {"<script", "style=", "onclick", "onload",
                                          "src=", "http://", "https://", "url(", "@import"}) {
      EXPECT_FALSE(contains(source.text, banned)) << source.name << " has " << banned;
    }
  }
}

TEST(Pages, ThatDoNotExistThrow) { EXPECT_THROW(page(200, "nowhere", {}), std::logic_error); }

struct Case {
  Error error;
  int status;
  std::string_view words;
};

TEST(RefusalPage, SaysWhatToDoAndTheTraceButNotTheReason) {
  const Error store(Fault::unavailable, "The directory is not available; try again.", "disk full");
  Error unreachable(Fault::unavailable, "No answer.", "connection refused by 10.0.0.7");
  unreachable.with_code("idp_unreachable");
  for (const Case& row : {
           Case{oidc::refuse("state_unknown", "SECRET-WHY"), 400, "start again"},
           Case{oidc::refuse("connection_disabled", "SECRET-WHY"), 403, "This way in is closed"},
           Case{oidc::refuse("user_not_provisioned", "SECRET-WHY"), 403, "You cannot come in"},
           Case{oidc::refuse("user_deactivated", "SECRET-WHY"), 403, "You cannot come in"},
           Case{oidc::refuse("seat_limit", "SECRET-WHY"), 403, "You cannot come in"},
           Case{oidc::refuse("nonce_mismatch", "SECRET-WHY"), 403, "The sign-in did not work"},
           Case{oidc::refuse("signature_invalid", "SECRET-WHY"), 403, "The sign-in did not work"},
           Case{unreachable, 502, "does not answer"},
           Case{store, 503, "We cannot sign you in right now"},
           Case{Error(Fault::not_found, "SECRET-WHY"), 404, "There is nothing here"},
           Case{Error(Fault::invalid_value, "SECRET-WHY"), 400, "This link does not work"},
       }) {
    const http::Response response = refusal_page(row.error, "7K3M-QX9R-4TZA", "/login?x=1");
    EXPECT_EQ(response.status, row.status) << row.error.code();
    EXPECT_TRUE(contains(response.body, row.words)) << response.body;
    EXPECT_TRUE(contains(response.body, "7K3M-QX9R-4TZA"));
    EXPECT_TRUE(contains(response.body, "href=\"/login?x=1\"")) << response.body;
    EXPECT_EQ(field(response, trace_field), "7K3M-QX9R-4TZA");
    for (const std::string_view hidden : std::initializer_list<std::string_view>{
             "SECRET-WHY", "10.0.0.7", "disk full", row.error.code()}) {
      EXPECT_FALSE(contains(response.body, hidden)) << hidden;
    }
  }
}

// All reasons of our own rules look alike to the stranger.
TEST(RefusalPage, IsTheSameForEveryRuleAboutPeople) {
  const std::string one =
      refusal_page(oidc::refuse("user_not_provisioned", "a"), "T", "/login").body;
  for (const std::string_view code :
       {"user_deactivated", "seat_limit", "domain_not_allowed", "email_unverified",
        "groups_absent_denied", "group_not_allowed", "subject_conflict", "ip_rule"}) {
    EXPECT_EQ(refusal_page(oidc::refuse(code, "b"), "T", "/login").body, one) << code;
  }
}

TEST(RefusedTestPage, TellsTheReasonToWhoTests) {
  const http::Response response =
      refused_test_page(oidc::refuse("azp_mismatch", "azp is <other>"), "7K3M-QX9R-4TZA");
  EXPECT_TRUE(contains(response.body, "azp_mismatch"));
  EXPECT_TRUE(contains(response.body, "azp is &lt;other&gt;"));
}

}  // namespace
}  // namespace rollcall::sign_in
