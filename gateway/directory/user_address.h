#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/user.h"

#include <string>

namespace rollcall {

/// `profile` with `email` as its primary address, in the document too: in the place of the one it
/// has, of which nothing is left. A userName that was that one can follow.
enum class UserNameThen { stays, follows };
Result<UserProfile> with_address(UserProfile profile, const std::string& email, UserNameThen then);

}  // namespace rollcall
