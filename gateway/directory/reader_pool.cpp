#include "gateway/directory/reader_pool.h"

#include <utility>

namespace rollcall::sqlite {
namespace {

Error deadline_passed() {
  return Error(Fault::too_many,
               "The search takes too long. Ask for less: filter by id, userName, externalId, "
               "emails.value or displayName with eq, or by meta.lastModified.");
}

}  // namespace

void ReaderPool::run(AnyUnit& unit, std::optional<Session::Deadline> deadline) {
  try {
    // Dropped, not given back, if the store fails.
    std::unique_ptr<Connection> connection = take();
    begin(*connection);
    run_on(*connection, unit, deadline);
    give_back(std::move(connection));
  } catch (const std::exception& failure) {
    unit.fail(store_unavailable(failure.what()));
  }
}

void ReaderPool::release_snapshots() {
  std::vector<std::unique_ptr<Connection>> idle;
  {
    const std::lock_guard lock(mutex_);
    idle.swap(idle_);
  }
  for (std::unique_ptr<Connection>& connection : idle) {
    if (connection->session.rollback()) give_back(std::move(connection));
  }
}

void ReaderPool::begin(Connection& connection) {
  Session& session = connection.session;
  const std::uint64_t commits = commits_;
  session.clear_failure();
  if (session.in_transaction()) {
    if (connection.commits_seen == commits) return;
    session.commit();
  }
  connection.commits_seen = commits;
  session.begin_read();
}

void ReaderPool::run_on(Connection& connection, AnyUnit& unit,
                        std::optional<Session::Deadline> deadline) {
  Session& session = connection.session;
  session.set_deadline(deadline);
  Transaction transaction = connection.transaction(unit.actor, clock_.now());
  unit.run(transaction);
  session.set_deadline(std::nullopt);
  switch (session.failure()) {
    case Session::Failure::none:
      return;
    case Session::Failure::deadline:
      return unit.fail(deadline_passed());
    case Session::Failure::store:
      throw sql::StoreError(session.failure_reason());
  }
}

std::unique_ptr<Connection> ReaderPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(options_, Access::read);
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace rollcall::sqlite
