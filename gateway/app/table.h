#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace rollcall::app {

/// Rows of text in columns as wide as their widest cell.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) { add(std::move(heads)); }
  /// As many cells as heads.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rollcall::app
