#include "gateway/http/url.h"

#include <gtest/gtest.h>

namespace rollcall::http {
namespace {

TEST(Url, DecodesPercentEscapes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%c3%A9"), "a b/c\u00e9");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
  for (const char* bad : {"%", "%4", "%zz", "%4g", "a%", "%00", "%ff", "%c3", "%c0%af"}) {
    EXPECT_FALSE(percent_decode(bad)) << bad;
  }
}

TEST(Url, EncodesAllButUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/\u00e9+\"\n"), "a%20b%2F%C3%A9%2B%22%0A");
  std::string every;
  for (char c = 1; c > 0; ++c) every += c;
  EXPECT_EQ(percent_decode(percent_encode(every)), every);
}

TEST(Url, ReadsAQueryInOrder) {
  const auto query = parse_query("filter=userName%20eq+%22a%26b%22&a=&b&a=2&&=x");
  ASSERT_TRUE(query);
  std::string text;
  for (const auto& [name, value] : *query) text += name + '=' + value + ';';
  EXPECT_EQ(text, "filter=userName eq \"a&b\";a=;b=;a=2;=x;");
  EXPECT_TRUE(parse_query("")->empty());
  EXPECT_FALSE(parse_query("a=%4"));
  EXPECT_FALSE(parse_query("%=1"));
}

TEST(Url, BoundsTheNumberOfParameters) {
  std::string query;
  for (int i = 0; i < 100; ++i) query += "a=1&";
  EXPECT_EQ(parse_query(query)->size(), 100U);
  EXPECT_FALSE(parse_query(query + "a=1"));
}

TEST(Url, SplitsAPathIntoDecodedSegments) {
  EXPECT_EQ(parse_path("/scim//v2/Users/a%20b/"),
            (std::vector<std::string>{"scim", "v2", "Users", "a b"}));
  EXPECT_TRUE(parse_path("/")->empty());
  EXPECT_TRUE(parse_path("//")->empty());
}

TEST(Url, RefusesPathsThatSomeoneElseReadsDifferently) {
  for (const char* path : {"/a/../b", "/a/%2e%2E/b", "/./a", "/%2e", "/a%2fb", "/a%5Cb", "/a\\b",
                           "/a%0ab", "/a%7f", "/a%00", "/%zz"}) {
    EXPECT_FALSE(parse_path(path)) << path;
  }
  EXPECT_TRUE(parse_path("/..a/a.."));
}

}  // namespace
}  // namespace rollcall::http
