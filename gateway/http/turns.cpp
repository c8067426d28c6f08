#include "gateway/http/turns.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace rollcall::http {

namespace asio = boost::asio;

namespace {

/// Somebody who waits; the timer is for its own executor alone.
struct Waiter {
  explicit Waiter(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
};
using WaiterPtr = std::shared_ptr<Waiter>;

/// Posted while the waiter is still listed, so its executor lives.
void wake(const WaiterPtr& waiter) {
  asio::post(waiter->timer.get_executor(), [waiter] { waiter->timer.cancel(); });
}

}  // namespace

struct Turns::Turn::State {
  /// False, and the waiter is listed, if somebody has the turn.
  bool take_or_wait(const std::string& key, const WaiterPtr& waiter) {
    const std::lock_guard lock(mutex);
    const auto [turn, taken] = turns.try_emplace(key);
    if (!taken && waiter) turn->second.insert(waiter);
    return taken;
  }
  void leave(const std::string& key, const WaiterPtr& waiter) {
    const std::lock_guard lock(mutex);
    const auto turn = turns.find(key);
    if (turn != turns.end()) turn->second.erase(waiter);
  }
  void end(const std::string& key) {
    const std::lock_guard lock(mutex);
    const auto turn = turns.extract(key);
    for (const WaiterPtr& waiter : turn.mapped()) wake(waiter);
  }

  std::mutex mutex;
  std::map<std::string, std::set<WaiterPtr>> turns;
};

Turns::Turn::~Turn() {
  if (state_) state_->end(key_);
}

Turns::Turns() : state_(std::make_shared<Turn::State>()) {}
Turns::~Turns() = default;

std::optional<Turns::Turn> Turns::try_take(const std::string& key) {
  if (!state_->take_or_wait(key, nullptr)) return std::nullopt;
  return Turn(state_, key);
}

Awaitable<std::optional<Turns::Turn>> Turns::take(std::string key,
                                                  std::chrono::milliseconds limit) {
  /// Unlists however the wait ends.
  struct Listed {
    ~Listed() { state->leave(key, waiter); }
    std::shared_ptr<Turn::State> state;
    const std::string& key;
    WaiterPtr waiter;
  };

  const auto executor = co_await asio::this_coro::executor;
  auto waiter = std::make_shared<Waiter>(executor);
  if (state_->take_or_wait(key, waiter)) co_return Turn(state_, std::move(key));
  const Listed listed{state_, key, waiter};
  waiter->timer.expires_after(limit);
  boost::system::error_code ended;
  co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  co_return std::nullopt;
}

Awaitable<> pause(std::chrono::milliseconds time) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace rollcall::http
