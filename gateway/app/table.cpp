#include "gateway/app/table.h"

#include <algorithm>
#include <ostream>

namespace rollcall::app {

void Table::print(std::ostream& out) const {
  constexpr std::size_t gap = 2;
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size() + gap, ' ');
    }
    out << line << '\n';
  }
}

}  // namespace rollcall::app
