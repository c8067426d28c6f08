#include "gateway/directory/seats.h"

#include "gateway/base/json.h"
#include "gateway/catalogue/license.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <utility>

namespace rollcall {
namespace {

using Number = std::optional<std::int64_t>;

constexpr sql::Sql select_pools{
    "SELECT pool, user_seats, billing_seats, used FROM seat_pools WHERE organization = $1"};
constexpr sql::Sql select_pool{
    "SELECT pool, user_seats, billing_seats, used FROM seat_pools "
    "WHERE organization = $1 AND pool = $2"};
constexpr sql::Sql upsert_numbers{
    "INSERT INTO seat_pools (organization, pool, user_seats, billing_seats, used) "
    "VALUES ($1, $2, $3, $4, 0) ON CONFLICT (organization, pool) "
    "DO UPDATE SET user_seats = excluded.user_seats, billing_seats = excluded.billing_seats"};
// A pool without a row is unlimited but for $4, the most that its licence type can have; the caller
// knows that $3 alone is not above that.
constexpr sql::Sql take_seats{
    "INSERT INTO seat_pools (organization, pool, used) VALUES ($1, $2, $3) "
    "ON CONFLICT (organization, pool) DO UPDATE SET used = seat_pools.used + $3 WHERE "
    "(seat_pools.user_seats IS NULL OR seat_pools.used + $3 <= seat_pools.user_seats) AND "
    "(seat_pools.billing_seats IS NULL OR seat_pools.used + $3 <= seat_pools.billing_seats) AND "
    "($4 IS NULL OR seat_pools.used + $3 <= $4)"};
constexpr sql::Sql give_back_seats{
    "UPDATE seat_pools SET used = CASE WHEN used > $3 THEN used - $3 ELSE 0 END "
    "WHERE organization = $1 AND pool = $2"};

constexpr sql::Sql reset_used{"UPDATE seat_pools SET used = 0 WHERE organization = $1"};
constexpr sql::Sql count_seated{
    "SELECT license, COUNT(*) FROM users WHERE organization = $1 AND state <> 2 GROUP BY license"};
static_assert(static_cast<int>(UserState::deactivated) == 2, "the statement says 2");
constexpr sql::Sql add_used{
    "INSERT INTO seat_pools (organization, pool, used) VALUES ($1, $2, $3) "
    "ON CONFLICT (organization, pool) DO UPDATE SET used = seat_pools.used + $3"};

SeatPool pool_of(const sql::Rows& row) {
  const auto number = [&](int column) {
    return row.null(column) ? std::nullopt : Number(row.integer(column));
  };
  return {.pool = row.text(0),
          .user_seats = number(1),
          .billing_seats = number(2),
          .used = row.integer(3)};
}

Number most_seats(std::string_view pool) {
  const auto found = std::ranges::find(license_types(), pool, &LicenseType::pool);
  return found == license_types().end() ? std::nullopt : found->most_seats;
}

Number smaller(const Number& a, const Number& b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

bool short_of(const Number& seats, std::int64_t needed) { return seats && *seats < needed; }

Error no_seat(const SeatPool& pool, std::int64_t count) {
  const std::int64_t needed = pool.used + count;
  if (short_of(smaller(pool.user_seats, most_seats(pool.pool)), needed)) {
    return Error(Fault::conflict, "No seat is free in the pool \"" + pool.pool + "\".")
        .with_code("seat_limit");
  }
  return Error(Fault::conflict, "No billing seat is free in the pool \"" + pool.pool + "\".")
      .with_code("billing_seats");
}

Result<> check_number(const SeatPool& pool, const Number& seats) {
  if (!seats) return {};
  if (*seats < 0) return Error(Fault::invalid_value, "A number of seats is not negative.");
  if (*seats < pool.used) {
    return Error(Fault::conflict,
                 std::to_string(pool.used) + " seats of the pool \"" + pool.pool + "\" are in use.")
        .with_code("seats_in_use");
  }
  const Number most = most_seats(pool.pool);
  if (most && *seats > *most) {
    return Error(Fault::conflict,
                 "The pool \"" + pool.pool + "\" has at most " + std::to_string(*most) + " seats.")
        .with_code("seat_limit");
  }
  return {};
}

json::Value shown(const Number& seats) { return seats ? json::Value(*seats) : json::Value(); }

/// The numbers of `pool` that differ from `other`.
json::Object shown(const SeatPool& pool, const SeatPool& other) {
  json::Object object;
  if (pool.user_seats != other.user_seats) object.append("user_seats", shown(pool.user_seats));
  if (pool.billing_seats != other.billing_seats) {
    object.append("billing_seats", shown(pool.billing_seats));
  }
  return object;
}

}  // namespace

Number SeatPool::capacity() const {
  return smaller(smaller(user_seats, billing_seats), most_seats(pool));
}

std::vector<SeatPool> Seats::list() {
  std::vector<SeatPool> pools;
  for (const std::string_view pool :
       seat_pools(transaction_.organization(organization_).policy.licenses)) {
    pools.push_back({.pool = std::string(pool), .user_seats = {}, .billing_seats = {}});
  }
  for (sql::Rows row = transaction_.session().query(select_pools, {organization_}); row;
       row.next()) {
    const auto found = std::ranges::find(pools, row.bytes(0), &SeatPool::pool);
    if (found != pools.end()) *found = pool_of(row);
  }
  return pools;
}

SeatPool Seats::get(std::string_view pool) {
  const sql::Rows row = transaction_.session().query(select_pool, {organization_, pool});
  if (row) return pool_of(row);
  return {.pool = std::string(pool), .user_seats = {}, .billing_seats = {}};
}

Result<> Seats::set(std::string_view pool, std::optional<Number> user_seats,
                    std::optional<Number> billing_seats) {
  const auto pools = seat_pools(transaction_.organization(organization_).policy.licenses);
  if (std::ranges::find(pools, pool) == pools.end()) {
    return Error(Fault::not_found, "There is no seat pool \"" + std::string(pool) + "\".");
  }
  const SeatPool before = get(pool);
  SeatPool after = before;
  if (user_seats && *user_seats != before.user_seats) {
    CHECK_OK(check_number(before, *user_seats));
    after.user_seats = *user_seats;
  }
  if (billing_seats && *billing_seats != before.billing_seats) {
    CHECK_OK(check_number(before, *billing_seats));
    after.billing_seats = *billing_seats;
  }
  const json::Object changes = shown(after, before);
  if (changes.empty()) return {};
  transaction_.session().execute(upsert_numbers,
                                 {organization_, pool, after.user_seats, after.billing_seats});
  transaction_.audit(organization_)
      .append("seats.changed", "seats/" + std::string(pool),
              json::write(json::Object{{"before", shown(before, after)}, {"after", changes}}));
  return {};
}

Result<> Seats::reserve(std::string_view pool, std::int64_t count) {
  const Number most = most_seats(pool);
  if (!short_of(most, count) &&
      transaction_.session().execute(take_seats, {organization_, pool, count, most}) == 1) {
    return {};
  }
  return no_seat(get(pool), count);
}

void Seats::recount() {
  sql::Session& session = transaction_.session();
  const bool licenses = transaction_.organization(organization_).policy.licenses;
  std::vector<std::pair<std::string_view, std::int64_t>> counts;
  for (sql::Rows row = session.query(count_seated, {organization_}); row; row.next()) {
    const auto license =
        row.null(0) ? std::nullopt : std::optional(static_cast<License>(row.integer(0)));
    counts.emplace_back(seat_pool_of(license, licenses), row.integer(1));
  }
  session.execute(reset_used, {organization_});
  for (const auto& [pool, count] : counts) session.execute(add_used, {organization_, pool, count});
}

void Seats::release(std::string_view pool, std::int64_t count) {
  transaction_.session().execute(give_back_seats, {organization_, pool, count});
}

}  // namespace rollcall
