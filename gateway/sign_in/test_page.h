#pragma once

#include "gateway/sign_in/frame.h"

#include <optional>

namespace rollcall::sign_in {

/// What a test sign-in that passed shows its administrator. `user`: nothing if one would be made.
http::Response test_page(const Attempt& attempt, const Identity& identity,
                         const std::optional<User>& user);

}  // namespace rollcall::sign_in
