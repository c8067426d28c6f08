#include "gateway/net/timer_wheel.h"

#include <algorithm>

namespace rollcall::net {

void TimerWheel::arm(Timed& timed, Clock::time_point now, std::chrono::milliseconds after) {
  disarm(timed);
  // The tick of the deadline has not ended before the deadline, so it fires one tick later.
  timed.due_ = std::max(tick_of(now + after) + 1, now_);
  slots_[timed.due_ % slots_.size()].push_back(timed);
}

void TimerWheel::disarm(Timed& timed) {
  if (timed.is_linked()) timed.unlink();
}

void TimerWheel::advance(Clock::time_point now) {
  const std::uint64_t current = tick_of(now);
  // After a long pause every slot is looked at once.
  const std::uint64_t last = std::min(current, now_ + slots_.size() - 1);
  Slot due;
  for (std::uint64_t at = now_; at <= last; ++at) {
    Slot& slot = slots_[at % slots_.size()];
    for (auto it = slot.begin(); it != slot.end();) {
      Timed& timed = *it++;
      if (timed.due_ > current) continue;
      timed.unlink();
      due.push_back(timed);
    }
  }
  now_ = current + 1;
  while (!due.empty()) {
    Timed& timed = due.front();
    due.pop_front();
    timed.expired();
  }
}

bool TimerWheel::armed() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.empty(); });
}

}  // namespace rollcall::net
