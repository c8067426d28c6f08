#pragma once

#include "gateway/base/id.h"

#include <cstdint>

namespace rollcall {

namespace sql {
class Session;
}

enum class Counted { users = 0, groups = 1 };

/// How many rows of a kind an organization has, kept by block of positions: the total of a list
/// without a filter, and the way to its n-th row, without walking the rows before it.
class Counters {
 public:
  Counters(sql::Session& session, OrganizationKey organization, Counted kind)
      : session_(session), organization_(organization), kind_(static_cast<std::int64_t>(kind)) {}

  void added(std::int64_t position) { change(position, 1); }
  void removed(std::int64_t position) { change(position, -1); }
  std::int64_t total();

  /// The `offset`-th row (0-based) is row `offset` of those behind position `after`.
  struct Place {
    std::int64_t after;
    std::int64_t offset;
  };
  Place place_of(std::int64_t offset);

 private:
  void change(std::int64_t position, std::int64_t by);

  sql::Session& session_;
  OrganizationKey organization_;
  std::int64_t kind_;
};

}  // namespace rollcall
