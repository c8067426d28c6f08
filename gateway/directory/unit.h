#pragma once

#include "gateway/base/error.h"
#include "gateway/directory/actor.h"

namespace rollcall {

class Transaction;

/// A unit of work as the store's threads see it, owned by whoever waits for it.
class AnyUnit {
 public:
  virtual ~AnyUnit() = default;
  /// Runs the work; true to keep its changes. Never throws: an exception is kept for the waiter.
  virtual bool run(Transaction& transaction) = 0;
  /// Replaces the outcome: the batch did not commit, the queue was full, the deadline passed.
  virtual void fail(Error error) = 0;
  Actor actor;
};

}  // namespace rollcall
