#pragma once

#include "gateway/directory/connection.h"
#include "gateway/directory/unit.h"

#include <memory>
#include <mutex>
#include <vector>

namespace rollcall::sqlite {

/// Connections that read, lent to one thread at a time; as many as there were reads at once. Any
/// thread.
class ReaderPool {
 public:
  ReaderPool(const ConnectionOptions& options, const Clock& clock)
      : options_(options), clock_(clock) {}

  /// Runs a unit in one snapshot of the store. A store that fails is the unit's `unavailable`; a
  /// deadline that passes its `too_many`.
  void run(AnyUnit& unit, std::optional<Session::Deadline> deadline = std::nullopt);

 private:
  void run_on(Connection& connection, AnyUnit& unit, std::optional<Session::Deadline> deadline);
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  const ConnectionOptions& options_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace rollcall::sqlite
