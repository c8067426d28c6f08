#pragma once

#include "gateway/base/log.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/directory.h"

namespace rollcall::app {

/// Seals anew, under the newest key of the ring, what lies under an older one, so that the older
/// one can be taken away. What no key opens is left as it is. In small units; blocks.
void reseal(Directory& directory, const KeyRing& keys, Log& log);

}  // namespace rollcall::app
