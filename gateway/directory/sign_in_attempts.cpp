#include "gateway/directory/sign_in_attempts.h"

#include "gateway/directory/sql.h"
#include "gateway/directory/stored_digest.h"
#include "gateway/directory/transaction.h"

#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::string_view select = "SELECT ";
constexpr std::string_view columns =
    "state, browser, organization, connection, trace, created, expires, data";
constexpr std::string_view alive = " FROM sign_in_attempts WHERE state = $1 AND expires > $2";
constexpr std::string_view take_alive =
    "DELETE FROM sign_in_attempts WHERE state = $1 AND browser = $2 AND expires > $3 RETURNING ";
constexpr std::string_view take_over =
    "DELETE FROM sign_in_attempts WHERE state IN (SELECT state FROM sign_in_attempts "
    "WHERE expires <= $1 ORDER BY expires LIMIT $2) RETURNING ";
constexpr sql::Sql select_alive{sql::joined<select, columns, alive>};
constexpr sql::Sql delete_alive{sql::joined<take_alive, columns>};
constexpr sql::Sql delete_expired{sql::joined<take_over, columns>};
constexpr sql::Sql insert_attempt{
    "INSERT INTO sign_in_attempts (state, browser, organization, connection, trace, created, "
    "expires, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};

// An id that is past its time came for the first time again.
constexpr sql::Sql upsert_used{
    "INSERT INTO used_ids (issuer, id, expires) VALUES ($1, $2, $3) ON CONFLICT (issuer, id) "
    "DO UPDATE SET expires = excluded.expires WHERE used_ids.expires <= $4"};
constexpr sql::Sql delete_used{
    "DELETE FROM used_ids WHERE (issuer, id) IN (SELECT issuer, id FROM used_ids "
    "WHERE expires <= $1 ORDER BY expires LIMIT $2)"};

json::Object data_of(std::string_view text) {
  auto data = json::parse(text);
  if (!data || !data->object()) throw std::logic_error("an attempt's data are no JSON object");
  return std::move(*data->object());
}

SignInAttempt attempt_of(const sql::Rows& row) {
  return {.state = stored_digest(row, 0),
          .browser = optional_digest(row, 1),
          .organization = OrganizationKey(row.integer(2)),
          .connection = row.text(3),
          .trace = row.text(4),
          .created = row.timestamp(5),
          .expires = row.timestamp(6),
          .data = data_of(row.bytes(7))};
}

std::optional<SignInAttempt> first_of(const sql::Rows& row) {
  return row ? std::optional(attempt_of(row)) : std::nullopt;
}

std::optional<sql::Blob> blob_of(const std::optional<Sha256>& digest) {
  return digest ? std::optional(sql::Blob{as_bytes(*digest)}) : std::nullopt;
}

}  // namespace

void SignInAttempts::add(const SignInAttempt& attempt) {
  transaction_.session().execute(
      insert_attempt, {sql::Blob{as_bytes(attempt.state)}, blob_of(attempt.browser),
                       attempt.organization, attempt.connection, attempt.trace, attempt.created,
                       attempt.expires, json::write(json::Value(attempt.data))});
}

std::optional<SignInAttempt> SignInAttempts::find(const Sha256& state) {
  return first_of(
      transaction_.session().query(select_alive, {sql::Blob{as_bytes(state)}, transaction_.now()}));
}

std::optional<SignInAttempt> SignInAttempts::consume(const Sha256& state, const Sha256& browser) {
  return first_of(transaction_.session().query(
      delete_alive,
      {sql::Blob{as_bytes(state)}, sql::Blob{as_bytes(browser)}, transaction_.now()}));
}

std::vector<SignInAttempt> SignInAttempts::take_expired(std::size_t limit) {
  std::vector<SignInAttempt> expired;
  for (sql::Rows row = transaction_.session().query(
           delete_expired, {transaction_.now(), static_cast<std::int64_t>(limit)});
       row; row.next()) {
    expired.push_back(attempt_of(row));
  }
  return expired;
}

bool SignInAttempts::first_use(std::string_view issuer, std::string_view id, Timestamp expires) {
  return transaction_.session().execute(upsert_used, {issuer, id, expires, transaction_.now()}) ==
         1;
}

std::int64_t SignInAttempts::forget_used(std::size_t limit) {
  return transaction_.session().execute(delete_used,
                                        {transaction_.now(), static_cast<std::int64_t>(limit)});
}

}  // namespace rollcall
