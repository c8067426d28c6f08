#pragma once

#include "gateway/http/async.h"

#include <functional>
#include <memory>
#include <semaphore>
#include <vector>

namespace rollcall {

/// A suspended coroutine and the executor it goes on.
class Suspended {
 public:
  virtual ~Suspended() = default;
  virtual boost::asio::any_io_executor executor() const = 0;
  /// On that executor, once.
  virtual void resume() = 0;
};

/// Collects coroutines and wakes each executor once for all of its own.
class Wakeups {
 public:
  void add(std::unique_ptr<Suspended> coroutine);
  void post();

 private:
  struct Group {
    boost::asio::any_io_executor executor;
    std::vector<std::unique_ptr<Suspended>> coroutines;
  };
  std::vector<Group> groups_;
};

/// Whoever waits for a unit: a coroutine or a blocked thread.
class Waiter {
 public:
  explicit Waiter(std::unique_ptr<Suspended> coroutine) : coroutine_(std::move(coroutine)) {}
  explicit Waiter(std::binary_semaphore& thread) : thread_(&thread) {}

  /// The unit has its outcome. Nobody touches the unit from here on but its owner.
  void done(Wakeups& wakeups);

 private:
  std::unique_ptr<Suspended> coroutine_;
  std::binary_semaphore* thread_ = nullptr;
};

/// Suspends the calling coroutine and hands `start` a Waiter, on whose done() the coroutine goes
/// on, on its own executor.
Awaitable<> wait_for_done(std::function<void(Waiter)> start);

}  // namespace rollcall
