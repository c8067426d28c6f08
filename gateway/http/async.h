#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace rollcall {

/// A coroutine on an I/O thread. Below gateway/net and gateway/directory nothing else of Asio is
/// known.
template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace rollcall
