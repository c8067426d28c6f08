#include "gateway/directory/writer.h"

#include <chrono>
#include <iterator>
#include <utility>

namespace rollcall::sqlite {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t units_per_batch = 256;
/// Units between two looks at the clock.
constexpr std::size_t units_per_take = 32;
constexpr std::chrono::milliseconds time_per_batch{2};
constexpr std::chrono::seconds probe_interval{1};

constexpr sql::Sql write_probe{
    "INSERT INTO settings (name, value) VALUES ('write_probe', $1) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

}  // namespace

Writer::Writer(const ConnectionOptions& options, UnitQueue& queue, ReaderPool& readers,
               const Clock& clock, Log& log, Stats& stats, std::function<void()> on_commit)
    : options_(options),
      queue_(queue),
      readers_(readers),
      clock_(clock),
      log_(log),
      stats_(stats),
      on_commit_(std::move(on_commit)),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  queue_.close();
  thread_.join();
}

void Writer::run() {
  while (queue_.wait(probe_interval)) {
    if (queue_.size() > 0) {
      run_batch();
    } else if (!stats_.writable) {
      probe();
    }
  }
}

void Writer::run_batch() {
  Batch batch;
  try {
    Session& session = connection().session;
    session.clear_failure();
    session.begin_write();
    run_units(batch);
    commit(batch);
  } catch (const sql::StoreError& failure) {
    fail(batch, failure.what());
  } catch (const std::exception& bug) {
    fail(batch, std::string("unexpected: ") + bug.what());
  }
  Wakeups wakeups;
  for (Job& job : batch.jobs) job.waiter.done(wakeups);
  wakeups.post();
  finish_checkpoint();
}

void Writer::run_units(Batch& batch) {
  const auto deadline = steady_clock::now() + time_per_batch;
  std::size_t next = 0;
  do {
    std::vector<Job> taken = queue_.take(units_per_take);
    if (taken.empty()) return;
    std::move(taken.begin(), taken.end(), std::back_inserter(batch.jobs));
    for (; next < batch.jobs.size(); ++next) run_unit(*batch.jobs[next].unit, batch);
  } while (batch.jobs.size() < units_per_batch && steady_clock::now() < deadline);
}

void Writer::run_unit(AnyUnit& unit, Batch& batch) {
  Session& session = connection_->session;
  session.savepoint();
  Transaction transaction = connection_->transaction(unit.actor, clock_.now());
  const bool keep = unit.run(transaction);
  if (session.failure() == Session::Failure::store || !session.in_transaction()) {
    throw sql::StoreError(session.failure_reason());
  }
  if (!keep) {
    session.rollback_to_savepoint();
    return;
  }
  session.release();
  batch.tokens_changed |= transaction.tokens_changed();
  batch.access_changes.merge(transaction.access_changes());
  batch.session_changes.merge(transaction.session_changes());
}

void Writer::commit(const Batch& batch) {
  connection_->session.commit();
  // In this order: who sees the new epoch must not read from a snapshot of before it.
  ++stats_.commits;
  if (batch.tokens_changed) ++stats_.token_epoch;
  batch.access_changes.raise(stats_.access);
  batch.session_changes.raise(stats_.sessions);
  stats_.units += batch.jobs.size();
  if (!stats_.writable.exchange(true)) log_.info("the store takes writes again");
  on_commit_();
}

void Writer::finish_checkpoint() {
  if (!connection_ || !stats_.finish_checkpoint.exchange(false)) return;
  readers_.release_snapshots();
  sqlite3_wal_checkpoint_v2(connection_->session.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                            nullptr, nullptr);
  // The log starts anew with the next commit unless a reader still needs it.
  readers_.release_snapshots();
}

void Writer::fail(Batch& batch, const std::string& why) {
  recover(why);
  // Nothing was taken if the transaction did not begin.
  if (batch.jobs.empty()) batch.jobs = queue_.take(units_per_batch);
  for (Job& job : batch.jobs) job.unit->fail(store_unavailable(why));
}

void Writer::probe() {
  try {
    Session& session = connection().session;
    session.clear_failure();
    session.begin_write();
    session.execute(write_probe, {clock_.now()});
    commit({});
  } catch (const std::exception& failure) {
    recover(failure.what());
  }
}

void Writer::recover(const std::string& why) {
  if (connection_ && !connection_->session.rollback()) connection_.reset();
  if (stats_.writable.exchange(false)) {
    log_.error("the store does not take writes", {{"why", why}});
  }
}

Connection& Writer::connection() {
  if (!connection_) {
    connection_ = std::make_unique<Connection>(options_, Access::write);
    const auto count_pages = [](void* stats, sqlite3*, const char*, int pages) {
      static_cast<Stats*>(stats)->wal_pages = pages;
      return SQLITE_OK;
    };
    sqlite3_wal_hook(connection_->session.handle(), count_pages, &stats_);
  }
  return *connection_;
}

}  // namespace rollcall::sqlite
