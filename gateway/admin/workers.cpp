#include "gateway/admin/workers.h"

#include <utility>

namespace rollcall::admin {

Workers::Workers(std::size_t threads, std::size_t capacity) : capacity_(capacity) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::full() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() >= capacity_;
}

Awaitable<> Workers::run(std::function<void()> job) {
  return wait_for_done([this, job = std::move(job)](Waiter waiter) mutable {
    push(std::move(job), std::move(waiter));
  });
}

void Workers::push(std::function<void()> job, Waiter waiter) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(job), std::move(waiter)});
  }
  changed_.notify_one();
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Entry entry = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    entry.job();
    Wakeups wakeups;
    entry.waiter.done(wakeups);
    wakeups.post();
    lock.lock();
  }
}

}  // namespace rollcall::admin
