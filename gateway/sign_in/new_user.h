#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/result.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/user_document.h"
#include "gateway/sign_in/connection.h"

namespace rollcall::sign_in {

/// The names that an identity gives.
PersonNames names_of(const Identity& identity);

/// Whether somebody whom nobody knows may come in as a new user (spec/access 3.3a.4).
/// user_not_provisioned: the connection makes no users (S8), SCIM does (X15), no deployment takes
/// new ones (NO_ACCESS, F27), or the address is a service user's name (S35). email_unverified: no
/// address, or none that the IdP vouches for. seat_limit.
Result<> check_may_be_made(Transaction& transaction, const SignInConnection& connection,
                           const Identity& identity);
/// After that check: the user with seat, default roles and groups, and its mail; to be confirmed by
/// mail where the policy says so.
Result<User> make_user(Transaction& transaction, const SignInConnection& connection,
                       const Identity& identity);

}  // namespace rollcall::sign_in
