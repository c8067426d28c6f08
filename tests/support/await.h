#pragma once

#include "gateway/http/async.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace rollcall::test {

template <class T>
Awaitable<> keep(Awaitable<T> awaitable, std::optional<T>& value) {
  value.emplace(co_await std::move(awaitable));
}

/// Runs a coroutine to its end on a loop of its own and gives its value.
template <class T>
T run(Awaitable<T> awaitable) {
  boost::asio::io_context loop(1);
  std::optional<T> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, keep(std::move(awaitable), value),
                        [&](std::exception_ptr thrown) { failure = thrown; });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return *std::move(value);
}

}  // namespace rollcall::test
