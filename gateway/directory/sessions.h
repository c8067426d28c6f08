#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"
#include "gateway/crypto/digest.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;
struct User;

/// Somebody's being signed in, in one browser (design.md 3).
struct Session {
  SessionId id;
  /// Row number: the position for the next page.
  std::int64_t position = 0;
  /// SHA-256 of the cookie's value, which nobody but the browser has.
  Sha256 hash{};
  OrganizationKey organization;
  std::int64_t user_position = 0;
  UserId user;
  /// The sign-in connection, and who its IdP says it is.
  std::string connection;
  std::string issuer;
  std::string subject;
  /// The IdP's own id of its session; empty if it names none.
  std::string idp_session;
  /// Of the browser when it signed in.
  std::string address;
  std::string user_agent;
  Timestamp created;
  /// Kept to the minute, not to the request.
  Timestamp last_used;
  /// Ends when not used for so long.
  std::chrono::milliseconds idle{};
  /// Ends then, whatever happens.
  Timestamp expires;
  /// From then on the IdP has to confirm it.
  Timestamp reauth_at;
  /// Until when that was put off because the IdP could not be reached (product.md).
  std::optional<Timestamp> reauth_postponed = std::nullopt;
  /// Sealed with the key ring for seal_purpose(): a JSON object {"id_token", "refresh_token"}, or
  /// empty.
  std::string sealed_tokens = {};

  /// "session/<id>".
  std::string seal_purpose() const { return "session/" + id.str(); }
  /// When it is over unless it is used before.
  Timestamp ends() const { return std::min(expires, last_used + idle); }
  bool alive(Timestamp now) const { return now < ends(); }
  /// Alive, and the IdP need not be asked yet.
  bool good(Timestamp now) const {
    return alive(now) && now < (reauth_postponed ? *reauth_postponed : reauth_at);
  }
};

/// Why a session ended, in audit events.
enum class SessionEnd {
  sign_out,          // its own browser
  user,              // the person, from another session
  admin,             // an admin
  replaced,          // the same browser signed in anew
  idp_logout,        // the IdP said so
  idp_refused,       // the IdP no longer confirms it
  deprovisioned,     // the user was deactivated or removed
  connection_ended,  // the connection was removed or disabled
  too_many           // the user signed in elsewhere, again and again
};
/// "sign_out", "user" …
std::string_view name(SessionEnd why);

/// Sessions of one organization within one transaction. Ending is audited ("session.ended"): each
/// session, but one event for all of a connection or an organization.
class Sessions {
 public:
  Sessions(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// `position` of the argument is ignored and set. A user has at most 100 sessions: beyond it the
  /// one that was not used for longest ends.
  Session add(Session session);
  /// Dead ones too, of any organization; nothing if unknown. One statement.
  static std::optional<Session> find(Transaction& transaction, const Sha256& hash);
  /// not_found if it is not of this organization.
  Result<Session> get(const SessionId& id);
  /// Behind `after` (a position), at most `limit`; those that are over are left out.
  std::vector<Session> list(std::int64_t after, std::size_t limit);
  std::vector<Session> list_of_user(std::int64_t user_position, std::int64_t after,
                                    std::size_t limit);

  /// Deletes it; nothing if it is gone already.
  void end(const Session& session, SessionEnd why);
  // How many ended; what was over already goes without a word.
  std::size_t end_all();
  std::size_t end_of_user(std::int64_t user_position, SessionEnd why,
                          const std::optional<SessionId>& but = std::nullopt);
  std::size_t end_of_connection(std::string_view connection);
  /// By what an IdP's logout names (OIDC Back-Channel Logout 1.0 §2.6): the sessions of its session
  /// `idp_session`, and if that is empty all of `subject`; with both only where both are right, and
  /// none with neither.
  std::size_t end_of_idp(std::string_view connection, std::string_view issuer,
                         std::string_view subject, std::string_view idp_session,
                         SessionEnd why = SessionEnd::idp_logout);
  /// Whether end_of_idp() would find any of this session of the IdP.
  bool has_of_idp(std::string_view connection, std::string_view issuer,
                  std::string_view idp_session);

  /// Not audited.
  void touch(const Session& session, Timestamp at);
  /// The IdP confirmed it: reauth_at, tokens and the absence of a postponement are those of
  /// `session`.
  void renew(const Session& session);
  void postpone(const Session& session, Timestamp until);
  /// Takes the session for a renewal until `until`: true for exactly one caller, on all gateways,
  /// unless an earlier claim has passed.
  bool claim_renewal(const Session& session, Timestamp until);
  void release_renewal(const Session& session);

  /// Deletes what is over, `limit` rows at most; how many. Not audited.
  static std::int64_t forget_old(Transaction& transaction, std::size_t limit);
  /// Those whose tokens were sealed under another key than `current` ("v1.<id>."), for sealing
  /// anew.
  static std::vector<Session> sealed_otherwise(Transaction& transaction, std::string_view current,
                                               std::int64_t after, std::size_t limit);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall
