#include "gateway/sign_in/return_to.h"

#include <gtest/gtest.h>

#include <array>

namespace rollcall::sign_in {
namespace {

constexpr std::string_view origin = "https://login.example";
const std::array<std::string, 3> hosts{"app.example", "App.example:8443", "10.0.0.5"};

std::optional<std::string> check(std::string_view target) {
  return check_return_to(target, origin, hosts);
}

TEST(ReturnTo, APathOfOursIsTaken) {
  for (const std::string_view target :
       {"/", "/login", "/a/b?x=1&y=%2Ffoo#part", "/a//b", "/%C3%BC", "/a?next=https://evil.example",
        "/a?b=c@d:e", "/~user/;v=1"}) {
    EXPECT_EQ(check(target), target);
  }
}

TEST(ReturnTo, AnAddressOfOursOrOfAProtectedHostIsTaken) {
  for (const std::string_view target :
       {"https://login.example", "https://login.example/a", "https://LOGIN.example:443/a",
        "HTTPS://app.example/x?y#z", "http://app.example", "https://app.example?x=1",
        "https://app.example:8443/", "http://10.0.0.5/", "https://app.example:443"}) {
    EXPECT_EQ(check(target), target);
  }
}

// spec/oidc 1.2: the forms in which open redirects came (oauth2-proxy GHSA-qqxw, j7px, 5m6c, 4mf2;
// mod_auth_openidc CVE-2022-23527 and "evil-example.com").
TEST(ReturnTo, EverythingElseIsRefused) {
  const std::string long_path = "/" + std::string(2048, 'a');
  for (const std::string_view target :
       {// other hosts in the guise of a path
        std::string_view("//evil.example"), std::string_view("///evil.example"),
        std::string_view("/\\evil.example"), std::string_view("\\/evil.example"),
        std::string_view("\\\\evil.example"), std::string_view("/\t/evil.example"),
        std::string_view("/%09/evil.example"), std::string_view("/%0d/evil.example"),
        std::string_view("/%5cevil.example"), std::string_view("/%5Cevil.example"),
        std::string_view("/%2fevil.example"), std::string_view("/%2F/evil.example"),
        std::string_view("/./\\evil.example"), std::string_view("/.//evil.example"),
        std::string_view("/..//evil.example"), std::string_view("/a/../../evil.example"),
        std::string_view("/a/%2e%2e//evil.example"), std::string_view(" //evil.example"),
        std::string_view("\t//evil.example"), std::string_view("/\n/evil.example"),
        std::string_view("\xef\xbc\x8f/evil.example"),
        // other hosts
        std::string_view("https://evil.example/"), std::string_view("https://evil-app.example"),
        std::string_view("https://evilapp.example"), std::string_view("https://x.app.example"),
        std::string_view("https://app.example.evil.example"),
        std::string_view("https://app.example."), std::string_view("https://app.exampl"),
        std::string_view("https://app.example:8444/"), std::string_view("https://app.example:80/"),
        std::string_view("https://app.example:"), std::string_view("http://login.example/"),
        std::string_view("https://login.example:8080/"),
        std::string_view("https://app.example\\@evil.example"),
        std::string_view("https://app.example%2f@evil.example"),
        std::string_view("https://app.example%00.evil.example"),
        std::string_view("https://app.example%2eevil.example"),
        std::string_view("https://app%2eexample/"),
        // userinfo
        std::string_view("https://app.example@evil.example"),
        std::string_view("https://user@app.example/"), std::string_view("https://@app.example"),
        std::string_view("https://app.example:x@evil.example"),
        // schemes
        std::string_view("javascript:alert(1)"), std::string_view("JavaScript://login.example/"),
        std::string_view("data:text/html,x"), std::string_view("ftp://app.example/"),
        std::string_view("https:app.example"), std::string_view("https:/app.example"),
        std::string_view("https:///app.example"), std::string_view("https:\\\\app.example"),
        std::string_view("://app.example"), std::string_view("app.example"),
        std::string_view("evil.example"), std::string_view("?x"), std::string_view("#x"),
        // control characters, escapes, spaces
        std::string_view("/a\r\nSet-Cookie: x=y"), std::string_view("/a%0d%0aX: y"),
        std::string_view("/a%00"), std::string_view("/a%7f"), std::string_view("/a?b=%0a"),
        std::string_view("/a#%09"), std::string_view("/a%"), std::string_view("/a%2"),
        std::string_view("/a%zz"), std::string_view("/a?%ff"), std::string_view("/a b"),
        std::string_view("/\xc3\xbc"), std::string_view("/a\"b"), std::string_view("/<script>"),
        std::string_view("/a\0b", 4), std::string_view("https://app.example/\\x"),
        std::string_view("https://app.example/%2fx"),
        // nothing, too much
        std::string_view(""), std::string_view(long_path)}) {
    EXPECT_EQ(check(target), std::nullopt) << target;
  }
}

TEST(ReturnTo, WithoutProtectedHostsIsOursAlone) {
  EXPECT_EQ(check_return_to("https://app.example/", origin, {}), std::nullopt);
  EXPECT_EQ(check_return_to("http://127.0.0.1:8080/x", "http://127.0.0.1:8080", {}),
            "http://127.0.0.1:8080/x");
}

TEST(ReturnTo, MayBeAsLongAsAUrlIs) {
  EXPECT_NE(check("/" + std::string(2047, 'a')), std::nullopt);
}

}  // namespace
}  // namespace rollcall::sign_in
