#include "gateway/base/json.h"

#include "gateway/base/text.h"

#include <gtest/gtest.h>

namespace rollcall::json {
namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse(text);
  return value ? write(*value) : std::string(name(value.error().fault()));
}

TEST(Json, WritesWhatItRead) {
  for (const char* text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5",
        "\"\"", "\"a\"", "[]", "{}", R"([1,[2,{"a":[]}],null])", R"({"b":1,"a":{"c":"d"}})",
        "\"\u00e9\u4e2d\U0001F600\""}) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(Json, KeepsIntegersAndDecimalsApart) {
  EXPECT_NE(parse("5")->integer(), nullptr);
  EXPECT_EQ(parse("5.0")->integer(), nullptr);
  EXPECT_NE(parse("5.0")->decimal(), nullptr);
  EXPECT_NE(parse("1e3")->decimal(), nullptr);
  EXPECT_NE(parse("9223372036854775808")->decimal(), nullptr);
}

TEST(Json, RefusesWhatIsNoJson) {  // RFC 8259
  for (const std::string_view text : {std::string_view(""),
                                      std::string_view(" "),
                                      std::string_view("{"),
                                      std::string_view("[1,]"),
                                      std::string_view("{\"a\":1,}"),
                                      std::string_view("{a:1}"),
                                      std::string_view("'a'"),
                                      std::string_view("01"),
                                      std::string_view("+1"),
                                      std::string_view(".5"),
                                      std::string_view("1."),
                                      std::string_view("NaN"),
                                      std::string_view("Infinity"),
                                      std::string_view("1 2"),
                                      std::string_view("[] []"),
                                      std::string_view("// a\n1"),
                                      std::string_view("\"a\nb\""),
                                      std::string_view("\"\\x\""),
                                      std::string_view("\"\\u12\""),
                                      std::string_view("nul"),
                                      std::string_view("1\0", 2),
                                      std::string_view("\0", 1),
                                      std::string_view("\"a\0b\"", 5),
                                      std::string_view("\xff"),
                                      std::string_view("\"\xc3\""),
                                      std::string_view("\"\xed\xa0\x80\""),
                                      std::string_view("1e400"),
                                      std::string_view("-1e999"),
                                      std::string_view("\xef\xbb\xbf{}")}) {
    const auto value = parse(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().fault(), Fault::invalid_syntax);
  }
}

TEST(Json, NeverGivesTextThatIsNotUtf8) {
  // An escape of half a surrogate pair is no character.
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\ud800\ud800")",
                           R"("a\udfff")", R"({"\udc00":1})"}) {
    EXPECT_EQ(round_trip(text), "invalid_syntax") << text;
  }
  EXPECT_EQ(*parse(R"("\ud83d\ude00")")->string(), "\U0001F600");
}

TEST(Json, BoundsDepthAndSize) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse(nested(32)));
  EXPECT_FALSE(parse(nested(33)));
  EXPECT_FALSE(parse(std::string(1'000'000, '[')));
  EXPECT_FALSE(parse(std::string(1'000'000, '{')));
  EXPECT_TRUE(parse("[1,2,3]", {32, 4}));
  EXPECT_FALSE(parse("[1,2,3]", {32, 3}));
  EXPECT_FALSE(parse(R"({"a":1})", {32, 2}));
}

TEST(Json, RefusesADuplicateMember) {
  EXPECT_FALSE(parse(R"({"a":1,"a":2})"));
  EXPECT_FALSE(parse(R"({"a":1,"\u0061":2})"));
  EXPECT_TRUE(parse(R"({"a":1,"A":2,"b":{"a":1}})"));
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_TRUE(parse(many + "\"z\":1}"));
  EXPECT_FALSE(parse(many + "\"k3\":1}"));
  EXPECT_FALSE(parse(many + "\"k99\":1}"));
  EXPECT_EQ(parse(R"({"a":{"b":1,"b":2}})").error().code(), "duplicate_member");
  EXPECT_EQ(parse(R"({"a":1,"a")").error().code(), "duplicate_member");
  EXPECT_EQ(parse(R"({"a":1,)").error().code(), "invalid_syntax");
}

TEST(Json, EscapesWhatAScriptOrATerminalWouldMisread) {
  EXPECT_EQ(write("\"\\\n\t\x01\x7f\u2028\u2029\u2027/"),
            "\"\\\"\\\\\\n\\u0009\\u0001\\u007f\\u2028\\u2029\u2027/\"");
  EXPECT_EQ(write(std::string("a\xff") + "\xe2\x80"), "\"a\\ufffd\\ufffd\\ufffd\"");
  const std::string every_character = [] {
    std::string text;
    for (char c = 1; c > 0; ++c) text += c;
    return text;
  }();
  EXPECT_EQ(*parse(write(every_character))->string(), every_character);
}

TEST(Json, ObjectsCompareInAnyOrderAndArraysInTheirs) {
  EXPECT_EQ(*parse(R"({"a":1,"b":2})"), *parse(R"({"b":2,"a":1})"));
  EXPECT_FALSE(*parse(R"({"a":1,"b":2})") == *parse(R"({"a":1})"));
  EXPECT_FALSE(*parse("[1,2]") == *parse("[2,1]"));
  EXPECT_FALSE(*parse("1") == *parse("1.0"));
}

TEST(Json, ObjectFindsReplacesAndErases) {
  Object object{{"Name", 1}};
  EXPECT_EQ(object.find("name"), nullptr);
  EXPECT_NE(object.find_ignoring_case("nAME"), nullptr);
  object.set("Name", 2);
  object.set("other", true);
  EXPECT_EQ(write(object), R"({"Name":2,"other":true})");
  EXPECT_TRUE(object.erase("Name"));
  EXPECT_FALSE(object.erase("Name"));
  EXPECT_EQ(object.size(), 1U);
}

}  // namespace
}  // namespace rollcall::json
