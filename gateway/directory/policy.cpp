#include "gateway/directory/policy.h"

#include "gateway/base/ip_address.h"
#include "gateway/base/nearest.h"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

constexpr std::size_t most_ranges = 1000;
constexpr std::int64_t hour_limit = 24 * 365;
constexpr std::int64_t largest = 1'000'000'000;

Error bad(std::string_view name, std::string_view expected) {
  return {Fault::invalid_value,
          "policy: \"" + std::string(name) + "\" must be " + std::string(expected) + "."};
}

Result<> read(std::string_view name, const json::Value& value, bool& into) {
  if (!value.boolean()) return bad(name, "true or false");
  into = *value.boolean();
  return {};
}

Result<> read(std::string_view name, const json::Value& value, std::int64_t& into,
              std::int64_t least, std::int64_t most) {
  if (!value.integer() || *value.integer() < least || *value.integer() > most) {
    return bad(name,
               "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  into = *value.integer();
  return {};
}

Result<std::vector<std::string>> read_ranges(std::string_view name, const json::Value& value) {
  const json::Array* list = value.array();
  if (!list || list->size() > most_ranges) return bad(name, "a list of address ranges");
  std::vector<std::string> ranges;
  for (const json::Value& range : *list) {
    if (!range.string() || !IpRange::parse(*range.string())) {
      return bad(name, "a list of address ranges like 10.0.0.0/8 or 2001:db8::/32");
    }
    ranges.push_back(*range.string());
  }
  return ranges;
}

Result<IpRules> read_ip_rules(const json::Value& value) {
  const json::Object* object = value.object();
  if (!object) return bad("ip_rules", "an object with enabled, allow and deny");
  IpRules rules;
  for (const json::Member& member : *object) {
    if (member.name == "enabled") {
      CHECK_OK(read("ip_rules.enabled", member.value, rules.enabled));
    } else if (member.name == "allow") {
      TRY(rules.allow, read_ranges("ip_rules.allow", member.value));
    } else if (member.name == "deny") {
      TRY(rules.deny, read_ranges("ip_rules.deny", member.value));
    } else {
      return bad("ip_rules", "an object with enabled, allow and deny");
    }
  }
  for (const std::string& range : rules.deny) {
    const auto denied = IpRange::parse(range);
    if (std::ranges::any_of(rules.allow, [&](const std::string& allowed) {
          return IpRange::parse(allowed) == denied;
        })) {
      return bad("ip_rules", "without a range on both lists");  // F60
    }
  }
  return rules;
}

json::Value shown(const IpRules& rules) {
  return json::Object{{"enabled", rules.enabled},
                      {"allow", json::Array(rules.allow.begin(), rules.allow.end())},
                      {"deny", json::Array(rules.deny.begin(), rules.deny.end())}};
}

/// One setting: its name, how it is read and shown.
struct Setting {
  std::string_view name;
  Result<> (*read)(std::string_view name, const json::Value& value, Policy& policy);
  json::Value (*show)(const Policy& policy);
};

template <auto Member>
constexpr Setting flag(std::string_view name) {
  return {name,
          [](std::string_view of, const json::Value& value, Policy& policy) {
            return read(of, value, policy.*Member);
          },
          [](const Policy& policy) { return json::Value(policy.*Member); }};
}

template <auto Member, std::int64_t Least, std::int64_t Most>
constexpr Setting number(std::string_view name) {
  return {name,
          [](std::string_view of, const json::Value& value, Policy& policy) {
            return read(of, value, policy.*Member, Least, Most);
          },
          [](const Policy& policy) { return json::Value(policy.*Member); }};
}

Result<> read_branch_role(std::string_view name, const json::Value& value, Policy& policy) {
  if (value.is_null()) {
    policy.default_branch_role.reset();
  } else if (value.string() && !value.string()->empty()) {
    policy.default_branch_role = *value.string();
  } else {
    return bad(name, "the key of a role or null");
  }
  return {};
}

Result<> read_retention(std::string_view name, const json::Value& value, Policy& policy) {
  policy.audit_retention_days.reset();
  if (value.is_null()) return {};
  std::int64_t days = 0;
  CHECK_OK(read(name, value, days, 365, 36500));  // F61: a year at least
  policy.audit_retention_days = days;
  return {};
}

constexpr std::array settings{
    flag<&Policy::direct_user_grants>("direct_user_grants"),
    flag<&Policy::default_deployment_roles>("default_deployment_roles"),
    Setting{"default_branch_role", read_branch_role,
            [](const Policy& policy) {
              return policy.default_branch_role ? json::Value(*policy.default_branch_role)
                                                : json::Value();
            }},
    flag<&Policy::default_groups>("default_groups"),
    flag<&Policy::licenses>("licenses"),
    flag<&Policy::forbid_self_membership>("forbid_self_membership"),
    flag<&Policy::verify_email_on_jit>("verify_email_on_jit"),
    flag<&Policy::notify_new_users>("notify_new_users"),
    number<&Policy::reauth_hours, 1, hour_limit>("reauth_hours"),
    number<&Policy::reauth_grace_hours, 0, hour_limit>("reauth_grace_hours"),
    number<&Policy::session_idle_minutes, 1, 30 * 24 * 60>("session_idle_minutes"),
    number<&Policy::session_hours, 1, hour_limit>("session_hours"),
    flag<&Policy::require_connection_test>("require_connection_test"),
    flag<&Policy::it_connections>("it_connections"),
    Setting{"audit_retention_days", read_retention,
            [](const Policy& policy) {
              return policy.audit_retention_days ? json::Value(*policy.audit_retention_days)
                                                 : json::Value();
            }},
    number<&Policy::brake_max_removals, 0, largest>("brake_max_removals"),
    number<&Policy::brake_max_percent, 0, 100>("brake_max_percent"),
    Setting{"ip_rules",
            [](std::string_view, const json::Value& value, Policy& policy) -> Result<> {
              TRY(policy.ip_rules, read_ip_rules(value));
              return {};
            },
            [](const Policy& policy) { return shown(policy.ip_rules); }}};

Error unknown(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Setting& setting : settings) names.push_back(setting.name);
  std::string sentence = "policy: there is no setting \"" + std::string(name.substr(0, 80)) + "\"";
  const auto meant = nearest(name, names);
  return {Fault::invalid_value,
          sentence + (meant ? ", did you mean \"" + std::string(*meant) + "\"?" : ".")};
}

}  // namespace

