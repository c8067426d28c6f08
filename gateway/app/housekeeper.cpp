#include "gateway/app/housekeeper.h"

namespace rollcall::app {

Housekeeper::Housekeeper(std::chrono::milliseconds period, std::function<void()> work, Log& log)
    : period_(period),
      work_(std::move(work)),
      log_(log),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Housekeeper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, period_, [&] { return stop.stop_requested(); })) {
    try {
      work_();
    } catch (const std::exception& error) {
      log_.error("housekeeping failed", {{"why", error.what()}});
    }
  }
}

}  // namespace rollcall::app
