#pragma once

#include "gateway/net/exchange.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::net {

/// What a connection holds while it is not idle. Reused: reset() keeps the memory.
struct Work {
  /// Received, not yet understood.
  std::string input;
  /// Answers in order, heads and small bodies; `tail` follows them: the large body of the last one.
  std::string output;
  std::string_view tail;
  std::size_t sent = 0;
  /// Whose answers lie in the output.
  std::vector<std::unique_ptr<Exchange>> answered;
  /// The request whose body is being read or whose handler runs.
  std::unique_ptr<Exchange> current;

  std::size_t unsent() const { return output.size() + tail.size() - sent; }
  bool holds_nothing() const { return input.empty() && !current && unsent() == 0; }
  /// The next bytes to send, and whether others follow them.
  std::pair<std::string_view, bool> next() const {
    if (sent < output.size()) return {std::string_view(output).substr(sent), !tail.empty()};
    return {tail.substr(sent - output.size()), false};
  }
  void reset();
};

}  // namespace rollcall::net
