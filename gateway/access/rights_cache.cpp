#include "gateway/access/held_rights.h"
#include "gateway/access/rights.h"

#include <algorithm>
#include <array>
#include <list>
#include <mutex>
#include <unordered_map>

namespace rollcall::access {
namespace {

constexpr std::size_t shard_count = 16;
/// Rules of that many organizations are kept; beyond it they are all read again.
constexpr std::size_t most_organizations = 4096;

/// What had been committed when something was about to be read.
struct Instant {
  std::uint64_t shared;
  /// 0 for service users, whose changes count as shared.
  std::uint64_t user;
  friend bool operator==(const Instant&, const Instant&) = default;
};

struct HashOfPrincipal {
  std::size_t operator()(const Principal& principal) const noexcept {
    return std::hash<std::int64_t>{}(principal.position * 4 +
                                     static_cast<std::int64_t>(principal.kind));
  }
};

struct Entry {
  Principal principal;
  Instant instant;
  RightsPtr rights;
};

/// The least recently used gives way. Any thread.
class Shard {
 public:
  RightsPtr find(const Principal& principal, const Instant& instant) {
    const std::lock_guard lock(mutex_);
    const auto found = by_principal_.find(principal);
    if (found == by_principal_.end() || found->second->instant != instant) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->rights;
  }

  void put(Entry entry, std::size_t most) {
    const std::lock_guard lock(mutex_);
    const auto found = by_principal_.find(entry.principal);
    if (found != by_principal_.end()) {
      entries_.erase(found->second);
      by_principal_.erase(found);
    } else if (entries_.size() >= most) {
      by_principal_.erase(entries_.back().principal);
      entries_.pop_back();
    }
    entries_.push_front(std::move(entry));
    by_principal_.emplace(entries_.front().principal, entries_.begin());
  }

 private:
  std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<Principal, std::list<Entry>::iterator, HashOfPrincipal> by_principal_;
};

using RulesPtr = std::shared_ptr<const OrganizationRules>;

/// The rules of organizations as of one count of shared changes. Any thread.
class RulesCache {
 public:
  RulesPtr find(OrganizationKey organization, std::uint64_t shared) {
    const std::lock_guard lock(mutex_);
    if (shared != shared_) return nullptr;
    const auto found = rules_.find(organization.value());
    return found == rules_.end() ? nullptr : found->second;
  }

  void put(OrganizationKey organization, std::uint64_t shared, RulesPtr rules) {
    const std::lock_guard lock(mutex_);
    if (shared < shared_) return;
    if (shared > shared_ || rules_.size() >= most_organizations) rules_.clear();
    shared_ = shared;
    rules_.insert_or_assign(organization.value(), std::move(rules));
  }

 private:
  std::mutex mutex_;
  std::uint64_t shared_ = 0;
  std::unordered_map<std::int64_t, RulesPtr> rules_;
};

}  // namespace

struct RightsCache::Impl {
  Impl(Directory& directory_, std::size_t most)
      : directory(directory_), most_per_shard(std::max<std::size_t>(1, most / shard_count)) {}

  Instant now(const Principal& principal) const {
    const AccessEpochs& epochs = directory.access_epochs();
    const bool user = principal.kind == SubjectKind::user;
    return {epochs.shared(), user ? epochs.user(principal.position) : 0};
  }

  Shard& shard(const Principal& principal) {
    return shards[static_cast<std::size_t>(principal.position) % shard_count];
  }

  /// `instant` is of before the transaction began: what it read may be newer, never older, so that
  /// a change in between makes the entry stale.
  Result<RightsPtr> read(Transaction& transaction, const Principal& principal,
                         const Instant& instant) {
    RulesPtr known = rules.find(principal.organization, instant.shared);
    if (!known) {
      known = std::make_shared<const OrganizationRules>(transaction, principal.organization);
      rules.put(principal.organization, instant.shared, known);
    }
    TRY(auto holdings, read_holdings(transaction, principal, *known));
    RightsPtr rights = std::make_shared<const HeldRights>(std::move(known), std::move(holdings));
    shard(principal).put({principal, instant, rights}, most_per_shard);
    return rights;
  }

  auto reading(const Principal& principal) {
    return [this, principal, instant = now(principal)](Transaction& transaction) {
      return read(transaction, principal, instant);
    };
  }

  Directory& directory;
  std::size_t most_per_shard;
  RulesCache rules;
  std::array<Shard, shard_count> shards;
};

RightsCache::RightsCache(Directory& directory, std::size_t most)
    : impl_(std::make_unique<Impl>(directory, most)) {}

RightsCache::~RightsCache() = default;

RightsPtr RightsCache::recall(const Principal& principal) {
  return impl_->shard(principal).find(principal, impl_->now(principal));
}

Awaitable<Result<RightsPtr>> RightsCache::get(Principal principal) {
  if (RightsPtr known = recall(principal)) co_return known;
  auto read = impl_->reading(principal);
  co_return co_await impl_->directory.read(std::move(read));
}

Result<RightsPtr> RightsCache::get_now(const Principal& principal) {
  if (RightsPtr known = recall(principal)) return known;
  return impl_->directory.read_now(impl_->reading(principal));
}

}  // namespace rollcall::access
