#include "gateway/sign_in/flood_gate.h"

#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace rollcall::sign_in {
namespace {

using namespace std::chrono_literals;

class FloodGates : public ::testing::Test {
 protected:
  int passed_of(FloodGate& gate, int tries, const std::string& key = "a") {
    int passed = 0;
    for (int i = 0; i < tries; ++i) passed += gate.pass(key) ? 0 : 1;
    return passed;
  }

  rollcall::test::TestDirectory directory;
  rollcall::test::ManualClock& clock = directory.clock();
};

TEST_F(FloodGates, LetSoManyPassAtOnceAndThenOneForEachTime) {
  FloodGate gate(clock, 3, 1s);
  EXPECT_EQ(passed_of(gate, 10), 3);
  EXPECT_EQ(gate.pass("a"), 1s);
  clock.advance(999ms);
  EXPECT_EQ(passed_of(gate, 1), 0);
  clock.advance(1ms);
  EXPECT_EQ(passed_of(gate, 10), 1);
  clock.advance(1h);
  EXPECT_EQ(passed_of(gate, 10), 3);
}

TEST_F(FloodGates, SayHowLongToWait) {
  FloodGate gate(clock, 1, 60s);
  EXPECT_FALSE(gate.pass("a"));
  EXPECT_EQ(gate.pass("a"), 60s);
  clock.advance(59'500ms);
  EXPECT_EQ(gate.pass("a"), 1s);
}

TEST_F(FloodGates, KeepKeysApart) {
  FloodGate gate(clock, 2, 1s);
  EXPECT_EQ(passed_of(gate, 5, "a"), 2);
  EXPECT_EQ(passed_of(gate, 5, "b"), 2);
}

TEST_F(FloodGates, OfNoneLetEverythingPass) {
  FloodGate gate(clock, 0, 1s);
  EXPECT_EQ(passed_of(gate, 100), 100);
}

TEST_F(FloodGates, ForgetTheKeyNotAskedForLongestWhenTheyAreFull) {
  FloodGate gate(clock, 1, 1h);
  const auto key = [](std::size_t number) { return "key " + std::to_string(number); };
  for (std::size_t i = 0; i < FloodGate::most; ++i) EXPECT_FALSE(gate.pass(key(i)));
  EXPECT_TRUE(gate.pass(key(0)));
  EXPECT_FALSE(gate.pass("one more"));
  EXPECT_TRUE(gate.pass(key(0)));
  EXPECT_FALSE(gate.pass(key(1)));
}

TEST_F(FloodGates, SurviveAClockThatIsSetBack) {
  FloodGate gate(clock, 2, 1s);
  passed_of(gate, 2);
  clock.advance(-24h);
  EXPECT_EQ(passed_of(gate, 1), 0);
  clock.advance(2s);
  EXPECT_EQ(passed_of(gate, 5), 2);
}

TEST_F(FloodGates, CountEachPassageOnceOnSeveralThreads) {
  FloodGate gate(clock, 100, 1s);
  std::atomic<int> passed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { passed += passed_of(gate, 100); });
  }
  EXPECT_EQ(passed, 100);
}

TEST(AddressBlock, IsTheAddressOfIpv4AndTheNetworkOfIpv6) {
  EXPECT_EQ(address_block("192.0.2.1"), address_block("::ffff:192.0.2.1"));
  EXPECT_NE(address_block("192.0.2.1"), address_block("192.0.2.2"));
  EXPECT_EQ(address_block("2001:db8:0:1::1"), address_block("2001:db8:0:1:ffff::2"));
  EXPECT_NE(address_block("2001:db8:0:1::1"), address_block("2001:db8:0:2::1"));
  EXPECT_EQ(address_block("local"), "local");
}

}  // namespace
}  // namespace rollcall::sign_in
