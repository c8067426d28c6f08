#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rollcall {

/// One thing that a principal may do, named by its key: "runs.launch" of the Dagster+ ladder
/// (spec/access F6), "jobs:R" and "jobs:W" of the dbt sets (F34, F35). A place in permissions().
class Permission {
 public:
  constexpr explicit Permission(std::size_t index) : index_(static_cast<std::uint8_t>(index)) {}
  /// By key, to the byte; nothing if there is none.
  static std::optional<Permission> find(std::string_view key);

  constexpr std::size_t index() const { return index_; }
  std::string_view key() const;
  friend constexpr bool operator==(Permission, Permission) = default;

 private:
  std::uint8_t index_;
};

inline constexpr std::size_t most_permissions = 160;
using PermissionSet = std::bitset<most_permissions>;

/// Whose vocabulary a permission belongs to.
enum class PermissionFamily { ladder, sets };

struct PermissionInfo {
  std::string_view key;
  PermissionFamily family;
  /// What it lets do, for people who compose a role.
  std::string_view description;
  /// Counts for the organization as a whole wherever it was granted (F6, F34), such as "members:W"
  /// and "users.add".
  bool organization_wide = false;
};

/// All of them; the index is the Permission.
std::span<const PermissionInfo> permissions();

/// The permission and what it contains, to see what it changes: "jobs:W" contains "jobs:R",
/// "runs.launch" contains "runs.view".
PermissionSet with_contained(Permission permission);
/// The permissions of `set` that only read: keys that end in ":R" or ".view".
PermissionSet reading(const PermissionSet& set);

}  // namespace rollcall
