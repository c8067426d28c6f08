#include "gateway/directory/sessions.h"

#include "gateway/base/json.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/stored_digest.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

/// Of one user; those not used for longest go first.
constexpr std::int64_t most_of_user = 100;

constexpr std::string_view select =
    "SELECT position, id, hash, organization, user_position, user_id, connection, issuer, subject, "
    "idp_session, address, user_agent, created, last_used, idle, expires, reauth_at, "
    "reauth_postponed, sealed_tokens FROM sessions ";
constexpr std::string_view with_hash = "WHERE hash = $1";
constexpr std::string_view with_id = "WHERE id = $1 AND organization = $2";
constexpr std::string_view of_organization = "WHERE organization = $1 ";
constexpr std::string_view of_user = "WHERE organization = $5 AND user_position = $1 ";
constexpr std::string_view page = "AND position > $2 AND ends > $3 ORDER BY position LIMIT $4";
constexpr std::string_view with_other_key =
    "WHERE position > $1 AND sealed_tokens <> '' "
    "AND substr(sealed_tokens, 1, length($2)) <> $2 ORDER BY position LIMIT $3";
constexpr sql::Sql select_by_hash{sql::joined<select, with_hash>};
constexpr sql::Sql select_by_id{sql::joined<select, with_id>};
constexpr sql::Sql select_page{sql::joined<select, of_organization, page>};
constexpr sql::Sql select_page_of_user{sql::joined<select, of_user, page>};
constexpr sql::Sql select_sealed_otherwise{sql::joined<select, with_other_key>};

constexpr sql::Sql insert_session{
    "INSERT INTO sessions (hash, id, organization, user_position, user_id, connection, issuer, "
    "subject, idp_session, address, user_agent, created, last_used, idle, expires, ends, "
    "reauth_at, reauth_postponed, sealed_tokens) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
    "$11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING position"};

constexpr sql::Sql count_of_user{
    "SELECT count(*) FROM sessions WHERE organization = $1 AND user_position = $2"};

constexpr std::string_view remove = "DELETE FROM sessions WHERE ";
constexpr std::string_view told = " RETURNING hash, ends, id, user_id, connection";
constexpr std::string_view this_one = "position = $1 AND organization = $2";
constexpr std::string_view these = "organization = $1";
constexpr std::string_view of_connection = "organization = $1 AND connection = $2";
constexpr std::string_view of_user_but =
    "organization = $2 AND user_position = $1 AND ($3 IS NULL OR id <> $3)";
constexpr std::string_view beyond_most =
    "position IN (SELECT position FROM sessions WHERE organization = $4 AND user_position = $1 AND "
    "position <> $2 "
    "ORDER BY last_used DESC, position DESC LIMIT 1000 OFFSET $3)";
constexpr std::string_view of_subject =
    "organization = $1 AND connection = $2 AND subject = $4 AND issuer = $3";
constexpr std::string_view of_idp_session =
    "organization = $1 AND connection = $2 AND idp_session = $5 AND idp_session <> '' "
    "AND issuer = $3 AND ($4 = '' OR subject = $4)";
constexpr sql::Sql delete_one{sql::joined<remove, this_one, told>};
constexpr sql::Sql delete_all{sql::joined<remove, these, told>};
constexpr sql::Sql delete_of_connection{sql::joined<remove, of_connection, told>};
constexpr sql::Sql delete_of_user{sql::joined<remove, of_user_but, told>};
constexpr sql::Sql delete_beyond_most{sql::joined<remove, beyond_most, told>};
constexpr sql::Sql delete_of_subject{sql::joined<remove, of_subject, told>};
constexpr sql::Sql delete_of_idp_session{sql::joined<remove, of_idp_session, told>};
constexpr sql::Sql delete_over{
    "DELETE FROM sessions WHERE position IN "
    "(SELECT position FROM sessions WHERE ends <= $1 ORDER BY ends LIMIT $2)"};

constexpr sql::Sql update_last_used{
    "UPDATE sessions SET last_used = $3, ends = $4 "
    "WHERE position = $1 AND organization = $2 AND last_used < $3"};
constexpr sql::Sql update_renewed{
    "UPDATE sessions SET reauth_at = $3, reauth_postponed = $4, sealed_tokens = $5 "
    "WHERE position = $1 AND organization = $2"};
