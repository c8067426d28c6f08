#include "gateway/directory/counters.h"

#include "gateway/directory/sql.h"

namespace rollcall {
namespace {

/// 1,000 blocks for a million rows: as long to sum up as a block to walk.
constexpr std::int64_t block_size = 1024;

constexpr sql::Sql add_to_block{
    "INSERT INTO counters (organization, kind, block, rows) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (organization, kind, block) DO UPDATE SET rows = counters.rows + excluded.rows"};
constexpr sql::Sql select_total{
    "SELECT sum(rows) FROM counters WHERE organization = $1 AND kind = $2"};
constexpr sql::Sql select_blocks{
    "SELECT block, rows FROM counters WHERE organization = $1 AND kind = $2 ORDER BY block"};

}  // namespace

std::int64_t Counters::total() {
  const sql::Rows row = session_.query(select_total, {organization_, kind_});
  return row.integer(0);
}

Counters::Place Counters::place_of(std::int64_t offset) {
  sql::Rows row = session_.query(select_blocks, {organization_, kind_});
  std::int64_t block = 0;
  for (; row; row.next()) {
    block = row.integer(0);
    if (offset < row.integer(1)) break;
    offset -= row.integer(1);
    ++block;
  }
  return {block * block_size - 1, offset};
}

void Counters::change(std::int64_t position, std::int64_t by) {
  session_.execute(add_to_block, {organization_, kind_, position / block_size, by});
}

}  // namespace rollcall
