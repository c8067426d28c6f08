#pragma once

#include "gateway/directory/reader_pool.h"
#include "gateway/directory/unit_queue.h"

#include <chrono>
#include <thread>
#include <vector>

namespace rollcall::sqlite {

/// Threads for reads that may walk many rows. A unit's deadline runs from when it was queued.
class ScanPool {
 public:
  ScanPool(std::size_t threads, std::chrono::milliseconds deadline, UnitQueue& queue,
           ReaderPool& readers);
  /// Ends after the units that are queued.
  ~ScanPool();

 private:
  void run();
  void run_job(Job& job);

  const std::chrono::milliseconds deadline_;
  UnitQueue& queue_;
  ReaderPool& readers_;
  std::vector<std::thread> threads_;
};

}  // namespace rollcall::sqlite
