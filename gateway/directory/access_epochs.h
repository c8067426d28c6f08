#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rollcall {

/// Counts of commits that changed what principals may do, so that a cached decision knows at once
/// whether it is stale. Users share a counter with others of the same remainder: a false alarm
/// costs a read, never a wrong answer. Any thread.
class AccessEpochs {
 public:
  static constexpr std::size_t shards = 4096;

  /// Roles, grants of groups and service users, the scope tree, organizations, policies, plans.
  std::uint64_t shared() const { return shared_.load(std::memory_order_acquire); }
  /// One user: state, licence, own grants, memberships.
  std::uint64_t user(std::int64_t position) const {
    return users_[shard(position)].load(std::memory_order_acquire);
  }
  void raise_shared() { shared_.fetch_add(1, std::memory_order_release); }
  void raise_user(std::int64_t position) {
    users_[shard(position)].fetch_add(1, std::memory_order_release);
  }

 private:
  static std::size_t shard(std::int64_t position) {
    return static_cast<std::size_t>(position) % shards;
  }

  std::atomic<std::uint64_t> shared_{1};
  std::array<std::atomic<std::uint64_t>, shards> users_{};
};

/// What one transaction changed; beyond `most` users it counts as shared.
class AccessChanges {
 public:
  static constexpr std::size_t most = 4096;

  void note_user(std::int64_t position) {
    if (shared_) return;
    if (!users_.empty() && users_.back() == position) return;
    users_.push_back(position);
    if (users_.size() > most) note_shared();
  }
  void note_shared() {
    shared_ = true;
    users_.clear();
  }
  void merge(const AccessChanges& other) {
    if (other.shared_) note_shared();
    for (const std::int64_t position : other.users_) note_user(position);
  }
  void raise(AccessEpochs& epochs) const {
    if (shared_) epochs.raise_shared();
    for (const std::int64_t position : users_) epochs.raise_user(position);
  }

 private:
  bool shared_ = false;
  std::vector<std::int64_t> users_;
};

}  // namespace rollcall
