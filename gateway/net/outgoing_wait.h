#pragma once

#include "gateway/base/result.h"
#include "gateway/http/async.h"
#include "gateway/net/stream.h"

#include <chrono>
#include <memory>

namespace rollcall::net {

/// Waits for a descriptor that somebody else owns, never beyond a deadline. For one coroutine, on
/// an executor that runs one handler at a time. Ends before the descriptor is closed or used on
/// another executor.
class DescriptorWait {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  DescriptorWait(const boost::asio::any_io_executor& executor, int descriptor, Deadline deadline);
  ~DescriptorWait();
  DescriptorWait(const DescriptorWait&) = delete;
  DescriptorWait& operator=(const DescriptorWait&) = delete;

  /// Lets others run until the descriptor is ready for `wanted`: want_read or want_write.
  /// `unavailable` once the time is over or the coroutine was cancelled.
  Awaitable<Result<>> until(IoResult::Status wanted);

  /// until() has failed, or would.
  bool over() const { return expired() || cancelled_; }
  bool cancelled() const { return cancelled_; }

 private:
  struct State;
  bool expired() const;

  std::shared_ptr<State> state_;
  Deadline deadline_;
  bool cancelled_ = false;
};

}  // namespace rollcall::net
