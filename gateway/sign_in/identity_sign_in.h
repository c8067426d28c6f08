#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/result.h"
#include "gateway/directory/directory.h"
#include "gateway/sign_in/connection.h"
#include "gateway/sign_in/trace.h"

#include <optional>
#include <string>

namespace rollcall::sign_in {

/// What became of an identity.
struct SignedIn {
  User user;
  /// Nothing where the person has to confirm the address first.
  std::optional<Session> session = std::nullopt;
};

/// What a new session is made with.
struct NewSession {
  Sha256 hash{};
  std::string address = {};
  std::string user_agent = {};
  /// JSON {"id_token", "refresh_token"} that the caller has ready; sealed here for the session.
  Secret tokens = {};
  /// The session that the same browser had until now: it ends.
  std::optional<Sha256> replaces = std::nullopt;
};

/// spec/access 3.3a, all of it in one transaction: finds the user by identity, externalId or
/// address, links, makes one where the connection may (JIT), keeps names and claimed groups, and
/// makes the session. Refused with user_not_provisioned, user_deactivated, seat_limit,
/// domain_not_allowed, email_unverified, groups_absent_denied, subject_conflict, group_not_allowed,
/// ip_rule; nothing is kept then but what the caller writes in another unit. Changes go into the
/// trace. Door: the actor's source is sso.
Result<SignedIn> sign_in(Transaction& transaction, const KeyRing& keys,
                         const SignInConnection& connection, const Identity& identity,
                         const NewSession& wanted, Trace& trace);

/// The same decision without a write, for a test sign-in: the user who would come in, nothing if
/// one would be made.
Result<std::optional<User>> rehearse(Transaction& transaction, const SignInConnection& connection,
                                     const Identity& identity);

/// The IdP confirmed the identity of a session again (refresh): as sign_in(), with the session
/// renewed for another reauth_hours instead of made. user_deactivated if nobody is left.
Result<> renew_session(Transaction& transaction, const KeyRing& keys,
                       const SignInConnection& connection, const Identity& identity,
                       Session session, const Secret& tokens, Trace& trace);

}  // namespace rollcall::sign_in
