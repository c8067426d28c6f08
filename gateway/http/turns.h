#pragma once

#include "gateway/http/async.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rollcall::http {

/// One coroutine at a time works under a key; those that come meanwhile wait until it ends. They
/// may be on several threads, each with its own executor that runs one handler at a time.
class Turns {
 public:
  /// Being the one. Others go on when it ends, also because its coroutine was cancelled.
  class Turn {
   public:
    Turn(Turn&&) noexcept = default;
    Turn& operator=(Turn&& other) noexcept {
      std::swap(state_, other.state_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Turn();

   private:
    friend class Turns;
    struct State;
    Turn(std::shared_ptr<State> state, std::string key)
        : state_(std::move(state)), key_(std::move(key)) {}

    std::shared_ptr<State> state_;
    std::string key_;
  };

  Turns();
  ~Turns();

  /// Nothing if somebody has it.
  std::optional<Turn> try_take(const std::string& key);
  /// At once if nobody has it. Else nothing, once whoever has it is done or `limit` is over.
  Awaitable<std::optional<Turn>> take(std::string key, std::chrono::milliseconds limit);

 private:
  std::shared_ptr<Turn::State> state_;
};

/// Lets others run for so long.
Awaitable<> pause(std::chrono::milliseconds time);

}  // namespace rollcall::http
