#pragma once

#include "gateway/base/log.h"
#include "gateway/directory/directory.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace rollcall::app {

/// Calls `work` every `period` on a thread of its own until it is destroyed, which does not wait
/// for the period to pass. What `work` throws is logged.
class Housekeeper {
 public:
  Housekeeper(std::chrono::milliseconds period, std::function<void()> work, Log& log);

 private:
  void run(const std::stop_token& stop);

  std::chrono::milliseconds period_;
  std::function<void()> work_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses the others
};

/// Forgets what is past its time: answers to idempotency keys, mails that ended, sessions, ids that
/// came once, traces of sign-ins, audit events beyond the organization's audit_retention_days. A
/// sign-in whose browser never came back is told as abandoned, at most 100 of an organization a
/// call. In small units, so that no writer waits for long; what the store refuses waits for the
/// next call.
void forget_old(Directory& directory);

}  // namespace rollcall::app
