#pragma once

#include "gateway/base/error.h"

#include <string>
#include <string_view>

namespace rollcall::oidc {

/// A token that we do not accept: the stranger learns nothing, the sign-in trace gets `code` (a
/// literal, one of the reason codes) and `why`.
inline Error refuse(std::string_view code, std::string why) {
  Error error(Fault::forbidden, "The sign-in is refused.", std::move(why));
  error.with_code(code);
  return error;
}

}  // namespace rollcall::oidc
