#include "gateway/app/housekeeper.h"

#include <gtest/gtest.h>

#include <future>

namespace rollcall::app {
namespace {

using namespace std::chrono_literals;

TEST(Housekeeper, GoesOnAfterItsWorkThrew) {
  Log log(LogFormat::text, LogLevel::error);
  std::promise<void> twice;
  int calls = 0;
  {
    Housekeeper housekeeper(
        1ms,
        [&] {
          if (++calls == 2) twice.set_value();
          throw std::runtime_error("no");
        },
        log);
    EXPECT_EQ(twice.get_future().wait_for(10s), std::future_status::ready);
  }
  EXPECT_GE(calls, 2);
}

TEST(Housekeeper, EndsWithoutWaitingForItsPeriod) {
  Log log(LogFormat::text, LogLevel::error);
  const auto start = std::chrono::steady_clock::now();
  {
    Housekeeper housekeeper(1h, [] { ADD_FAILURE(); }, log);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

}  // namespace
}  // namespace rollcall::app
