#include "gateway/net/address_counter.h"

#include <algorithm>

namespace rollcall::net {

std::optional<AddressCounter::Place> AddressCounter::take(const IpAddress& address) {
  IpAddress key = address;
  if (!address.is_v4()) {
    auto bytes = address.bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    key = IpAddress(bytes);
  }
  const std::lock_guard lock(mutex_);
  std::size_t& count = counts_[key];
  if (count >= limit_) return std::nullopt;
  ++count;
  return Place(this, key);
}

void AddressCounter::release(const IpAddress& key) {
  const std::lock_guard lock(mutex_);
  const auto entry = counts_.find(key);
  if (--entry->second == 0) counts_.erase(entry);
}

}  // namespace rollcall::net
