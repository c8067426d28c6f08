#include "gateway/crypto/key_ring.h"

#include "gateway/crypto/base64.h"

#include <gtest/gtest.h>

#include <set>

namespace rollcall {
namespace {

const std::string key_a(32, 'a');
const std::string key_b(32, 'b');

KeyRing ring(const std::string& text) {
  auto parsed = KeyRing::parse(Secret(text));
  if (!parsed) throw std::runtime_error(parsed.error().detail());
  return *std::move(parsed);
}

std::optional<std::string> open(const KeyRing& keys, std::string_view sealed,
                                std::string_view purpose) {
  const auto secret = keys.open(sealed, purpose);
  return secret ? std::optional<std::string>(secret->reveal()) : std::nullopt;
}

TEST(KeyRing, OpensWhatItSealedForThePurpose) {
  const KeyRing keys = ring(key_a);
  for (const std::string& text :
       {std::string(), std::string("x"), std::string(100'000, 'x'), std::string("\0\xff", 2)}) {
    EXPECT_EQ(open(keys, keys.seal(text, "session/1"), "session/1"), text);
  }
}

TEST(KeyRing, WhatIsMovedElsewhereDoesNotOpen) {
  const KeyRing keys = ring(key_a);
  const std::string sealed = keys.seal("secret", "session/1");
  for (const std::string_view purpose : {"session/2", "session/", "", "session/1 ", "Session/1"}) {
    EXPECT_EQ(open(keys, sealed, purpose), std::nullopt) << purpose;
  }
}

TEST(KeyRing, SealsTheSameTextDifferentlyEachTime) {
  const KeyRing keys = ring(key_a);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(keys.seal("secret", "p"));
  EXPECT_EQ(seen.size(), 100U);
}

TEST(KeyRing, EveryByteCounts) {
  const KeyRing keys = ring(key_a);
  const std::string sealed = keys.seal("a secret text", "p");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(open(keys, changed, "p"), std::nullopt) << i;
  }
  const std::size_t header = keys.current().size();
  const std::string bytes = *base64url_decode(sealed.substr(header));
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string changed = bytes;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    EXPECT_EQ(open(keys, keys.current() + base64url_encode(changed), "p"), std::nullopt) << i;
  }
}

TEST(KeyRing, AWrongLengthIsNothing) {
  const KeyRing keys = ring(key_a);
  const std::string sealed = keys.seal("", "p");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(open(keys, sealed.substr(0, size), "p"), std::nullopt) << size;
  }
  for (const char* more : {"A", "AA", "AAAA", "=", " ", "\n"}) {
    EXPECT_EQ(open(keys, sealed + more, "p"), std::nullopt) << more;
  }
}

TEST(KeyRing, AnotherKeyOpensNothingEvenUnderTheSameId) {
  const KeyRing mine = ring(key_a);
  const KeyRing theirs = ring(key_b);
  const std::string sealed = mine.seal("secret", "p");
  EXPECT_EQ(open(theirs, sealed, "p"), std::nullopt);
  EXPECT_EQ(open(theirs, theirs.current() + sealed.substr(mine.current().size()), "p"),
            std::nullopt);
}

TEST(KeyRing, ANewKeyComesAndAnOldOneGoes) {
  const KeyRing before = ring(key_a);
  const KeyRing both = ring(key_b + "\n" + key_a);
  const KeyRing after = ring(key_b);
  const std::string old = before.seal("secret", "p");
  EXPECT_TRUE(before.is_current(old));
  EXPECT_FALSE(both.is_current(old));
  EXPECT_EQ(open(both, old, "p"), "secret");
  EXPECT_EQ(open(after, old, "p"), std::nullopt);
  const std::string renewed = both.seal("secret", "p");
  EXPECT_TRUE(both.is_current(renewed));
  EXPECT_TRUE(renewed.starts_with(both.current()));
  EXPECT_EQ(both.current(), after.current());
  EXPECT_EQ(open(after, renewed, "p"), "secret");
  EXPECT_EQ(open(before, renewed, "p"), std::nullopt);
}

TEST(KeyRing, TheIdIsEightHexDigitsThatDoNotShowTheKey) {
  const std::string current = ring(key_a).current();
  ASSERT_EQ(current.size(), 12U);
  EXPECT_EQ(current.substr(0, 3), "v1.");
  EXPECT_EQ(current.back(), '.');
  EXPECT_EQ(current.substr(3, 8).find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(current, ring(key_b).current());
  EXPECT_EQ(current, ring(key_a).current());
}

TEST(KeyRing, LinesMayHaveSpaceAroundThemAndComments) {
  const std::string current = ring(key_a).current();
  EXPECT_EQ(ring("\n# of 2026\r\n \t" + key_a + " \r\n\n" + key_b + "\n").current(), current);
}

TEST(KeyRing, BadTextIsRefusedWithoutShowingAnyOfIt) {
  const std::string shown_nowhere = "hunter2hunter2";
  for (const std::string& text :
       {std::string(), std::string("\n \n"), "# " + key_a, shown_nowhere,
        key_a + "\n" + shown_nowhere, std::string(31, 'x'), key_a + "\n" + key_a}) {
    const auto refused = KeyRing::parse(Secret(text));
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().fault(), Fault::invalid_value);
    EXPECT_EQ(refused.error().detail().find("hunter2"), std::string::npos);
    EXPECT_EQ(refused.error().detail().find("aaaa"), std::string::npos);
  }
}

}  // namespace
}  // namespace rollcall
