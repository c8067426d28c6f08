#pragma once

#include "gateway/base/timestamp.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace rollcall::sign_in {

/// How often one issuer's keys may be asked for because somebody brought a token of an unknown one
/// (spec/oidc 1.5): some at once, then one for each time that passes.
class RefetchBucket {
 public:
  static constexpr int at_once = 5;
  static constexpr std::chrono::seconds each{15};

  /// False: not now.
  bool take(Timestamp now) {
    if (!full_at_ || *full_at_ < now) full_at_ = now;
    if (*full_at_ + each > now + at_once * each) return false;
    *full_at_ += each;
    return true;
  }

 private:
  /// Kept as the instant at which nothing of it is used any more.
  std::optional<Timestamp> full_at_;
};

/// Key ids that an issuer did not have a moment ago. Bounded.
class MissingKeys {
 public:
  static constexpr std::size_t most = 1024;
  static constexpr std::chrono::seconds moment{60};

  void add(const std::string& kid, Timestamp now) {
    std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
    if (until_.size() < most) until_[kid] = now + moment;
  }
  bool has(const std::string& kid, Timestamp now) const {
    const auto found = until_.find(kid);
    return found != until_.end() && now < found->second;
  }

 private:
  std::map<std::string, Timestamp> until_;
};

}  // namespace rollcall::sign_in
