#include "gateway/directory/checkpointer.h"

#include <chrono>
#include <utility>

namespace rollcall::sqlite {
namespace {

/// 32 MB of pages.
constexpr int long_log_pages = 8192;
constexpr std::chrono::seconds idle_time{5};

}  // namespace

Checkpointer::Checkpointer(const ConnectionOptions& options, ReaderPool& readers, Log& log,
                           Writer::Stats& stats)
    : options_(options), readers_(readers), log_(log), stats_(stats), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Checkpointer::note_commit() {
  const bool long_log = stats_.wal_pages >= long_log_pages;
  const std::lock_guard lock(mutex_);
  written_ = true;
  if (long_log && !std::exchange(long_log_, true)) changed_.notify_one();
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool written_before = std::exchange(written_, false);
    changed_.wait_for(lock, idle_time, [this] { return stopping_ || long_log_; });
    const bool idle = written_before && !written_;
    if (!stopping_ && !long_log_ && !idle) continue;
    const bool cut = !long_log_ || stopping_;
    lock.unlock();
    checkpoint(cut ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE);
    lock.lock();
    long_log_ = false;
  }
}

void Checkpointer::checkpoint(int mode) {
  try {
    Session session(options_.file, Access::write, options_.durability);
    sqlite3_busy_timeout(session.handle(), 0);
    readers_.release_snapshots();
    const int code = sqlite3_wal_checkpoint_v2(session.handle(), nullptr, mode, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
      throw sql::StoreError(sqlite3_errmsg(session.handle()));
    }
    // While writes go on the log never ends, and so never starts again at its beginning: the writer
    // copies the few pages that came in meanwhile.
    if (mode == SQLITE_CHECKPOINT_PASSIVE) stats_.finish_checkpoint = true;
  } catch (const sql::StoreError& failure) {
    log_.warning("the write-ahead log could not be copied", {{"why", failure.what()}});
  }
}

}  // namespace rollcall::sqlite
