#pragma once

#include "gateway/base/timestamp.h"

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace rollcall::scim {

/// Where pages of listings ended, so that page 10,000 costs what page 1 costs: SCIM asks by
/// startIndex, the directory walks by position. Going on from the position also neither skips nor
/// repeats a row when rows were deleted between two pages. Bounded; any thread.
class PageAnchors {
 public:
  /// The position behind which row `start_index` of `listing` begins, if a page ended there lately.
  std::optional<std::int64_t> find(const std::string& listing, std::int64_t start_index,
                                   Timestamp now);
  void remember(const std::string& listing, std::int64_t start_index, std::int64_t position,
                Timestamp now);

 private:
  struct Anchor {
    std::string key;
    std::int64_t position;
    Timestamp at;
  };
  std::mutex mutex_;
  std::list<Anchor> newest_first_;
  std::unordered_map<std::string, std::list<Anchor>::iterator> by_key_;
};

}  // namespace rollcall::scim
