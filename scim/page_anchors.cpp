#include "scim/page_anchors.h"

#include <utility>

namespace rollcall::scim {
namespace {

constexpr std::size_t most_anchors = 4096;
/// Long enough for an IdP's import, short enough that a jump into a listing is not answered from
/// the past.
constexpr std::chrono::minutes life{2};

std::string key_of(const std::string& listing, std::int64_t start_index) {
  return listing + '#' + std::to_string(start_index);
}

}  // namespace

std::optional<std::int64_t> PageAnchors::find(const std::string& listing, std::int64_t start_index,
                                              Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key_of(listing, start_index));
  if (found == by_key_.end() || now - found->second->at > life) return std::nullopt;
  return found->second->position;
}

void PageAnchors::remember(const std::string& listing, std::int64_t start_index,
                           std::int64_t position, Timestamp now) {
  std::string key = key_of(listing, start_index);
  const std::lock_guard lock(mutex_);
  if (const auto present = by_key_.find(key); present != by_key_.end()) {
    newest_first_.erase(present->second);
    by_key_.erase(present);
  }
  newest_first_.push_front({key, position, now});
  by_key_.emplace(std::move(key), newest_first_.begin());
  if (by_key_.size() > most_anchors) {
    by_key_.erase(newest_first_.back().key);
    newest_first_.pop_back();
  }
}

}  // namespace rollcall::scim