Policy default_policy(Preset preset) {
  Policy policy;
  policy.notify_new_users = preset != Preset::none;
  if (preset == Preset::dbt) {
    policy.direct_user_grants = false;
    policy.default_deployment_roles = false;
    policy.default_branch_role.reset();
    policy.default_groups = true;
    policy.licenses = true;
    policy.verify_email_on_jit = true;
  }
  return policy;
}

Result<Policy> read_policy(const json::Object& object, Preset preset) {
  Policy policy = default_policy(preset);
  for (const json::Member& member : object) {
    const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& setting) {
      return setting.name == member.name;
    });
    if (found == settings.end()) return unknown(member.name);
    CHECK_OK(found->read(member.name, member.value, policy));
  }
  return policy;
}

json::Object write_policy(const Policy& policy, Preset preset) {
  const Policy defaults = default_policy(preset);
  json::Object object;
  for (const Setting& setting : settings) {
    json::Value value = setting.show(policy);
    if (value != setting.show(defaults)) object.append(std::string(setting.name), std::move(value));
  }
  return object;
}

json::Object show_policy(const Policy& policy) {
  json::Object object;
  for (const Setting& setting : settings) {
    object.append(std::string(setting.name), setting.show(policy));
  }
  return object;
}

ScimOptions default_scim_options(Preset preset) {
  ScimOptions options;
  options.manual_users = preset == Preset::none;
  options.manual_groups = preset != Preset::dbt;
  return options;
}

ScimOptions read_scim_options(std::string_view text, Preset preset) {
  ScimOptions options = default_scim_options(preset);
  if (text == "{}") return options;
  const auto value = json::parse(text);
  const json::Object* object = value ? value->object() : nullptr;
  if (!object) return options;
  const auto take = [&](std::string_view name, bool& into) {
    const json::Value* member = object->find(name);
    if (member && member->boolean()) into = *member->boolean();
  };
  take("manual_users", options.manual_users);
  take("manual_groups", options.manual_groups);
  take("controls_license", options.controls_license);
  if (const json::Value* member = object->find("connection"); member && member->string()) {
    options.connection = *member->string();
  }
  return options;
}

}  // namespace rollcall
