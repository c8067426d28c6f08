#include "gateway/app/reseal.h"

namespace rollcall::app {
namespace {

constexpr std::size_t rows_a_unit = 500;

/// The sessions behind `after`; gives where to go on, nothing at the end.
Result<std::optional<std::int64_t>> reseal_sessions(Transaction& transaction, const KeyRing& keys,
                                                    std::int64_t after, std::size_t& count) {
  const auto stale = Sessions::sealed_otherwise(transaction, keys.current(), after, rows_a_unit);
  for (Session session : stale) {
    const auto tokens = keys.open(session.sealed_tokens, session.seal_purpose());
    if (!tokens) continue;
    session.sealed_tokens = keys.seal(tokens->reveal(), session.seal_purpose());
    transaction.sessions(session.organization).renew(session);
    ++count;
  }
  if (stale.size() < rows_a_unit) return std::optional<std::int64_t>();
  return std::optional(stale.back().position);
}

}  // namespace

void reseal(Directory& directory, const KeyRing& keys, Log& log) {
  std::size_t count = 0;
  const auto secrets = directory.write_now(Actor{}, [&](Transaction& transaction) {
    return Result<std::size_t>(ConnectionSecrets::reseal(transaction, keys));
  });
  if (secrets) count += *secrets;
  for (std::optional<std::int64_t> after = 0; after;) {
    const auto next = directory.write_now(Actor{}, [&](Transaction& transaction) {
      return reseal_sessions(transaction, keys, *after, count);
    });
    after = next ? *next : std::nullopt;
  }
  if (count > 0) log.info("secrets sealed anew", {{"count", static_cast<std::int64_t>(count)}});
}

}  // namespace rollcall::app
