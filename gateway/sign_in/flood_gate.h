#pragma once

#include "gateway/base/clock.h"

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rollcall::sign_in {

/// A token bucket for each key: so many at once, then one for each time that passes. Holds back
/// what strangers may do without anybody knowing them. In memory and bounded: at `most` keys the
/// one that was not asked for longest starts anew. Thread-safe.
class FloodGate {
 public:
  static constexpr std::size_t most = 10'000;

  /// With `at_once` 0 everything passes.
  FloodGate(const Clock& clock, std::size_t at_once, std::chrono::microseconds each);

  /// Takes one; if there is none, how long until there is, in full seconds, at least one.
  std::optional<std::chrono::seconds> pass(const std::string& key);

 private:
  using Instant = std::chrono::sys_time<std::chrono::microseconds>;
  /// `full_at`: when nothing of it is used any more.
  struct Bucket {
    std::string key;
    Instant full_at;
  };

  Bucket& bucket(const std::string& key);

  const Clock& clock_;
  const std::size_t at_once_;
  const std::chrono::microseconds each_;
  std::mutex mutex_;
  std::list<Bucket> buckets_;  // asked last at the front
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_;
};

/// Whom an address stands for: an IPv4 address itself, of IPv6 the /64, which one customer has.
std::string address_block(std::string_view address);

}  // namespace rollcall::sign_in
