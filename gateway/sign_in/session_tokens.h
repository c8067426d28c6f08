#pragma once

#include "gateway/base/secret.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/sessions.h"
#include "gateway/sign_in/frame.h"

namespace rollcall::sign_in {

/// What a session keeps of its sign-in; empty ones if it keeps none, or no key of the ring opens
/// them.
ProtocolTokens open_tokens(const Session& session, const KeyRing& keys);
/// As sign_in() and renew_session() take them; empty if there are none.
Secret write_tokens(const ProtocolTokens& tokens);

}  // namespace rollcall::sign_in