constexpr sql::Sql update_postponed{
    "UPDATE sessions SET reauth_postponed = $3 WHERE position = $1 AND organization = $2"};
constexpr sql::Sql claim{
    "UPDATE sessions SET renewal_until = $3 WHERE position = $1 AND organization = $2 "
    "AND (renewal_until IS NULL OR renewal_until <= $4)"};
constexpr sql::Sql release{
    "UPDATE sessions SET renewal_until = NULL WHERE position = $1 AND organization = $2"};

Session session_of(const sql::Rows& row) {
  return {.id = row.id<SessionId>(1),
          .position = row.integer(0),
          .hash = stored_digest(row, 2),
          .organization = OrganizationKey(row.integer(3)),
          .user_position = row.integer(4),
          .user = row.id<UserId>(5),
          .connection = row.text(6),
          .issuer = row.text(7),
          .subject = row.text(8),
          .idp_session = row.text(9),
          .address = row.text(10),
          .user_agent = row.text(11),
          .created = row.timestamp(12),
          .last_used = row.timestamp(13),
          .idle = std::chrono::milliseconds(row.integer(14)),
          .expires = row.timestamp(15),
          .reauth_at = row.timestamp(16),
          .reauth_postponed = row.optional_timestamp(17),
          .sealed_tokens = row.text(18)};
}

std::vector<Session> sessions_of(sql::Rows row) {
  std::vector<Session> sessions;
  for (; row; row.next()) sessions.push_back(session_of(row));
  return sessions;
}

/// What an audit event says of a session.
struct Ended {
  SessionId id;
  UserId user;
  std::string connection;
};

/// From one of the deleting statements: those that were not over before. Caches hear of all.
std::vector<Ended> ended_of(Transaction& transaction, sql::Rows row) {
  std::vector<Ended> ended;
  for (; row; row.next()) {
    transaction.session_changes().note(stored_digest(row, 0));
    if (row.timestamp(1) <= transaction.now()) continue;
    ended.push_back({row.id<SessionId>(2), row.id<UserId>(3), row.text(4)});
  }
  return ended;
}

std::size_t audit_each(Transaction& transaction, OrganizationKey organization, SessionEnd why,
                       const std::vector<Ended>& ended) {
  for (const Ended& session : ended) {
    transaction.audit(organization)
        .append(
            "session.ended", "session/" + session.id.str(),
            json::write(json::Object{{"before", json::Object{{"user", "user/" + session.user.str()},
                                                             {"connection", session.connection}}},
                                     {"reason", name(why)}}));
  }
  return ended.size();
}

/// One event for what may be thousands.
std::size_t audit_together(Transaction& transaction, OrganizationKey organization, SessionEnd why,
                           const std::string& object, const std::vector<Ended>& ended) {
  if (ended.empty()) return 0;
  const auto count = static_cast<std::int64_t>(ended.size());
  transaction.audit(organization)
      .append("session.ended", object,
              json::write(json::Object{{"sessions", count}, {"reason", name(why)}}));
  return ended.size();
}

}  // namespace

std::string_view name(SessionEnd why) {
  switch (why) {
    case SessionEnd::sign_out:
      return "sign_out";
    case SessionEnd::user:
      return "user";
    case SessionEnd::admin:
      return "admin";
    case SessionEnd::replaced:
      return "replaced";
    case SessionEnd::idp_logout:
      return "idp_logout";
    case SessionEnd::idp_refused:
      return "idp_refused";
    case SessionEnd::deprovisioned:
      return "deprovisioned";
    case SessionEnd::connection_ended:
      return "connection_ended";
    case SessionEnd::too_many:
      return "too_many";
  }
  return "";
}

Session Sessions::add(Session session) {
  session.organization = organization_;
  sql::Session& store = transaction_.session();
  session.position =
      store
          .query(
              insert_session,
              {sql::Blob{as_bytes(session.hash)}, session.id, organization_, session.user_position,
               session.user, session.connection, session.issuer, session.subject,
               session.idp_session, session.address, session.user_agent, session.created,
               session.last_used, std::int64_t{session.idle.count()}, session.expires,
               session.ends(), session.reauth_at, session.reauth_postponed, session.sealed_tokens})
          .integer(0);
  // Read from an index; which ones were used last is in the rows.
  const std::int64_t count =
      store.query(count_of_user, {organization_, session.user_position}).integer(0);
  if (count <= most_of_user) return session;
  audit_each(transaction_, organization_, SessionEnd::too_many,
             ended_of(transaction_,
                      store.query(delete_beyond_most, {session.user_position, session.position,
                                                       most_of_user - 1, organization_})));
  return session;
}

