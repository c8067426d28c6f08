#pragma once

#include "gateway/access/rights.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/directory.h"
#include "gateway/http/fetch.h"
#include "gateway/session/session_cache.h"

#include <cstddef>
#include <string>
#include <vector>

namespace rollcall::sign_in {

/// What sign-ins are made with; outlives them.
struct Services {
  Directory& directory;
  session::SessionCache& sessions;
  access::RightsCache& rights;
  http::Fetcher& fetcher;
  const KeyRing& keys;
  const Clock& clock;
  Log& log;
  /// Hosts of applications that `return_to` may name beside our own.
  std::vector<std::string> protected_hosts = {};
  /// Of one address (IPv6: /64); 0: no limit.
  std::size_t sign_ins_per_minute = 1'200;
};

}  // namespace rollcall::sign_in
