#include "gateway/sign_in/flood_gate.h"

#include "gateway/base/ip_address.h"

#include <algorithm>

namespace rollcall::sign_in {

FloodGate::FloodGate(const Clock& clock, std::size_t at_once, std::chrono::microseconds each)
    : clock_(clock), at_once_(at_once), each_(each) {}

std::optional<std::chrono::seconds> FloodGate::pass(const std::string& key) {
  if (at_once_ == 0) return std::nullopt;
  const Instant now = clock_.now();
  const Instant brim = now + static_cast<std::int64_t>(at_once_) * each_;
  const std::lock_guard lock(mutex_);
  Instant& full_at = bucket(key).full_at;
  // A clock that was set back must not keep anybody out for longer than a whole bucket takes.
  full_at = std::clamp(full_at, now, brim);
  if (full_at + each_ > brim) {
    return std::max(std::chrono::ceil<std::chrono::seconds>(full_at + each_ - brim),
                    std::chrono::seconds(1));
  }
  full_at += each_;
  return std::nullopt;
}

FloodGate::Bucket& FloodGate::bucket(const std::string& key) {
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
    return buckets_.front();
  }
  if (buckets_.size() == most) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  buckets_.push_front({key, Instant()});
  by_key_.emplace(buckets_.front().key, buckets_.begin());
  return buckets_.front();
}

std::string address_block(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return std::string(address);
  const auto& bytes = parsed->bytes();
  constexpr std::ptrdiff_t prefix = 8;
  return {bytes.begin(), parsed->is_v4() ? bytes.end() : bytes.begin() + prefix};
}

}  // namespace rollcall::sign_in
