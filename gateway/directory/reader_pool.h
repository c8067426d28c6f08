#pragma once

#include "gateway/directory/connection.h"
#include "gateway/directory/unit.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace rollcall::sqlite {

/// Connections that read, lent to one thread at a time; as many as there were reads at once. A
/// snapshot is kept from one unit to the next until something is committed: to open one takes
/// system calls that cost as much as the rest of a point read. Any thread.
class ReaderPool {
 public:
  /// `commits` rises after each commit and before anyone is told of it.
  ReaderPool(const ConnectionOptions& options, const Clock& clock,
             const std::atomic<std::uint64_t>& commits)
      : options_(options), clock_(clock), commits_(commits) {}

  /// Runs a unit in one snapshot of the store. A store that fails is the unit's `unavailable`; a
  /// deadline that passes its `too_many`.
  void run(AnyUnit& unit, std::optional<Session::Deadline> deadline = std::nullopt);
  /// Ends the snapshots of connections that no thread uses, so that the log can be copied to its
  /// end.
  void release_snapshots();

 private:
  void begin(Connection& connection);
  void run_on(Connection& connection, AnyUnit& unit, std::optional<Session::Deadline> deadline);
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  const ConnectionOptions& options_;
  const Clock& clock_;
  const std::atomic<std::uint64_t>& commits_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace rollcall::sqlite
