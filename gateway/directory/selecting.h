#pragma once

#include "gateway/directory/sql.h"

#include <cstdint>
#include <limits>
#include <string_view>

/// The statements of a selection, put together at compile time: one set for each index that can
/// lead the walk, every other condition applied to the rows it finds. Parameters: $1 organization,
/// $2 the position the walk starts behind, $3 limit or offset, from $4 on the conditions.
namespace rollcall::selecting {

inline constexpr std::string_view count_rows = "SELECT count(*) FROM (SELECT 1 ";
inline constexpr std::string_view pick = "SELECT ";
inline constexpr std::string_view where = "WHERE ";
inline constexpr std::string_view also = " AND ";
inline constexpr std::string_view behind = " > $2 ";
inline constexpr std::string_view in_order_of = "ORDER BY ";
inline constexpr std::string_view limit = " LIMIT $3";
inline constexpr std::string_view limit_of_count = " LIMIT $3) AS counted";
inline constexpr std::string_view offset = " LIMIT 1 OFFSET $3";
inline constexpr std::string_view space = " ";

/// `Columns` of `From` and `Documents`, led by `Lead`, filtered by `Conditions`, in the order of
/// the expression `Order`, which is `Position` unless no index keeps that order.
template <const std::string_view& Columns, const std::string_view& From,
          const std::string_view& Documents, const std::string_view& Lead,
          const std::string_view& Conditions, const std::string_view& Position,
          const std::string_view& Order>
struct Statements {
  static constexpr sql::Sql list{
      sql::joined<pick, Columns, space, From, Documents, where, Lead, Conditions, also, Position,
                  behind, in_order_of, Order, limit>};
  static constexpr sql::Sql count{sql::joined<count_rows, From, where, Lead, Conditions, also,
                                              Position, behind, limit_of_count>};
  static constexpr sql::Sql nth{sql::joined<pick, Position, space, From, where, Lead, Conditions,
                                            also, Position, behind, in_order_of, Order, offset>};
};

struct Set {
  const sql::Sql& list;
  const sql::Sql& count;
  const sql::Sql& nth;
};
template <class S>
inline constexpr Set set_of{S::list, S::count, S::nth};

inline constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();
/// A position behind all rows.
inline constexpr std::int64_t past_the_end = std::numeric_limits<std::int64_t>::max();

/// Up to this many changed rows, walking the index of change times and sorting is quicker than
/// walking all rows in order; beyond it, changed rows are dense enough to find by walking.
inline constexpr std::int64_t few_changes = 4096;

}  // namespace rollcall::selecting
