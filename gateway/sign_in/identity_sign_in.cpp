#include "gateway/sign_in/identity_sign_in.h"

#include "gateway/directory/new_id.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"
#include "gateway/sign_in/admission.h"
#include "gateway/sign_in/known_user.h"
#include "gateway/sign_in/new_user.h"
#include "oidc/refusal.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rollcall::sign_in {
namespace {

/// One sign-in or renewal in its transaction.
class Entry {
 public:
  Entry(Transaction& transaction, const SignInConnection& connection, const Identity& identity,
        Trace& trace)
      : transaction_(transaction), connection_(connection), identity_(identity), trace_(trace) {}

  Users users() { return transaction_.users(key()); }
  OrganizationKey key() const { return connection_.organization.key; }
  const Policy& policy() { return transaction_.organization(key()).policy; }

  /// Steps 3 and 4: found and bound to the identity, or made.
  Result<KnownUser> known_or_made();
  /// An invited user whose address is known to be good is active from now on; true if a click in a
  /// mail is needed first.
  Result<bool> settle_invitation(KnownUser& known);
  /// Step 5.
  Result<> keep_names(User& user);
  void change(std::string_view what, const User& user) {
    trace_.add_change({{"type", what}, {"object", "user/" + user.id.str()}});
  }

 private:
  Result<KnownUser> known(KnownUser found);
  Result<KnownUser> made();
  Result<> link(const User& user);

  Transaction& transaction_;
  const SignInConnection& connection_;
  const Identity& identity_;
  Trace& trace_;
};

Result<KnownUser> Entry::known_or_made() {
  TRY(auto found, find_user(transaction_, connection_, identity_));
  TRY(KnownUser user, found ? known(*std::move(found)) : made());
  trace_.step("user", {{"user", user.user.id.str()}, {"found_by", name(user.by)}});
  return user;
}

Result<KnownUser> Entry::known(KnownUser found) {
  // From here on a SCIM write to the same user waits, or we see what it did.
  transaction_.session().lock(sql::Resource::user, found.user.position);
  const auto current = users().get(found.user.id);
  if (!current || current->state == UserState::deactivated) {
    return oidc::refuse("user_deactivated", "The user was deactivated or removed meanwhile.");
  }
  found.user = *current;
  if (found.by != FoundBy::identity) CHECK_OK(link(found.user));
  return found;
}

Result<KnownUser> Entry::made() {
  CHECK_OK(check_may_be_made(transaction_, connection_, identity_));
  TRY(User user, make_user(transaction_, connection_, identity_));
  change("user.added", user);
  CHECK_OK(link(user));
  return KnownUser{std::move(user), FoundBy::identity};
}

Result<> Entry::link(const User& user) {
  const auto linked = transaction_.identities(key()).link(user, identity_);
  if (!linked) return oidc::refuse("subject_conflict", linked.error().detail());
  change("identity.linked", user);
  return {};
}

Result<bool> Entry::settle_invitation(KnownUser& known) {
  TRY(const Standing standing, standing_of(transaction_, connection_, identity_, known));
  if (standing == Standing::good) return false;
  if (standing == Standing::to_activate) {
    TRY(known.user, users().activate(known.user));
    change("user.activated", known.user);
    return false;
  }
  const auto address = primary_address(known.user.profile);
  Invitations links = transaction_.invitations(key());
  if (address && !links.asked(known.user, ConfirmationKind::new_user, *address)) {
    links.ask(known.user, ConfirmationKind::new_user, *address);
  }
  return true;
}

Result<> Entry::keep_names(User& user) {
  if (user.scim_managed) return {};
  TRY(UserProfile profile, with_names(user.profile, names_of(identity_)));
  if (profile.document == user.profile.document) return {};
  TRY(user, users().update(user, std::move(profile)));
  change("user.changed", user);
  return {};
}

/// What an administrator should know although the sign-in goes on.
void warn_of_groups(const SignInConnection& connection, const Identity& said,
                    const Identity& identity, Trace& trace) {
  if (connection.groups_source == GroupsSource::none) return;
  if (identity.groups.state != ClaimedGroups::State::unknown) return;
  trace.warning(said.groups.problem.empty() ? identity.groups.problem : said.groups.problem);
}

Timestamp end_of_reauth(const Policy& policy, Timestamp now) {
  return now + std::chrono::hours(policy.reauth_hours);
}

std::string sealed(const KeyRing& keys, const Session& session, const Secret& tokens) {
  return tokens.empty() ? std::string() : keys.seal(tokens.reveal(), session.seal_purpose());
}

/// Step 8.
Result<Session> start_session(Transaction& transaction, const KeyRing& keys, const User& user,
                              const Identity& identity, const NewSession& wanted,
                              OrganizationKey key) {
  const Timestamp now = transaction.now();
  const Policy& policy = transaction.organization(key).policy;
  Timestamp expires = now + std::chrono::hours(policy.session_hours);
  if (identity.not_after) expires = std::min(expires, *identity.not_after);
  if (expires <= now) return oidc::refuse("expired", "The IdP's own session is over.");
  if (wanted.replaces) {
    if (const auto replaced = Sessions::find(transaction, *wanted.replaces)) {
      transaction.sessions(replaced->organization).end(*replaced, SessionEnd::replaced);
    }
  }
  Session session{.id = new_id<SessionId>(now),
                  .hash = wanted.hash,
                  .organization = key,
                  .user_position = user.position,
                  .user = user.id,
                  .connection = identity.connection,
                  .issuer = identity.issuer,
                  .subject = identity.subject,
                  .idp_session = identity.idp_session,
                  .address = wanted.address,
                  .user_agent = wanted.user_agent,
                  .created = now,
                  .last_used = now,
                  .idle = std::chrono::minutes(policy.session_idle_minutes),
                  .expires = expires,
                  .reauth_at = end_of_reauth(policy, now)};
  session.sealed_tokens = sealed(keys, session, wanted.tokens);
  return transaction.sessions(key).add(std::move(session));
}

void note_success(Transaction& transaction, const User& user, const Session& session,
                  Trace& trace) {
  transaction.audit(session.organization)
      .append("login.sso.succeeded", "user/" + user.id.str(),
              json::write(json::Object{{"connection", session.connection},
                                       {"session", session.id.str()},
                                       {"trace", trace.id()}}));
  trace.step("session", {{"session", session.id.str()}});
}

}  // namespace

Result<SignedIn> sign_in(Transaction& transaction, const KeyRing& keys,
                         const SignInConnection& connection, const Identity& said,
                         const NewSession& wanted, Trace& trace) {
  const OrganizationKey key = connection.organization.key;
  CHECK_OK(check_still_open(transaction, connection));
  CHECK_OK(check_address(transaction, key, wanted.address));
  TRY(const Identity identity, admit(connection, said, Occasion::sign_in));
  warn_of_groups(connection, said, identity, trace);
  Entry entry(transaction, connection, identity, trace);
  TRY(KnownUser known, entry.known_or_made());
  TRY(const bool pending, entry.settle_invitation(known));
  if (pending) return SignedIn{.user = std::move(known.user)};
  CHECK_OK(entry.keep_names(known.user));
  transaction.identities(key).note_sign_in(identity);
  // Memberships and licence (steps 6 and 7) follow from connection, user and identity.groups, which
  // are present or unknown: here, before the session, so that its first request has them (S71).
  TRY(Session session, start_session(transaction, keys, known.user, identity, wanted, key));
  transaction.users(key).set_last_sign_in(known.user, transaction.now());
  known.user.last_sign_in = transaction.now();
  note_success(transaction, known.user, session, trace);
  return SignedIn{.user = std::move(known.user), .session = std::move(session)};
}

Result<std::optional<User>> rehearse(Transaction& transaction, const SignInConnection& connection,
                                     const Identity& said) {
  TRY(const Identity identity, admit(connection, said, Occasion::sign_in));
  TRY(auto known, find_user(transaction, connection, identity));
  if (!known) {
    CHECK_OK(check_may_be_made(transaction, connection, identity));
    return std::optional<User>();
  }
  CHECK_OK(standing_of(transaction, connection, identity, *known));
  return std::optional(std::move(known->user));
}

Result<> renew_session(Transaction& transaction, const KeyRing& keys,
                       const SignInConnection& connection, const Identity& said, Session session,
                       const Secret& tokens, Trace& trace) {
  const OrganizationKey key = connection.organization.key;
  CHECK_OK(check_still_open(transaction, connection));
  TRY(const Identity identity, admit(connection, said, Occasion::renewal));
  Entry entry(transaction, connection, identity, trace);
  TRY(auto known, find_user(transaction, connection, identity));
  const bool same = known && known->by == FoundBy::identity && known->user.id == session.user;
  if (!same || !Sessions::find(transaction, session.hash)) {
    return oidc::refuse("user_deactivated", "The user, the identity or the session is gone.");
  }
  CHECK_OK(entry.keep_names(known->user));
  transaction.identities(key).note_sign_in(identity);
  // Steps 6 and 7, as in sign_in().
  session.reauth_at = end_of_reauth(transaction.organization(key).policy, transaction.now());
  session.reauth_postponed.reset();
  if (!tokens.empty()) session.sealed_tokens = sealed(keys, session, tokens);
  transaction.sessions(key).renew(session);
  trace.step("session", {{"session", session.id.str()}});
  return {};
}

}  // namespace rollcall::sign_in
