#include "gateway/directory/completion.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace rollcall {
namespace {

namespace asio = boost::asio;

template <class Handler>
class SuspendedHandler final : public Suspended {
 public:
  explicit SuspendedHandler(Handler handler)
      : executor_(asio::prefer(asio::any_io_executor(asio::get_associated_executor(handler)),
                               asio::execution::outstanding_work.tracked)),
        handler_(std::move(handler)) {}

  asio::any_io_executor executor() const override { return executor_; }
  void resume() override {
    // Out of this object first: going on may end what owns it.
    Handler handler = std::move(handler_);
    std::move(handler)();
  }

 private:
  asio::any_io_executor executor_;
  Handler handler_;
};

struct Start {
  std::function<void(Waiter)> start;

  template <class Handler>
  void operator()(Handler handler) {
    start(Waiter(std::make_unique<SuspendedHandler<Handler>>(std::move(handler))));
  }
};

}  // namespace

void Wakeups::add(std::unique_ptr<Suspended> coroutine) {
  const asio::any_io_executor executor = coroutine->executor();
  auto group = std::ranges::find(groups_, executor, &Group::executor);
  if (group == groups_.end()) group = groups_.insert(group, Group{executor, {}});
  group->coroutines.push_back(std::move(coroutine));
}

void Wakeups::post() {
  for (Group& group : groups_) {
    asio::post(group.executor, [coroutines = std::move(group.coroutines)] {
      for (const auto& coroutine : coroutines) coroutine->resume();
    });
  }
  groups_.clear();
}

void Waiter::done(Wakeups& wakeups) {
  if (coroutine_) {
    wakeups.add(std::move(coroutine_));
  } else {
    thread_->release();
  }
}

Awaitable<> wait_for_done(std::function<void(Waiter)> start) {
  Start initiation{std::move(start)};
  return asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiation),
                                                                      asio::use_awaitable);
}

}  // namespace rollcall
