#pragma once

#include "gateway/sign_in/connection.h"

#include <string>
#include <string_view>

namespace rollcall::sign_in {

/// Where the settings have a secret of this name sent, or what is got for it; empty: nowhere. A
/// stored secret counts at its place alone: settings that name another one have to state it again,
/// or whoever may write them could have it sent to themselves.
std::string secret_place(const SignInConnection& connection, std::string_view name);

/// Whether a secret that is stored for `before` counts for `after` too. Keys of our own always do:
/// they are never sent.
bool keeps_secret(const SignInConnection& before, const SignInConnection& after,
                  std::string_view name);

}  // namespace rollcall::sign_in
