#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/secret.h"

#include <cstdint>
#include <filesystem>

namespace rollcall::admin {

struct RestoreReport {
  /// Where the store that was there is now; empty if there was none.
  std::filesystem::path moved_aside;
  std::size_t chains = 0;
  std::int64_t events = 0;
};

/// Puts a copy of `backup` in the place of the store, which no process may have open. The copy is
/// opened and every audit chain walked first; the store that was there is renamed, never
/// overwritten. Throws std::runtime_error with a sentence, and the store is as it was: in use, no
/// store of ours, another audit key, a broken chain.
RestoreReport restore(const std::filesystem::path& backup, const std::filesystem::path& store,
                      const Secret& audit_key, const Clock& clock, Log& log);

}  // namespace rollcall::admin
