#include "gateway/sign_in/trace.h"

#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <regex>

namespace rollcall::sign_in {
namespace {

TEST(SignInTraceId, CanBeReadOutAloud) {
  const test::ManualClock clock;
  const Trace trace(clock);
  const std::regex shape("([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}");
  EXPECT_TRUE(std::regex_match(trace.id(), shape)) << trace.id();
  EXPECT_NE(trace.id(), Trace(clock).id());
}

TEST(SignInTrace, TellsEachStepWithItsTimeAndHowItEnded) {
  test::ManualClock clock;
  Trace trace(clock);
  trace.step("request", {{"connection", "acme/idp"}});
  EXPECT_FALSE(trace.has_failed());
  clock.advance(std::chrono::seconds(5));
  Error error(Fault::forbidden, "shown", "why it failed");
  error.with_code("nonce_mismatch");
  trace.failed("id_token", error);
  EXPECT_TRUE(trace.has_failed());

  const json::Array& steps = trace.steps();
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(*steps[0].object(), (json::Object{{"step", "request"},
                                              {"at", "2027-01-15T08:00:00.000Z"},
                                              {"ok", true},
                                              {"connection", "acme/idp"}}));
  EXPECT_EQ(*steps[1].object(), (json::Object{{"step", "id_token"},
                                              {"at", "2027-01-15T08:00:05.000Z"},
                                              {"ok", false},
                                              {"reason", "nonce_mismatch"},
                                              {"why", "why it failed"}}));
}

TEST(SignInTrace, GoesOnWithWhatAnAttemptKept) {
  const test::ManualClock clock;
  Trace begun(clock);
  begun.step("request");
  Trace trace(clock, begun.id(), begun.steps());
  trace.step("callback");
  EXPECT_EQ(trace.id(), begun.id());
  EXPECT_EQ(trace.steps().size(), 2U);
}

TEST(SignInTrace, HasAnEnd) {
  const test::ManualClock clock;
  Trace trace(clock);
  for (int i = 0; i < 1000; ++i) trace.step("again");
  EXPECT_LE(trace.steps().size(), 100U);
  ClaimedGroups groups{.state = ClaimedGroups::State::present};
  for (int i = 0; i < 10'000; ++i) groups.values.push_back(std::string(200, 'g'));
  trace.set_groups(groups);
  EXPECT_LT(json::write(json::Value(trace.document())).size(), 64U * 1024);
  EXPECT_EQ(*trace.document().find("groups")->object()->find("count"), json::Value(10'000));
}

}  // namespace
}  // namespace rollcall::sign_in
