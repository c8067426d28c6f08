#include "gateway/session/session_cache.h"

#include "gateway/directory/transaction.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollcall::session {
namespace {

constexpr std::size_t shard_count = 16;
/// Times of use that one unit of work writes: the writer is not held up for longer.
constexpr std::size_t most_in_unit = 1000;

/// Every byte of a SHA-256 is as good as any other; the first two choose the counter of changes.
struct HashOfDigest {
  std::size_t operator()(const Sha256& digest) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, digest.data() + 2, sizeof value);
    return value;
  }
};

/// How old the kept time of use may become (spec/oidc 5).
std::chrono::milliseconds grain_of(const Session& session) {
  return std::min<std::chrono::milliseconds>(std::chrono::minutes(1), session.idle / 10);
}

SessionPtr used_at(const Session& session, Timestamp at) {
  Session used = session;
  used.last_used = std::max(session.last_used, at);
  return std::make_shared<const Session>(std::move(used));
}

struct Entry {
  /// Of before the session was read: what was read may be newer, never older.
  std::uint64_t epoch;
  SessionPtr session;
};

/// The least recently used gives way. Any thread.
class Shard {
 public:
  SessionPtr find(const Sha256& hash, std::uint64_t epoch) {
    const std::lock_guard lock(mutex_);
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end() || found->second->epoch != epoch) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->session;
  }

  /// Gives what is kept: its time of use may be one that the store does not know.
  SessionPtr put(Entry entry, std::size_t most) {
    const std::lock_guard lock(mutex_);
    const Sha256 hash = entry.session->hash;
    const auto unsaved = unsaved_.find(hash);
    if (unsaved != unsaved_.end()) {
      entry.session = used_at(*entry.session, unsaved->second->last_used);
    }
    erase(hash);
    if (entries_.size() >= most) erase(entries_.back().session->hash);
    entries_.push_front(std::move(entry));
    by_hash_.emplace(entries_.front().session->hash, entries_.begin());
    return entries_.front().session;
  }

  void note_use(const Session& session, Timestamp at, std::size_t most) {
    const std::lock_guard lock(mutex_);
    const auto found = by_hash_.find(session.hash);
    const SessionPtr used =
        used_at(found == by_hash_.end() ? session : *found->second->session, at);
    if (found != by_hash_.end()) found->second->session = used;
    if (unsaved_.size() < most || unsaved_.contains(session.hash)) {
      unsaved_.insert_or_assign(session.hash, used);
    }
  }

  void append_unsaved(std::vector<SessionPtr>& to) {
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, session] : unsaved_) to.push_back(session);
  }
  /// Unless it was used again since.
  void saved(const SessionPtr& session) {
    const std::lock_guard lock(mutex_);
    const auto found = unsaved_.find(session->hash);
    if (found != unsaved_.end() && found->second == session) unsaved_.erase(found);
  }

 private:
  void erase(Sha256 hash) {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return;
    const auto entry = found->second;
    by_hash_.erase(found);
    entries_.erase(entry);
  }

  std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<Sha256, std::list<Entry>::iterator, HashOfDigest> by_hash_;
  /// Times of use that the store does not know; also of sessions that gave way.
  std::unordered_map<Sha256, SessionPtr, HashOfDigest> unsaved_;
};

}  // namespace

struct SessionCache::Impl {
  Impl(Directory& directory_, const Clock& clock_, std::size_t most)
      : directory(directory_),
        clock(clock_),
        most_per_shard(std::max<std::size_t>(1, most / shard_count)) {}

  Shard& shard(const Sha256& hash) { return shards[hash.back() % shard_count]; }
  std::uint64_t epoch(const Sha256& hash) const { return directory.session_epochs().of(hash); }

  auto reading(const Sha256& hash) {
    return [this, hash, before = epoch(hash)](Transaction& transaction) -> Result<SessionPtr> {
      auto found = Sessions::find(transaction, hash);
      if (!found) return SessionPtr();
      found->sealed_tokens = std::string();  // the bulk of a row, and nobody's to have in a cache
      SessionPtr session = std::make_shared<const Session>(*std::move(found));
      session = shard(hash).put({before, std::move(session)}, most_per_shard);
      return session->alive(clock.now()) ? session : nullptr;
    };
  }

  Directory& directory;
  const Clock& clock;
  std::size_t most_per_shard;
  std::array<Shard, shard_count> shards;
};

SessionCache::SessionCache(Directory& directory, const Clock& clock, std::size_t most)
    : impl_(std::make_unique<Impl>(directory, clock, most)) {}

SessionCache::~SessionCache() = default;

SessionPtr SessionCache::recall(const Sha256& hash) {
  SessionPtr known = impl_->shard(hash).find(hash, impl_->epoch(hash));
  // What is over here may have been used at another gateway.
  return known && known->alive(impl_->clock.now()) ? known : nullptr;
}

Awaitable<Result<SessionPtr>> SessionCache::get(Sha256 hash) {
  if (SessionPtr known = recall(hash)) co_return known;
  auto read = impl_->reading(hash);
  auto session = co_await impl_->directory.read(std::move(read));
  co_return session;
}

Result<SessionPtr> SessionCache::get_now(const Sha256& hash) {
  if (SessionPtr known = recall(hash)) return known;
  return impl_->directory.read_now(impl_->reading(hash));
}

void SessionCache::note_use(const Session& session) {
  const Timestamp now = impl_->clock.now();
  if (now < session.last_used + grain_of(session)) return;
  impl_->shard(session.hash).note_use(session, now, impl_->most_per_shard);
}

void SessionCache::flush_use() {
  std::vector<SessionPtr> unsaved;
  for (Shard& shard : impl_->shards) shard.append_unsaved(unsaved);
  for (auto next = unsaved.begin(); next != unsaved.end();) {
    const auto last =
        next + std::min<std::ptrdiff_t>(most_in_unit, std::distance(next, unsaved.end()));
    const auto written = impl_->directory.write_now(Actor(), [&](Transaction& transaction) {
      std::for_each(next, last, [&](const SessionPtr& session) {
        transaction.sessions(session->organization).touch(*session, session->last_used);
      });
      return Result<>();
    });
    // The store is away: the next flush writes them.
    if (!written) return;
    std::for_each(next, last,
                  [&](const SessionPtr& session) { impl_->shard(session->hash).saved(session); });
    next = last;
  }
}

}  // namespace rollcall::session
