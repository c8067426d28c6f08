#pragma once

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace rollcall::sign_in {

// The cookie by which an attempt belongs to one browser; one for each, so that several tabs can
// sign in at once (spec/oidc 1.2).

inline constexpr std::string_view attempt_cookie_prefix = "rollcall-login-";
/// Beyond it the others are cleared: too many make requests too large (431).
inline constexpr std::size_t most_attempt_cookies = 10;

/// `state` is the SHA-256 of the state.
inline std::string attempt_cookie_name(const Sha256& state) {
  return std::string(attempt_cookie_prefix) + hex_encode(as_bytes(state)).substr(0, 8);
}

}  // namespace rollcall::sign_in
