#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/directory/actor.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/unit.h"
#include "gateway/http/async.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace rollcall {

struct DirectoryOptions {
  /// "sqlite:///absolute/path.db" or "sqlite::memory:" (tests).
  std::string store;
  /// Key of the audit chains: 32 bytes or more.
  Secret audit_key;
  /// Off where the process sends no mail: nothing is queued then.
  bool mail = true;
  std::size_t scan_threads = 2;
  /// Units of work that may wait for the writer; beyond it writes answer `unavailable`.
  std::size_t write_queue = 4096;
  std::chrono::milliseconds scan_deadline{10'000};
};

struct DirectoryStats {
  std::uint64_t commits = 0;
  std::uint64_t units = 0;
  std::size_t write_queue = 0;
  std::size_t scan_queue = 0;
  std::uint64_t store_bytes = 0;
  std::uint64_t wal_bytes = 0;
  bool writable = true;
};

/// Another process, or another Directory of this one, has the store open.
class StoreInUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A unit of work: called with the transaction it runs in, gives a Result<…>. It may be called
/// again when the store asks for a retry, so it has no effect outside the transaction. An Error
/// rolls it back.
template <class Work>
using WorkResult = std::invoke_result_t<Work&, Transaction&>;

/// The store of record. Thread-safe. The store failing (I/O error, full disk, closing) is the value
/// `unavailable`; an exception out of a unit rolls it back and is rethrown to its caller.
class Directory {
 public:
  /// Opens or creates the store, migrates it, starts the threads. Throws std::runtime_error with a
  /// sentence for the operator: newer schema, wrong audit key, not a database; StoreInUse if it is
  /// locked.
  static std::unique_ptr<Directory> open(DirectoryOptions options, const Clock& clock, Log& log);
  virtual ~Directory() = default;

  /// A bounded read (point reads, one page). On the embedded store it runs at once on this thread.
  template <class Work>
  Awaitable<WorkResult<Work>> read(Work work) {
    Unit<Work> unit(std::move(work));
    co_await run_read(unit);
    co_return std::move(unit).result();
  }

  /// The same without a coroutine, where it needs no wait: on the embedded store. Nothing
  /// elsewhere.
  template <class Work>
  std::optional<WorkResult<Work>> read_here(Work& work) {
    Unit<std::reference_wrapper<Work>> unit(work);
    if (!run_read_here(unit)) return std::nullopt;
    return std::move(unit).result();
  }

  /// An unbounded read on the scan pool; `too_many` when the deadline ends it, `unavailable` when
  /// the queue is full. Resumes on the caller's executor.
  template <class Work>
  Awaitable<WorkResult<Work>> scan(Work work) {
    Unit<Work> unit(std::move(work));
    co_await run_scan(unit);
    co_return std::move(unit).result();
  }

  /// A write, ended by the commit that made it durable. Resumes on the caller's executor.
  template <class Work>
  Awaitable<WorkResult<Work>> write(Actor actor, Work work) {
    Unit<Work> unit(std::move(work));
    unit.actor = std::move(actor);
    co_await run_write(unit);
    co_return std::move(unit).result();
  }

  /// The same for threads that may block: start-up, commands, tests.
  template <class Work>
  WorkResult<Work> read_now(Work work) {
    Unit<Work> unit(std::move(work));
    run_read_now(unit);
    return std::move(unit).result();
  }
  template <class Work>
  WorkResult<Work> write_now(Actor actor, Work work) {
    Unit<Work> unit(std::move(work));
    unit.actor = std::move(actor);
    run_write_now(unit);
    return std::move(unit).result();
  }

  /// Rises after each commit that changed a token or a SCIM connection; caches compare it.
  virtual std::uint64_t token_epoch() const = 0;
  /// The same for who may do what.
  virtual const AccessEpochs& access_epochs() const = 0;
  /// The same for sessions.
  virtual const SessionEpochs& session_epochs() const = 0;
  virtual DirectoryStats stats() const = 0;
  /// A consistent copy as of some instant during the call, which blocks but holds up no writer. The
  /// target must not exist.
  virtual Result<> backup(const std::filesystem::path& target) = 0;

 protected:
  /// False, and nothing done, where the calling thread would have to wait.
  virtual bool run_read_here(AnyUnit& unit) = 0;
  virtual Awaitable<> run_read(AnyUnit& unit) = 0;
  virtual Awaitable<> run_scan(AnyUnit& unit) = 0;
  virtual Awaitable<> run_write(AnyUnit& unit) = 0;
  virtual void run_read_now(AnyUnit& unit) = 0;
  virtual void run_write_now(AnyUnit& unit) = 0;

 private:
  template <class Work>
  class Unit final : public AnyUnit {
   public:
    explicit Unit(Work work) : work_(std::move(work)) {}
    bool run(Transaction& transaction) override {
      result_.reset();
      exception_ = nullptr;
      try {
        result_.emplace(work_(transaction));
      } catch (...) {
        exception_ = std::current_exception();
        return false;
      }
      return static_cast<bool>(*result_);
    }
    void fail(Error error) override {
      exception_ = nullptr;
      result_.emplace(std::move(error));
    }
    WorkResult<Work> result() && {
      if (exception_) std::rethrow_exception(exception_);
      return *std::move(result_);
    }

   private:
    Work work_;
    std::optional<WorkResult<Work>> result_;
    std::exception_ptr exception_;
  };
};

}  // namespace rollcall
