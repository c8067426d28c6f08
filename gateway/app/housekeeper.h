#pragma once

#include "gateway/base/log.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace rollcall::app {

/// Calls `work` every `period` on a thread of its own until it is destroyed, which does not wait
/// for the period to pass. What `work` throws is logged.
class Housekeeper {
 public:
  Housekeeper(std::chrono::milliseconds period, std::function<void()> work, Log& log);

 private:
  void run(const std::stop_token& stop);

  std::chrono::milliseconds period_;
  std::function<void()> work_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace rollcall::app
