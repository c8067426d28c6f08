#pragma once

#include "gateway/directory/completion.h"
#include "gateway/http/async.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rollcall::admin {

/// A few threads for work that blocks, and its queue. Any thread.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t capacity);
  /// Ends after the jobs that are queued.
  ~Workers();

  /// The queue holds as much as it should: refuse what would come on top.
  bool full() const;
  /// Runs `job`, which does not throw, on a thread and resumes on the caller's executor.
  Awaitable<> run(std::function<void()> job);

 private:
  struct Entry {
    std::function<void()> job;
    Waiter waiter;
  };
  void push(std::function<void()> job, Waiter waiter);
  void work();

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> queue_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace rollcall::admin
