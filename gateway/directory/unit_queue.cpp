#include "gateway/directory/unit_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rollcall {

void UnitQueue::push(AnyUnit& unit, Waiter waiter) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && jobs_.size() < capacity_) {
      jobs_.push_back({&unit, std::move(waiter), std::chrono::steady_clock::now()});
      changed_.notify_one();
      return;
    }
  }
  unit.fail(Error(Fault::unavailable, "The directory is busy; try again.", "the queue is full"));
  Wakeups wakeups;
  waiter.done(wakeups);
  wakeups.post();
}

std::vector<Job> UnitQueue::take(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, jobs_.size()));
  std::vector<Job> taken(std::make_move_iterator(jobs_.begin()),
                         std::make_move_iterator(jobs_.begin() + count));
  jobs_.erase(jobs_.begin(), jobs_.begin() + count);
  return taken;
}

bool UnitQueue::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [this] { return closed_ || !jobs_.empty(); });
  return !closed_ || !jobs_.empty();
}

void UnitQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

std::size_t UnitQueue::size() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

}  // namespace rollcall
