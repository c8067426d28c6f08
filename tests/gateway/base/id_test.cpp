#include "gateway/base/id.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace rollcall {
namespace {

TEST(Id, ReadsAndWritesCanonicalText) {  // RFC 9562 §4
  const std::string text = "01909a2c-89ab-7cde-8f01-23456789abcd";
  ASSERT_TRUE(UserId::parse(text));
  EXPECT_EQ(UserId::parse(text)->str(), text);
  EXPECT_EQ(UserId::parse("01909A2C-89AB-7CDE-8F01-23456789ABCD")->str(), text);
}

TEST(Id, RefusesEveryOtherForm) {
  for (const char* text :
       {"", "1", "01909a2c89ab7cde8f0123456789abcd", "{01909a2c-89ab-7cde-8f01-23456789abcd}",
        "01909a2c-89ab-7cde-8f01-23456789abc", "01909a2c-89ab-7cde-8f01-23456789abcde",
        "01909a2c-89ab-7cde-8f01-23456789abcg", "01909a2c_89ab-7cde-8f01-23456789abcd",
        "01909a2c-89ab7-cde-8f01-23456789abcd", "bulkId:1"}) {
    EXPECT_FALSE(UserId::parse(text)) << text;
  }
}

TEST(Id, SurvivesTheStore) {
  const auto id = *GroupId::parse("01909a2c-89ab-7cde-8f01-23456789abcd");
  const auto bytes = id.bytes();
  const std::string stored(bytes.begin(), bytes.end());
  EXPECT_EQ(GroupId::from_bytes(stored), id);
  EXPECT_FALSE(GroupId::from_bytes(stored.substr(1)));
  EXPECT_FALSE(GroupId::from_bytes(stored + 'x'));
}

TEST(Id, Version7CarriesTheTimeFirstSoThatIdsSortByIt) {  // RFC 9562 §5.7
  UuidBytes random;
  random.fill(0xff);
  const Timestamp first{std::chrono::milliseconds(0x017f22e279b0)};
  EXPECT_EQ(format_uuid(make_uuid_v7(first, random)), "017f22e2-79b0-7fff-bfff-ffffffffffff");
  const auto later = make_uuid_v7(first + std::chrono::milliseconds(1), UuidBytes{});
  EXPECT_LT(make_uuid_v7(first, random), later);
}

TEST(Id, Hashes) {
  std::unordered_set<UserId> ids;
  ids.insert(*UserId::parse("01909a2c-89ab-7cde-8f01-23456789abcd"));
  EXPECT_TRUE(ids.contains(*UserId::parse("01909A2C-89ab-7cde-8f01-23456789abcd")));
}

}  // namespace
}  // namespace rollcall
