#include "gateway/directory/idempotency.h"

#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <chrono>

namespace rollcall {
namespace {

constexpr std::chrono::hours kept_for{24};

constexpr sql::Sql select_answer{
    "SELECT request, status, headers, body FROM idempotency_keys "
    "WHERE caller = $1 AND key = $2 AND created > $3"};
// One that is there already is too old to count: find() comes first.
constexpr sql::Sql upsert_answer{
    "INSERT INTO idempotency_keys (caller, key, request, status, headers, body, created) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (caller, key) DO UPDATE SET "
    "request = excluded.request, status = excluded.status, headers = excluded.headers, "
    "body = excluded.body, created = excluded.created"};
constexpr sql::Sql delete_old{"DELETE FROM idempotency_keys WHERE created <= $1"};

}  // namespace

Result<std::optional<KeptAnswer>> IdempotencyKeys::find(std::string_view caller,
                                                        std::string_view key,
                                                        const Sha256& request) {
  const sql::Rows row =
      transaction_.session().query(select_answer, {caller, key, transaction_.now() - kept_for});
  if (!row) return std::optional<KeptAnswer>();
  if (row.bytes(0) != as_bytes(request)) {
    return Error(Fault::conflict, "This Idempotency-Key came with another request before.")
        .with_code("idempotency_key_reused");
  }
  return std::optional(KeptAnswer{
      .status = static_cast<int>(row.integer(1)), .headers = row.text(2), .body = row.text(3)});
}

void IdempotencyKeys::keep(std::string_view caller, std::string_view key, const Sha256& request,
                           const KeptAnswer& answer) {
  transaction_.session().execute(
      upsert_answer, {caller, key, sql::Blob{as_bytes(request)}, std::int64_t{answer.status},
                      answer.headers, answer.body, transaction_.now()});
}

void IdempotencyKeys::forget_old() {
  transaction_.session().execute(delete_old, {transaction_.now() - kept_for});
}

}  // namespace rollcall
