#pragma once

#include "gateway/directory/completion.h"
#include "gateway/directory/unit.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace rollcall {

struct Job {
  AnyUnit* unit;
  Waiter waiter;
  std::chrono::steady_clock::time_point queued;
};

/// A bounded queue of units between the threads that ask and the store's own. Any thread.
class UnitQueue {
 public:
  explicit UnitQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Queues the unit; if there is no room, or the store is closing, the unit fails with
  /// `unavailable` and its waiter is done at once.
  void push(AnyUnit& unit, Waiter waiter);
  /// At most `limit` jobs, what is there without waiting.
  std::vector<Job> take(std::size_t limit);
  /// Waits until there is a job or `timeout` passes; false once the queue is closed and empty.
  bool wait(std::chrono::milliseconds timeout);
  /// No more jobs come in; those in the queue are still to be taken.
  void close();
  std::size_t size() const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

}  // namespace rollcall
