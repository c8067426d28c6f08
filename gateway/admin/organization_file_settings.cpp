#include "gateway/admin/organization_file_parts.h"
#include "gateway/base/text.h"

#include <array>
#include <cmath>

namespace rollcall::admin {
namespace {

constexpr std::array<std::string_view, 2> presets{"dagster", "dbt"};
constexpr std::array<std::string_view, 5> pools{"user", "developer", "analyst", "it", "read_only"};
constexpr std::int64_t most_seats = 1'000'000'000;

bool is_null(const yaml::Node& node) { return to_json(node).is_null(); }

using SeatNumbers = DeclaredOrganization::SeatNumbers;

/// A number of seats, or a stated null: unlimited.
std::optional<std::optional<std::int64_t>> read_number(Fields& fields, std::string_view key) {
  const yaml::Node* node = fields.node(key);
  if (!node) return std::nullopt;
  if (is_null(*node)) return std::optional<std::int64_t>();
  const auto number = fields.integer(key, 0, most_seats);
  if (!number) return std::nullopt;
  return number;
}

/// {pool: n | {user: n, billing: n}}
std::vector<SeatNumbers> read_seats(Fields& organization, Problems& problems) {
  std::vector<SeatNumbers> all;
  const yaml::Node* node = organization.node("seats");
  if (!node) return all;
  Fields fields(*node, "organization.seats", problems);
  for (const std::string_view pool : pools) {
    const yaml::Node* value = fields.node(pool);
    if (!value) continue;
    SeatNumbers numbers;
    numbers.line = value->mark.line;
    numbers.pool = pool;
    if (value->kind == yaml::Node::Kind::mapping) {
      Fields members(*value, "organization.seats." + numbers.pool, problems);
      numbers.user = read_number(members, "user");
      numbers.billing = read_number(members, "billing");
      members.done();
    } else {
      numbers.user = read_number(fields, pool);
    }
    all.push_back(std::move(numbers));
  }
  fields.done();
  return all;
}

/// Each setting is checked by itself, so that every wrong one is named with its line.
std::optional<json::Object> read_policy_section(Fields& organization, Problems& problems) {
  const yaml::Node* node = organization.node("policy");
  if (!node) return std::nullopt;
  if (node->kind != yaml::Node::Kind::mapping && node->kind != yaml::Node::Kind::null) {
    problems.add(node->mark.line, "organization.policy must be a map of keys and values");
    return std::nullopt;
  }
  Fields fields(*node, "organization.policy", problems);
  json::Object policy;
  for (const yaml::Entry& entry : node->entries) {
    json::Value value = to_json(entry.value);
    if (entry.key == "default_branch_role" && value.string()) {
      const auto role = read_default_role(fields, entry.key);
      if (!role) continue;
      value = *role ? json::Value(**role) : json::Value();
    }
    const auto checked = read_policy(json::Object{{entry.key, value}}, Preset::none);
    if (!checked) problems.add(entry.mark.line, "organization: " + checked.error().detail());
    policy.append(entry.key, std::move(value));
  }
  return policy;
}

/// `max_fraction`, 0 to 1, in hundredths.
std::optional<std::int64_t> read_percent(Fields& fields, std::string_view key) {
  const yaml::Node* node = fields.node(key);
  if (!node) return std::nullopt;
  const json::Value value = to_json(*node);
  double fraction = -1;
  if (value.decimal()) fraction = *value.decimal();
  if (value.integer()) fraction = static_cast<double>(*value.integer());
  const double percent = std::round(fraction * 100);
  if (fraction >= 0 && fraction <= 1 && std::abs(percent - fraction * 100) < 1e-6) {
    return static_cast<std::int64_t>(percent);
  }
  fields.problem(node->mark.line,
                 "\"" + std::string(key) + "\" must be a number from 0 to 1 in hundredths");
  return std::nullopt;
}

void read_brake(Fields& file, DeclaredOrganization& organization, Problems& problems) {
  const yaml::Node* node = file.node("brake");
  if (!node) return;
  Fields fields(*node, "brake", problems);
  organization.brake_max_removals = fields.integer("max_removals", 0, most_seats);
  organization.brake_max_percent = read_percent(fields, "max_fraction");
  fields.done();
}

}  // namespace

DeclaredOrganization read_organization(Fields& file, Problems& problems) {
  DeclaredOrganization organization;
  file.require("organization");
  read_brake(file, organization, problems);
  const yaml::Node* node = file.node("organization");
  if (!node) return organization;
  Fields fields(*node, "organization", problems);
  organization.line = fields.line();
  fields.require("slug");
  organization.slug = fields.text("slug", 63).value_or("");
  if (const auto preset = fields.word("preset", presets)) {
    organization.preset = find_preset(*preset);
  }
  if (const yaml::Node* plan = fields.node("plan")) {
    organization.plan = is_null(*plan) ? std::nullopt : fields.text("plan", 63);
  }
  organization.name = fields.text("name", 256);
  organization.seats = read_seats(fields, problems);
  organization.policy = read_policy_section(fields, problems);
  fields.done();
  return organization;
}

}  // namespace rollcall::admin
