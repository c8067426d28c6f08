#include "gateway/http/turns.h"

#include "tests/support/await.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;

/// Adds to a number that only whoever has the turn may touch.
Awaitable<bool> add(Turns& turns, std::string key, int& number) {
  std::optional<Turns::Turn> turn;
  while (!turn) turn = co_await turns.take(key, milliseconds(1000));
  const int before = number;
  co_await pause(milliseconds(0));
  number = before + 1;
  co_return true;
}

TEST(Turns, AreOneAtATimeForAKey) {
  Turns turns;
  auto first = turns.try_take("a");
  ASSERT_TRUE(first);
  EXPECT_FALSE(turns.try_take("a"));
  EXPECT_TRUE(turns.try_take("b"));
  first.reset();
  EXPECT_TRUE(turns.try_take("a"));
}

TEST(Turns, WhoeverWaitsLongerThanItsLimitGetsNothing) {
  Turns turns;
  const auto held = turns.try_take("a");
  EXPECT_FALSE(test::run(turns.take("a", milliseconds(1))));
}

TEST(Turns, GoRoundOnSeveralThreads) {
  Turns turns;
  int number = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      boost::asio::io_context loop(1);
      std::array<std::optional<bool>, 25> done;
      for (auto& each : done) {
        boost::asio::co_spawn(loop, test::keep(add(turns, "a", number), each),
                              [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
      }
      loop.run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(number, 100);
}

}  // namespace
}  // namespace rollcall::http
