#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// One pool of seats (spec/access 3.3d). An absent number is unlimited.
struct SeatPool {
  std::string pool;
  std::optional<std::int64_t> user_seats;
  std::optional<std::int64_t> billing_seats;
  /// Kept, never counted: users invited or active whose licence draws on the pool.
  std::int64_t used = 0;

  /// The smallest of both numbers and what the licence type can have (F42); nothing is unlimited.
  std::optional<std::int64_t> capacity() const;
};

/// The seats of one organization within one transaction. Only the directory's own operations
/// reserve and free; taking the last seat is decided by the one writer, so exactly one of two wins.
class Seats {
 public:
  Seats(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Every pool of the organization, used or not, in the order of seat_pools().
  std::vector<SeatPool> list();
  SeatPool get(std::string_view pool);
  /// Changes the numbers given; the others stay. Audited ("seats.changed") if one differs. Refused:
  /// below what is used (conflict, "seats_in_use"), above what the licence type can have (conflict,
  /// "seat_limit"), negative (invalid_value), a pool that the organization does not have
  /// (not_found).
  Result<> set(std::string_view pool, std::optional<std::optional<std::int64_t>> user_seats,
               std::optional<std::optional<std::int64_t>> billing_seats);
  /// One statement where there is room. conflict with code "seat_limit", or "billing_seats" when
  /// only those are short (S92).
  Result<> reserve(std::string_view pool, std::int64_t count = 1);
  /// Never fails: who leaves is not held back by a count.
  void release(std::string_view pool, std::int64_t count = 1);
  /// Counts who uses what anew, once licences were switched on or off: nobody loses a seat, more
  /// than there are only hold up new users (3.3d).
  void recount();

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall
