#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/directory/connection.h"
#include "gateway/directory/reader_pool.h"
#include "gateway/directory/unit_queue.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::sqlite {

/// The one thread that writes. Takes what is queued, runs each unit in a savepoint of one
/// transaction and answers all of them after its commit (group commit). A failing store fails the
/// whole batch; the next one starts afresh, and an idle writer looks once a second whether the
/// store has come back.
class Writer {
 public:
  struct Stats {
    std::atomic<std::uint64_t> commits{0};
    std::atomic<std::uint64_t> units{0};
    std::atomic<std::uint64_t> token_epoch{1};
    AccessEpochs access;
    SessionEpochs sessions;
    std::atomic<bool> writable{true};
    /// Pages in the write-ahead log after the last commit.
    std::atomic<int> wal_pages{0};
    /// Set by the checkpointer: copy the tail of the log before the next batch.
    std::atomic<bool> finish_checkpoint{false};
  };

  /// `on_commit` runs on the writer's thread after each commit.
  Writer(const ConnectionOptions& options, UnitQueue& queue, ReaderPool& readers,
         const Clock& clock, Log& log, Stats& stats, std::function<void()> on_commit);
  /// Ends after the units that are queued.
  ~Writer();

 private:
  struct Batch {
    std::vector<Job> jobs;
    bool tokens_changed = false;
    AccessChanges access_changes;
    SessionChanges session_changes;
  };

  void run();
  void run_batch();
  void run_units(Batch& batch);
  void run_unit(AnyUnit& unit, Batch& batch);
  void commit(const Batch& batch);
  void finish_checkpoint();
  void fail(Batch& batch, const std::string& why);
  void probe();
  void recover(const std::string& why);
  Connection& connection();

  const ConnectionOptions& options_;
  UnitQueue& queue_;
  ReaderPool& readers_;
  const Clock& clock_;
  Log& log_;
  Stats& stats_;
  std::function<void()> on_commit_;
  /// None after a failure that spoilt it.
  std::unique_ptr<Connection> connection_;
  std::thread thread_;
};

}  // namespace rollcall::sqlite
