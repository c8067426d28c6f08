#include "gateway/catalogue/license.h"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

// Order of precedence (X10); each type has a pool of its own, IT at most one seat (F42).
constexpr std::array types{
    LicenseType{License::developer, "developer", false, "developer", std::nullopt},
    LicenseType{License::analyst, "analyst", false, "analyst", std::nullopt},
    LicenseType{License::it, "it", true, "it", 1},
    LicenseType{License::read_only, "read_only", true, "read_only", std::nullopt}};
constexpr std::array<std::string_view, 4> license_pools{"developer", "analyst", "it", "read_only"};
constexpr std::array<std::string_view, 1> one_pool{user_pool};

}  // namespace

std::span<const LicenseType> license_types() { return types; }

const LicenseType& type_of(License license) {
  return *std::ranges::find(types, license, &LicenseType::license);
}

std::optional<License> find_license(std::string_view key) {
  const auto found = std::ranges::find(types, key, &LicenseType::key);
  return found == types.end() ? std::nullopt : std::optional(found->license);
}

std::span<const std::string_view> seat_pools(bool licenses) {
  if (licenses) return license_pools;
  return one_pool;
}

std::string_view seat_pool_of(std::optional<License> license, bool licenses) {
  return licenses ? type_of(license.value_or(License::developer)).pool : user_pool;
}

}  // namespace rollcall
