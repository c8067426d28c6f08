#pragma once

#include "gateway/crypto/digest.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rollcall {

/// Counts of commits that ended or changed sessions, so that a cached one knows at once whether it
/// is stale. Sessions share a counter with others: a false alarm costs a read. Any thread.
class SessionEpochs {
 public:
  static constexpr std::size_t shards = 4096;

  std::uint64_t of(const Sha256& hash) const {
    return counts_[shard(hash)].load(std::memory_order_acquire);
  }
  void raise(std::size_t shard) { counts_[shard].fetch_add(1, std::memory_order_release); }
  static std::size_t shard(const Sha256& hash) {
    return (static_cast<std::size_t>(hash[0]) << 8U | hash[1]) % shards;
  }

 private:
  std::array<std::atomic<std::uint64_t>, shards> counts_{};
};

/// Which of them one transaction raises.
class SessionChanges {
 public:
  void note(const Sha256& hash) { shards_.push_back(SessionEpochs::shard(hash)); }
  void merge(const SessionChanges& other) {
    shards_.insert(shards_.end(), other.shards_.begin(), other.shards_.end());
  }
  void raise(SessionEpochs& epochs) const {
    for (const std::size_t shard : shards_) epochs.raise(shard);
  }

 private:
  std::vector<std::size_t> shards_;
};

}  // namespace rollcall
