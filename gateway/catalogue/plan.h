#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rollcall {

/// What an organization is modelled on: decides defaults of its policy, its roles and its plans
/// (spec/access 3.4). Stored as a number: new enumerators go to the end.
enum class Preset { none, dagster, dbt };
/// "dagster", "dbt"; empty for none.
std::string_view name(Preset preset);
std::optional<Preset> find_preset(std::string_view name);

/// What a plan may hold back; a call that needs one answers feature_not_in_plan.
enum class Feature {
  groups,
  code_location_roles,
  launcher,
  custom_roles,
  service_users,
  sso,
  scim,
  rbac,
  license_mapping,
  audit,
  ip_rules,
};
inline constexpr std::size_t feature_count = 11;
using Features = std::bitset<feature_count>;
std::string_view name(Feature feature);
inline bool has(const Features& features, Feature feature) {
  return features.test(static_cast<std::size_t>(feature));
}

struct BaseSeats {
  std::string_view pool;
  std::int64_t seats;
};

struct Plan {
  std::string_view name;
  Features features;
  /// What a fresh organization starts with (S89); a pool that is not named is unlimited.
  std::span<const BaseSeats> base_seats = {};
  /// A pool's capacity is the smaller of user seats and billing seats (S92).
  bool billing_seats = false;
};

std::span<const Plan> plans(Preset preset);
/// Null if the preset has no such plan.
const Plan* find_plan(Preset preset, std::string_view name);
inline constexpr Features every_feature{(1ULL << feature_count) - 1};

}  // namespace rollcall
