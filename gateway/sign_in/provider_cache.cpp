#include "gateway/sign_in/provider_cache.h"

#include "gateway/http/turns.h"
#include "gateway/sign_in/deadline.h"
#include "gateway/sign_in/issuer_limits.h"
#include "gateway/sign_in/provider_fetch.h"
#include "oidc/refusal.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace rollcall::sign_in {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t most_issuers = 10'000;
constexpr seconds first_back_off{30};
constexpr seconds longest_back_off{600};
constexpr seconds probe_interval{30};
constexpr milliseconds probe_limit{5'000};
/// A caller with less time decides nothing for others.
constexpr milliseconds enough{5'000};

/// The issuer, with what decides how its documents are read: connections that trust differently
/// share nothing.
std::string key_of(const oidc::ClientSettings& settings) {
  std::string key = settings.issuer;
  key += settings.allow_insecure_loopback ? "\n+" : "\n-";
  for (const std::string& tenant : settings.tenants) key += "\n" + tenant;
  return key;
}

/// The unknown keys of an issuer, as one sort of callers asked for them.
struct UnknownKeys {
  RefetchBucket bucket = {};
  MissingKeys missing = {};
};

/// What is known of one issuer, and how it answered last.
struct Entry {
  std::string key;
  ProviderPtr provider = nullptr;
  Timestamp metadata_until{};
  Timestamp keys_until{};
  /// The last fetch failed: why, and until when what we have serves without another try.
  std::optional<Error> failure = std::nullopt;
  seconds back_off{0};
  Timestamp retry_at{};
  /// How many fetches have ended.
  std::uint64_t fetches = 0;

  UnknownKeys of_sign_ins = {};
  UnknownKeys of_strangers = {};
  std::optional<Timestamp> probed = std::nullopt;
  bool answered = false;

  UnknownKeys& unknown(TokenFrom from) {
    return from == TokenFrom::idp ? of_sign_ins : of_strangers;
  }
  bool serves(Timestamp now) const {
    if (!provider) return false;
    return now < std::min(metadata_until, keys_until) || now < retry_at;
  }
};

/// Another set of hosts than before is for the administrator to look at (spec/oidc 1.5).
void warn_of_hosts(oidc::ProviderMetadata& metadata, const Provider* before) {
  if (!before) return;
  if (oidc::endpoint_hosts(metadata) == oidc::endpoint_hosts(before->metadata)) return;
  metadata.warnings.emplace_back("The hosts of its endpoints have changed.");
}

}  // namespace

struct ProviderCache::Impl {
  Impl(http::Fetcher& to, const Clock& time) : fetcher(to), clock(time) {}

  /// `mutex` is held by the caller. The entry stays valid while it is held.
  Entry& entry(const std::string& key);

  Awaitable<Result<ProviderPtr>> fetch(oidc::ClientSettings settings, Deadline deadline);
  Awaitable<Result<Provider>> fetch_due(oidc::ClientSettings settings, Deadline deadline,
                                        Entry& due);
  Awaitable<Result<ProviderPtr>> fetch_keys_again(oidc::ClientSettings settings,
                                                  ProviderPtr current, std::string kid,
                                                  TokenFrom from, Deadline deadline);
  void note_failure(Entry& known, const Error& error);

  http::Fetcher& fetcher;
  const Clock& clock;
  http::Turns turns;
  std::mutex mutex;
  std::list<Entry> entries;  // the one used last comes first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key;
};

Entry& ProviderCache::Impl::entry(const std::string& key) {
  const auto found = by_key.find(key);
  if (found != by_key.end()) {
    entries.splice(entries.begin(), entries, found->second);
    return entries.front();
  }
  if (entries.size() >= most_issuers) {
    by_key.erase(entries.back().key);
    entries.pop_back();
  }
  entries.emplace_front().key = key;
  by_key.emplace(key, entries.begin());
  return entries.front();
}

void ProviderCache::Impl::note_failure(Entry& known, const Error& error) {
  known.failure = error;
  ++known.fetches;
  known.back_off = std::clamp(2 * known.back_off, first_back_off, longest_back_off);
  known.retry_at = clock.now() + known.back_off;
}

/// Reads what is out of date in `due`, a copy, and notes there until when it holds.
Awaitable<Result<Provider>> ProviderCache::Impl::fetch_due(oidc::ClientSettings settings,
                                                           Deadline deadline, Entry& due) {
  Provider next;
  const ProviderPtr before = due.provider;
  if (before) next = *before;
  if (!before || due.metadata_until <= clock.now()) {
    auto metadata = co_await fetch_metadata(fetcher, settings, deadline);
    if (!metadata) co_return std::move(metadata).error();
    next.metadata = std::move(metadata->document);
    warn_of_hosts(next.metadata, before.get());
    due.metadata_until = clock.now() + metadata->keep;
    if (before && next.metadata.jwks_uri != before->metadata.jwks_uri) due.keys_until = {};
  }
  if (!before || due.keys_until <= clock.now()) {
    auto keys = co_await fetch_keys(fetcher, next.metadata.jwks_uri,
                                    settings.allow_insecure_loopback, deadline);
    if (!keys) co_return std::move(keys).error();
    next.keys = std::move(keys->document);
    due.keys_until = clock.now() + keys->keep;
  }
  co_return next;
}

Awaitable<Result<ProviderPtr>> ProviderCache::Impl::fetch(oidc::ClientSettings settings,
                                                          Deadline deadline) {
  const std::string key = key_of(settings);
  Entry due;
  {
    const std::lock_guard lock(mutex);
    const Entry& known = entry(key);
    if (known.serves(clock.now())) co_return known.provider;
    due = known;
  }
  const bool whole = deadline.left() >= enough;
  auto fetched = co_await fetch_due(std::move(settings), deadline, due);
  const std::lock_guard lock(mutex);
  Entry& known = entry(key);
  if (!fetched) {
    if (whole || known.provider) note_failure(known, fetched.error());
    if (known.provider) co_return known.provider;
    co_return std::move(fetched).error();
  }
  known.provider = std::make_shared<const Provider>(*std::move(fetched));
  known.metadata_until = due.metadata_until;
  known.keys_until = due.keys_until;
  known.failure.reset();
  known.back_off = seconds(0);
  known.retry_at = {};
  ++known.fetches;
  co_return known.provider;
}

ProviderCache::ProviderCache(http::Fetcher& fetcher, const Clock& clock)
    : impl_(std::make_shared<Impl>(fetcher, clock)) {}
ProviderCache::~ProviderCache() = default;

Awaitable<Result<ProviderPtr>> ProviderCache::get(oidc::ClientSettings settings,
                                                  milliseconds limit) {
  // The one whom this connection means, whatever another one with the same issuer may do.
  CO_TRY(const std::string url, oidc::discovery_url(settings));
  const auto impl = impl_;
  const std::string key = key_of(settings);
  const Deadline deadline(impl->clock, limit);
  const auto waits_until = std::chrono::steady_clock::now() + limit;
  while (true) {
    ProviderPtr old;
    std::uint64_t fetches = 0;
    {
      const std::lock_guard lock(impl->mutex);
      const Entry& known = impl->entry(key);
      if (known.serves(impl->clock.now())) co_return known.provider;
      old = known.provider;
      fetches = known.fetches;
    }
    auto turn = impl->turns.try_take(key);
    // Whoever has the turn will bring a new one.
    if (!turn && old) co_return old;
    if (!turn) {
      const auto left =
          std::chrono::ceil<milliseconds>(waits_until - std::chrono::steady_clock::now());
      if (left.count() <= 0) co_return idp_unreachable("Its metadata took too long.");
      turn = co_await impl->turns.take(key, left);
    }
    if (turn) {
      auto provider = co_await impl->fetch(std::move(settings), deadline);
      co_return provider;
    }
    const std::lock_guard lock(impl->mutex);
    const Entry& known = impl->entry(key);
    if (known.fetches != fetches && known.failure) co_return *known.failure;
  }
}

/// Within the turn for the issuer's keys.
Awaitable<Result<ProviderPtr>> ProviderCache::Impl::fetch_keys_again(oidc::ClientSettings settings,
                                                                     ProviderPtr current,
                                                                     std::string kid,
                                                                     TokenFrom from,
                                                                     Deadline deadline) {
  auto keys = co_await fetch_keys(fetcher, current->metadata.jwks_uri,
                                  settings.allow_insecure_loopback, deadline);
  if (!keys) co_return std::move(keys).error();
  Provider next{current->metadata, std::move(keys->document)};
  const auto has_kid = [&](const oidc::VerificationKey& key) { return key.kid == kid; };
  const bool found = std::ranges::any_of(next.keys.keys(), has_kid);
  const std::lock_guard lock(mutex);
  Entry& known = entry(key_of(settings));
  if (!found) known.unknown(from).missing.add(kid, clock.now());
  known.provider = std::make_shared<const Provider>(std::move(next));
  known.keys_until = clock.now() + keys->keep;
  co_return known.provider;
}

Awaitable<Result<ProviderPtr>> ProviderCache::refetch(oidc::ClientSettings settings,
                                                      ProviderPtr known, std::string kid,
                                                      TokenFrom from, milliseconds limit) {
  const auto impl = impl_;
  const std::string key = key_of(settings);
  const Deadline deadline(impl->clock, limit);
  auto turn = co_await impl->turns.take("keys\n" + key, limit);
  ProviderPtr current;
  {
    const std::lock_guard lock(impl->mutex);
    Entry& entry = impl->entry(key);
    // Somebody else has fetched it meanwhile.
    if (entry.provider && entry.provider != known) co_return entry.provider;
    const Timestamp now = impl->clock.now();
    UnknownKeys& unknown = entry.unknown(from);
    if (!turn || unknown.missing.has(kid, now) || !unknown.bucket.take(now)) {
      co_return oidc::refuse("key_unknown", "The issuer's keys were asked for a moment ago.");
    }
    current = entry.provider ? entry.provider : known;
  }
  auto provider = co_await impl->fetch_keys_again(std::move(settings), std::move(current),
                                                  std::move(kid), from, deadline);
  co_return provider;
}

Awaitable<bool> ProviderCache::reachable(oidc::ClientSettings settings) {
  const auto impl = impl_;
  const std::string key = key_of(settings);
  const Deadline deadline(impl->clock, probe_limit);
  const auto turn = co_await impl->turns.take("probe\n" + key, probe_limit);
  {
    const std::lock_guard lock(impl->mutex);
    const Entry& known = impl->entry(key);
    const bool recent = known.probed && impl->clock.now() < *known.probed + probe_interval;
    if (!turn || recent) co_return known.answered;
  }
  const auto metadata = co_await fetch_metadata(impl->fetcher, std::move(settings), deadline);
  const std::lock_guard lock(impl->mutex);
  Entry& known = impl->entry(key);
  known.probed = impl->clock.now();
  known.answered = static_cast<bool>(metadata);
  co_return known.answered;
}

}  // namespace rollcall::sign_in
