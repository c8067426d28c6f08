#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/sessions.h"
#include "gateway/http/async.h"

#include <cstddef>
#include <memory>

namespace rollcall::session {

using SessionPtr = std::shared_ptr<const Session>;

/// Sessions by the hash of their cookie, cached until a commit changes them (design.md 3); unknown
/// ones are not remembered, nor are the IdP's tokens (sealed_tokens is empty). Thread-safe.
class SessionCache {
 public:
  /// `most` are kept; the one not used for longest gives way.
  SessionCache(Directory& directory, const Clock& clock, std::size_t most = 100'000);
  ~SessionCache();

  /// From memory; null if it must be read. What it gives is alive, but perhaps not good(): the
  /// caller decides about re-authentication. `last_used` is as kept here.
  SessionPtr recall(const Sha256& hash);
  /// From memory or the store; null without a session that is alive.
  Awaitable<Result<SessionPtr>> get(Sha256 hash);
  /// The same on a thread that may block.
  Result<SessionPtr> get_now(const Sha256& hash);

  /// Its idle time starts anew, if the time kept is older than a minute or a tenth of the idle
  /// time; the store learns of it with the next flush_use().
  void note_use(const Session& session);
  /// Writes the times of use that the store does not know; those that it cannot take now stay for
  /// the next time. On a thread that may block; called once a minute and when the gateway ends.
  void flush_use();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::session
