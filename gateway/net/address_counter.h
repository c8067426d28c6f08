#pragma once

#include "gateway/base/ip_address.h"

#include <map>
#include <mutex>
#include <optional>

namespace rollcall::net {

/// Counts connections of each client address; an IPv6 client is its /64. Any thread.
class AddressCounter {
 public:
  explicit AddressCounter(std::size_t limit) : limit_(limit) {}

  /// One counted connection; gives its place back when it ends. Outlived by the counter.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : counter_(other.counter_), key_(other.key_) {
      other.counter_ = nullptr;
    }
    Place& operator=(Place&& other) noexcept {
      std::swap(counter_, other.counter_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Place() {
      if (counter_) counter_->release(key_);
    }

   private:
    friend class AddressCounter;
    Place(AddressCounter* counter, const IpAddress& key) : counter_(counter), key_(key) {}
    AddressCounter* counter_ = nullptr;
    IpAddress key_;
  };

  /// Nothing when the address has as many connections as it may.
  std::optional<Place> take(const IpAddress& address);

 private:
  void release(const IpAddress& key);

  const std::size_t limit_;
  std::mutex mutex_;
  std::map<IpAddress, std::size_t> counts_;
};

}  // namespace rollcall::net
