#include "gateway/directory/policy.h"

#include "tests/gateway/directory/people.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

json::Object one(std::string_view name, json::Value value) {
  return {{std::string(name), std::move(value)}};
}

TEST(Policy, SessionsLastEightHoursIdleAndAWeekUnlessItSaysOtherwise) {
  for (const Preset preset : {Preset::none, Preset::dagster, Preset::dbt}) {
    const Policy policy = must(read_policy({}, preset));
    EXPECT_EQ(policy.session_idle_minutes, 480);
    EXPECT_EQ(policy.session_hours, 168);
    EXPECT_FALSE(policy.require_connection_test);
  }
}

TEST(Policy, IsWrittenAsWhatDiffersAndReadBack) {
  Policy policy = default_policy(Preset::dbt);
  EXPECT_TRUE(write_policy(policy, Preset::dbt).empty());
  policy.session_idle_minutes = 15;
  policy.session_hours = 12;
  policy.require_connection_test = true;
  const json::Object written = write_policy(policy, Preset::dbt);
  EXPECT_EQ(written, (json::Object{{"session_idle_minutes", 15},
                                   {"session_hours", 12},
                                   {"require_connection_test", true}}));
  EXPECT_EQ(must(read_policy(written, Preset::dbt)), policy);
  const json::Object shown = show_policy(policy);
  EXPECT_EQ(*shown.find("session_idle_minutes"), json::Value(15));
  EXPECT_EQ(*shown.find("session_hours"), json::Value(12));
  EXPECT_EQ(*shown.find("require_connection_test"), json::Value(true));
}

struct Bound {
  std::string_view name;
  std::int64_t least;
  std::int64_t most;
};

TEST(Policy, NumbersHaveBounds) {
  for (const auto& [name, least, most] :
       {Bound{"session_idle_minutes", 1, 43200}, Bound{"session_hours", 1, 8760},
        Bound{"reauth_hours", 1, 8760}, Bound{"reauth_grace_hours", 0, 8760}}) {
    EXPECT_TRUE(read_policy(one(name, least), Preset::none)) << name;
    EXPECT_TRUE(read_policy(one(name, most), Preset::none)) << name;
    for (const json::Value& wrong : {json::Value(least - 1), json::Value(most + 1),
                                     json::Value("8"), json::Value(1.5), json::Value()}) {
      EXPECT_EQ(code_of(read_policy(one(name, wrong), Preset::none)), "invalid_value") << name;
    }
  }
  EXPECT_EQ(code_of(read_policy(one("require_connection_test", 1), Preset::none)), "invalid_value");
}

TEST(Policy, AnUnknownSettingIsNamedWithTheNearestKnown) {
  const auto refused = read_policy(one("session_hour", 8), Preset::none);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail().find("\"session_hours\""), std::string::npos);
}

}  // namespace
}  // namespace rollcall::test
