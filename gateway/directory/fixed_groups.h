#pragma once

#include "gateway/base/result.h"

#include <string_view>

namespace rollcall {

class Transaction;
struct Organization;

/// One of the groups that dbt's plans without rbac have (F45, F47).
struct FixedGroup {
  std::string_view name;
  /// The one set that it may hold there; empty for none.
  std::string_view role;
  bool assign_by_default;
};
/// By name, in letters of any case; null for any other group.
const FixedGroup* find_fixed_group(std::string_view name);

/// The groups that a fresh organization of such a plan starts with, their sets on all projects;
/// nothing for others. They are groups like any other: admins may change and remove them.
Result<> add_fixed_groups(Transaction& transaction, const Organization& organization);

}  // namespace rollcall
