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
    std::unique_ptr<Connection> connection = take();
    run_on(*connection, unit, deadline);
    // A connection that cannot end its transaction is closed here.
    if (connection->session.rollback()) give_back(std::move(connection));
  } catch (const std::exception& failure) {
    unit.fail(store_unavailable(failure.what()));
  }
}

void ReaderPool::run_on(Connection& connection, AnyUnit& unit,
                        std::optional<Session::Deadline> deadline) {
  Session& session = connection.session;
  session.clear_failure();
  session.begin_read();
  session.set_deadline(deadline);
  Transaction transaction = connection.transaction(unit.actor, clock_.now());
  unit.run(transaction);
  session.set_deadline(std::nullopt);
  switch (session.failure()) {
    case Session::Failure::none:
      session.commit();
      break;
    case Session::Failure::store:
      unit.fail(store_unavailable(session.failure_reason()));
      break;
    case Session::Failure::deadline:
      unit.fail(deadline_passed());
      break;
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
  return std::make_unique<Connection>(options_.file, Access::read, options_.durability,
                                      options_.audit_key);
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace rollcall::sqlite
