#pragma once

#include "gateway/base/error.h"

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace rollcall {

/// A value or an Error. `Result<>` (void) is success or an Error.
template <class T = void>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <class U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::decay_t<U>, Error> &&
             !std::is_same_v<std::decay_t<U>, Result> && !std::is_same_v<std::decay_t<U>, T>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  explicit operator bool() const { return state_.index() == 0; }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return !error_; }
  void operator*() const {}
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace rollcall

#define ROLLCALL_CONCAT_(a, b) a##b
#define ROLLCALL_CONCAT(a, b) ROLLCALL_CONCAT_(a, b)
#define ROLLCALL_TRY_(tmp, declaration, expression, leave) \
  auto tmp = (expression);                                 \
  if (!tmp) leave std::move(tmp).error();                  \
  declaration = *std::move(tmp)

/// `TRY(auto user, find(id));` declares `user` or returns the error.
#define TRY(declaration, expression) \
  ROLLCALL_TRY_(ROLLCALL_CONCAT(result_, __LINE__), declaration, expression, return)
/// The same in a coroutine. The expression follows the co_await rules of CONTRIBUTING.md.
#define CO_TRY(declaration, expression) \
  ROLLCALL_TRY_(ROLLCALL_CONCAT(result_, __LINE__), declaration, expression, co_return)
/// Runs an expression of type Result<…> for its success alone.
#define CHECK_OK(expression)                         \
  do {                                               \
    auto result_ = (expression);                     \
    if (!result_) return std::move(result_).error(); \
  } while (false)
