#include "gateway/net/outgoing_wait.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rollcall::net {

namespace asio = boost::asio;

/// Outlives the coroutine by the timer's last call.
struct DescriptorWait::State {
  State(const asio::any_io_executor& executor, int number, Deadline deadline)
      : descriptor(executor, number), timer(executor, deadline) {}

  asio::posix::stream_descriptor descriptor;
  asio::steady_timer timer;
};

DescriptorWait::DescriptorWait(const asio::any_io_executor& executor, int descriptor,
                               Deadline deadline)
    : state_(std::make_shared<State>(executor, descriptor, deadline)), deadline_(deadline) {
  state_->timer.async_wait([state = state_](const boost::system::error_code& error) {
    if (error || !state->descriptor.is_open()) return;
    boost::system::error_code ignored;
    state->descriptor.cancel(ignored);
  });
}

DescriptorWait::~DescriptorWait() {
  state_->descriptor.release();
  state_->timer.cancel();
}

bool DescriptorWait::expired() const { return std::chrono::steady_clock::now() >= deadline_; }

Awaitable<Result<>> DescriptorWait::until(IoResult::Status wanted) {
  if (!over()) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const auto kind = wanted == IoResult::Status::want_write
                          ? asio::posix::descriptor_base::wait_write
                          : asio::posix::descriptor_base::wait_read;
    co_await state_->descriptor.async_wait(kind, token);
    auto state = co_await asio::this_coro::cancellation_state;
    cancelled_ = state.cancelled() != asio::cancellation_type::none;
    if (!error && !over()) co_return Result<>();
  }
  if (cancelled_) co_return Error(Fault::unavailable, "The request was cancelled.");
  co_return Error(Fault::unavailable, "The server did not answer in time.");
}

}  // namespace rollcall::net
