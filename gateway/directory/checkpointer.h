#pragma once

#include "gateway/base/log.h"
#include "gateway/directory/connection.h"
#include "gateway/directory/writer.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace rollcall::sqlite {

/// Copies the write-ahead log into the store on a thread of its own, so that writes never wait for
/// it: when the log is long, and when nothing was written for a while; then the log is cut to
/// nothing.
class Checkpointer {
 public:
  Checkpointer(const ConnectionOptions& options, ReaderPool& readers, Log& log,
               Writer::Stats& stats);
  /// Copies what is left.
  ~Checkpointer();

  /// After each commit; any thread.
  void note_commit();

 private:
  void run();
  void checkpoint(int mode);

  const ConnectionOptions& options_;
  ReaderPool& readers_;
  Log& log_;
  Writer::Stats& stats_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool long_log_ = false;
  bool written_ = true;
  std::thread thread_;
};

}  // namespace rollcall::sqlite
