#include "gateway/base/yaml.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rollcall::yaml {
namespace {

std::string refused(std::string_view text, const Limits& limits = {}) {
  const auto node = parse(text, limits);
  return node ? "" : node.error().detail();
}

TEST(Yaml, KeepsPlacesAndQuotes) {
  const auto root = parse("a: 1\nb:\n  - \"2\"\n  - ~\n  - text\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->kind, Node::Kind::mapping);
  const Node* a = root->find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->text, "1");
  EXPECT_FALSE(a->quoted);
  EXPECT_EQ(a->mark.line, 1);
  EXPECT_EQ(a->mark.column, 4);
  const Node* b = root->find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(root->entries.at(1).mark.line, 2);
  ASSERT_EQ(b->items.size(), 3u);
  EXPECT_TRUE(b->items[0].quoted);
  EXPECT_EQ(b->items[0].text, "2");
  EXPECT_EQ(b->items[1].kind, Node::Kind::null);
  EXPECT_EQ(b->items[2].mark.line, 5);
}

TEST(Yaml, AnEmptyDocumentIsNull) {
  for (const char* text : {"", "# nothing\n", "---\n"}) {
    const auto root = parse(text);
    ASSERT_TRUE(root) << text;
    EXPECT_EQ(root->kind, Node::Kind::null);
  }
}

struct Case {
  const char* text;
  const char* complaint;
};

TEST(Yaml, RefusesWhatCouldSurprise) {
  for (const auto& [text, complaint] :
       {Case{"a: &x 1", "1:4: anchors and aliases are not accepted"},
        Case{"a: !!binary aGk=", "1:4: the tag tag:yaml.org,2002:binary is not accepted"},
        Case{"a: 1\na: 2", R"(2:1: the key "a" stands here twice)"},
        Case{"{a: 1, a: 2}", R"(1:8: the key "a" stands here twice)"},
        Case{"[1]: 2", "1:1: a key must be text"}, Case{"? {a: 1}\n: 2", "1:3: a key must be text"},
        Case{"~: 2", "1:1: a key must be text"},
        Case{"a: 1\n---\nb: 2", "3:1: a second document: one file holds one"},
        Case{"a: \xff", "1:1: not UTF-8"}}) {
    EXPECT_EQ(refused(text), complaint) << text;
  }
  EXPECT_NE(refused("a: *x"), "");
}

TEST(Yaml, SaysWhereItIsNotYaml) {
  EXPECT_TRUE(refused("a: 1\nb: [1, 2\n").starts_with("3:1: ")) << refused("a: 1\nb: [1, 2\n");
  EXPECT_TRUE(refused("a: 'x").starts_with("1:")) << refused("a: 'x");
  EXPECT_TRUE(refused("a:\n\tb: 1").starts_with("2:")) << refused("a:\n\tb: 1");
}

TEST(Yaml, BoundsSizeDepthAndCount) {
  EXPECT_EQ(refused("abcdef", {.bytes = 5}), "1:1: longer than 5 bytes");
  EXPECT_EQ(refused("[[[]]]", {.depth = 2}), "1:3: nested deeper than 2 levels");
  EXPECT_EQ(refused("[a, b, c]", {.nodes = 3}), "1:8: more than 3 values");
}

TEST(Yaml, EndsQuicklyOnHostileText) {
  constexpr std::size_t size = 1024 * 1024;
  for (const std::string_view unit : {"[",    "{",           "- ",  "? ",    "[]",  "{}",  ",",
                                      "a: ",  "'",           "\"",  "|",     "&a ", "*a ", "!a ",
                                      "--- ", "\n",          "%",   "[a: ",  "{? ", "\\",  "# ",
                                      "\t",   "- - - - a\n", "a\n", "...\n", "!<"}) {
    std::string text;
    while (text.size() + unit.size() <= size) text += unit;
    const auto start = std::chrono::steady_clock::now();
    (void)parse(text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << unit;
  }
}

}  // namespace
}  // namespace rollcall::yaml
