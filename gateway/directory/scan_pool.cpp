#include "gateway/directory/scan_pool.h"

namespace rollcall::sqlite {

ScanPool::ScanPool(std::size_t threads, std::chrono::milliseconds deadline, UnitQueue& queue,
                   ReaderPool& readers)
    : deadline_(deadline), queue_(queue), readers_(readers) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

ScanPool::~ScanPool() {
  queue_.close();
  for (std::thread& thread : threads_) thread.join();
}

void ScanPool::run() {
  while (queue_.wait(std::chrono::minutes(1))) {
    for (Job& job : queue_.take(1)) run_job(job);
  }
}

void ScanPool::run_job(Job& job) {
  const auto deadline = job.queued + deadline_;
  if (std::chrono::steady_clock::now() >= deadline) {
    job.unit->fail(store_unavailable("the scan waited too long for a thread"));
  } else {
    readers_.run(*job.unit, deadline);
  }
  Wakeups wakeups;
  job.waiter.done(wakeups);
  wakeups.post();
}

}  // namespace rollcall::sqlite
