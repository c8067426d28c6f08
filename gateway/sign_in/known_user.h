#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/result.h"
#include "gateway/directory/directory.h"
#include "gateway/sign_in/connection.h"

#include <optional>
#include <string_view>

namespace rollcall::sign_in {

/// How an identity was found to be a user's (spec/access 3.3a.3).
enum class FoundBy { identity, external_id, address };
/// "identity", "external_id", "address".
std::string_view name(FoundBy by);

struct KnownUser {
  User user;
  FoundBy by = FoundBy::identity;
};

/// Whose identity it is, in this order: who has it; the one SCIM-managed user who has the subject
/// for an externalId at a SCIM connection that names this one; the one who has the address, if the
/// connection vouches for it. Nothing is written. Refused: user_deactivated, subject_conflict (the
/// user is somebody else to this issuer; the address is several users'), email_unverified (the
/// address is somebody's, and that is not enough).
Result<std::optional<KnownUser>> find_user(Transaction& transaction,
                                           const SignInConnection& connection,
                                           const Identity& identity);

/// What an invited user is at a sign-in: confirmed by it, or waiting for a click in a mail.
enum class Standing { good, to_activate, to_confirm };
/// email_unverified if nothing vouches for the address of an invited user.
Result<Standing> standing_of(Transaction& transaction, const SignInConnection& connection,
                             const Identity& identity, const KnownUser& known);

/// Whether users who are made at a sign-in confirm their address by mail first (F48).
bool confirms_by_mail(Transaction& transaction, OrganizationKey organization);

}  // namespace rollcall::sign_in
