#pragma once

#include "gateway/access/rights.h"
#include "gateway/base/clock.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/directory.h"
#include "gateway/http/dns_text.h"
#include "gateway/session/session_cache.h"

namespace rollcall::admin {

/// What calls are answered with; outlives them.
struct Services {
  Directory& directory;
  access::RightsCache& rights;
  session::SessionCache& sessions;
  /// Seals what connections keep secret.
  const KeyRing& keys;
  http::DnsText& dns;
  const Clock& clock;
};

}  // namespace rollcall::admin
