#include "gateway/catalogue/plan.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 3> preset_names{"", "dagster", "dbt"};
constexpr std::array<std::string_view, feature_count> feature_names{
    "groups", "code_location_roles", "launcher", "custom_roles", "service_users", "sso", "scim",
    "rbac",   "license_mapping",     "audit",    "ip_rules"};

Features features_of(std::initializer_list<Feature> list) {
  Features features;
  for (const Feature feature : list) features.set(static_cast<std::size_t>(feature));
  return features;
}

// Numbers that the documentation names (F42); the other plans are a contract's matter.
constexpr std::array starter_seats{BaseSeats{"developer", 8}, BaseSeats{"read_only", 5},
                                   BaseSeats{"it", 1}};
constexpr std::array developer_seats{BaseSeats{"developer", 1}, BaseSeats{"read_only", 0},
                                     BaseSeats{"it", 0}};
constexpr std::array enterprise_seats{BaseSeats{"it", 1}};

}  // namespace

std::string_view name(Preset preset) { return preset_names[static_cast<std::size_t>(preset)]; }

std::optional<Preset> find_preset(std::string_view name) {
  if (name == "dagster") return Preset::dagster;
  if (name == "dbt") return Preset::dbt;
  return std::nullopt;
}

std::string_view name(Feature feature) { return feature_names[static_cast<std::size_t>(feature)]; }

std::span<const Plan> plans(Preset preset) {
  // Dagster+: teams, launcher, location roles, SSO and the rest are Pro (S18, S24, S33, F19, F30).
  static const std::array ladder_plans{Plan{"solo", Features()}, Plan{"starter", Features()},
                                       Plan{"pro", every_feature}};
  // dbt: RBAC, SSO, SCIM and the rest are Enterprise (S60, F55, F60); fixed groups below (F47).
  static const std::array set_plans{
      Plan{"developer", Features(), developer_seats},
      Plan{"team", features_of({Feature::groups, Feature::service_users}), starter_seats, true},
      Plan{"starter", features_of({Feature::groups, Feature::service_users}), starter_seats},
      Plan{"enterprise", every_feature, enterprise_seats}};
  if (preset == Preset::dbt) return set_plans;
  return ladder_plans;
}

const Plan* find_plan(Preset preset, std::string_view name) {
  const auto list = plans(preset);
  const auto found = std::ranges::find(list, name, &Plan::name);
  return found == list.end() ? nullptr : &*found;
}

}  // namespace rollcall