std::optional<Session> Sessions::find(Transaction& transaction, const Sha256& hash) {
  const sql::Rows row = transaction.session().query(select_by_hash, {sql::Blob{as_bytes(hash)}});
  return row ? std::optional(session_of(row)) : std::nullopt;
}

Result<Session> Sessions::get(const SessionId& id) {
  const sql::Rows row = transaction_.session().query(select_by_id, {id, organization_});
  if (!row) return Error(Fault::not_found, "There is no such session.");
  return session_of(row);
}

std::vector<Session> Sessions::list(std::int64_t after, std::size_t limit) {
  return sessions_of(transaction_.session().query(
      select_page, {organization_, after, transaction_.now(), static_cast<std::int64_t>(limit)}));
}

std::vector<Session> Sessions::list_of_user(std::int64_t user_position, std::int64_t after,
                                            std::size_t limit) {
  return sessions_of(transaction_.session().query(
      select_page_of_user,
      {user_position, after, transaction_.now(), static_cast<std::int64_t>(limit), organization_}));
}

void Sessions::end(const Session& session, SessionEnd why) {
  audit_each(transaction_, organization_, why,
             ended_of(transaction_,
                      transaction_.session().query(delete_one, {session.position, organization_})));
}

std::size_t Sessions::end_all() {
  return audit_together(
      transaction_, organization_, SessionEnd::admin,
      "organization/" + transaction_.organization(organization_).slug,
      ended_of(transaction_, transaction_.session().query(delete_all, {organization_})));
}

std::size_t Sessions::end_of_user(std::int64_t user_position, SessionEnd why,
                                  const std::optional<SessionId>& but) {
  return audit_each(
      transaction_, organization_, why,
      ended_of(transaction_,
               transaction_.session().query(delete_of_user, {user_position, organization_, but})));
}

std::size_t Sessions::end_of_connection(std::string_view connection) {
  return audit_together(
      transaction_, organization_, SessionEnd::connection_ended,
      "connection/" + std::string(connection),
      ended_of(transaction_,
               transaction_.session().query(delete_of_connection, {organization_, connection})));
}

std::size_t Sessions::end_of_idp(std::string_view connection, std::string_view issuer,
                                 std::string_view subject, std::string_view idp_session,
                                 SessionEnd why) {
  sql::Session& store = transaction_.session();
  if (idp_session.empty() && subject.empty()) return 0;
  return audit_each(
      transaction_, organization_, why,
      ended_of(transaction_,
               idp_session.empty()
                   ? store.query(delete_of_subject, {organization_, connection, issuer, subject})
                   : store.query(delete_of_idp_session,
                                 {organization_, connection, issuer, subject, idp_session})));
}

void Sessions::touch(const Session& session, Timestamp at) {
  Session used = session;
  used.last_used = at;
  transaction_.session().execute(update_last_used,
                                 {session.position, organization_, at, used.ends()});
}

void Sessions::renew(const Session& session) {
  transaction_.session().execute(
      update_renewed, {session.position, organization_, session.reauth_at, session.reauth_postponed,
                       session.sealed_tokens});
  transaction_.session_changes().note(session.hash);
}

void Sessions::postpone(const Session& session, Timestamp until) {
  transaction_.session().execute(update_postponed, {session.position, organization_, until});
  transaction_.session_changes().note(session.hash);
}

bool Sessions::claim_renewal(const Session& session, Timestamp until) {
  return transaction_.session().execute(
             claim, {session.position, organization_, until, transaction_.now()}) == 1;
}

void Sessions::release_renewal(const Session& session) {
  transaction_.session().execute(release, {session.position, organization_});
}

std::int64_t Sessions::forget_old(Transaction& transaction, std::size_t limit) {
  return transaction.session().execute(delete_over,
                                       {transaction.now(), static_cast<std::int64_t>(limit)});
}

std::vector<Session> Sessions::sealed_otherwise(Transaction& transaction, std::string_view current,
                                                std::int64_t after, std::size_t limit) {
  return sessions_of(transaction.session().query(
      select_sealed_otherwise, {after, current, static_cast<std::int64_t>(limit)}));
}

}  // namespace rollcall
