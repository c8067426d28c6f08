#include "gateway/base/text.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

std::string utf8(char32_t c) {
  std::string text;
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xc0U | (c >> 6));
    text += static_cast<char>(0x80U | (c & 0x3fU));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0U | (c >> 12));
    text += static_cast<char>(0x80U | ((c >> 6) & 0x3fU));
    text += static_cast<char>(0x80U | (c & 0x3fU));
  } else {
    text += static_cast<char>(0xf0U | (c >> 18));
    text += static_cast<char>(0x80U | ((c >> 12) & 0x3fU));
    text += static_cast<char>(0x80U | ((c >> 6) & 0x3fU));
    text += static_cast<char>(0x80U | (c & 0x3fU));
  }
  return text;
}

TEST(Fold, MakesTextEqualThatDiffersInCaseWidthOrComposition) {  // RFC 8265 §3.3
  EXPECT_EQ(fold("BJensen@Example.COM"), "bjensen@example.com");
  EXPECT_EQ(fold("\u00c9t\u00e9"), fold("e\u0301TE\u0301"));
  EXPECT_EQ(fold("STRASSE"), fold("stra\u00dfe"));
  EXPECT_EQ(fold("\uff21\uff22\uff11"), "ab1");  // full width
  EXPECT_EQ(fold("\u03a3\u03c3\u03c2"), fold("\u03c3\u03c3\u03c3"));
  EXPECT_NE(fold("e"), fold("\u00e9"));
  EXPECT_NE(fold("\u0131"), fold("i"));  // dotless i is another letter
  EXPECT_EQ(fold(""), "");
}

TEST(Fold, IsIdempotentForEveryCharacter) {
  for (char32_t c = 1; c < 0x30000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    for (const std::string& text : {utf8(c), utf8(c) + "\u0345", "a\u0301" + utf8(c)}) {
      const std::string once = fold(text);
      ASSERT_EQ(fold(once), once) << std::hex << static_cast<unsigned>(c);
      ASSERT_TRUE(is_utf8(once));
    }
  }
}

TEST(Text, TellsWellFormedUtf8) {
  for (const char* good : {"", "a", "\u00e9", "\u4e2d", "\U0010FFFF"}) EXPECT_TRUE(is_utf8(good));
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Text, ComparesProtocolWordsInAsciiOnly) {
  EXPECT_TRUE(iequals("userNAME", "USERname"));
  EXPECT_FALSE(iequals("userName", "userNames"));
  EXPECT_FALSE(iequals("\u00c9", "\u00e9"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_FALSE(iequals("[", "{"));
  EXPECT_EQ(ascii_lower("AZaz09\u00c9"), "azaz09\u00c9");
}

TEST(Text, TrimsSpacesAndTabs) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("a\n"), "a\n");
}

}  // namespace
}  // namespace rollcall
