#pragma once

#include "gateway/catalogue/plan.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rollcall {

/// A user's licence type (F40): at most one each. Stored as a number: new enumerators go to the
/// end.
enum class License { developer, analyst, it, read_only };

struct LicenseType {
  License license;
  std::string_view key;
  /// open: the roles decide. fixed: the licence decides whatever the roles (S57, S58).
  bool fixed;
  /// The seat pool it draws on.
  std::string_view pool;
  /// Highest number of seats of the pool, whatever the plan (F42).
  std::optional<std::int64_t> most_seats;
};

/// In order of precedence, the first wins when a sign-in matches several (X10).
std::span<const LicenseType> license_types();
const LicenseType& type_of(License license);
std::optional<License> find_license(std::string_view key);

/// The pool that users draw on where licences are off.
inline constexpr std::string_view user_pool = "user";
/// The pools of an organization: `user`, or one for each licence type.
std::span<const std::string_view> seat_pools(bool licenses);
/// The pool that a user with this licence draws on; where licences are on, none is developer (F43).
std::string_view seat_pool_of(std::optional<License> license, bool licenses);

}  // namespace rollcall
