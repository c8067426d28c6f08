#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

/// Which addresses may use an organization (F60): lists of CIDR ranges, v4 and v6.
struct IpRules {
  bool enabled = false;
  std::vector<std::string> allow;
  std::vector<std::string> deny;
  friend bool operator==(const IpRules&, const IpRules&) = default;
};

/// The settings of an organization that its admins decide (spec/access 3.2); what a stored policy
/// does not name has the preset's default (3.4).
struct Policy {
  bool direct_user_grants = true;
  bool default_deployment_roles = true;
  /// Role key of new users on all_branch_deployments; nothing for none (X12).
  std::optional<std::string> default_branch_role = "viewer";
  bool default_groups = false;
  bool licenses = false;
  bool forbid_self_membership = true;
  bool verify_email_on_jit = false;
  /// New users are told by mail that they were added (S16).
  bool notify_new_users = false;
  std::int64_t reauth_hours = 24;
  std::int64_t reauth_grace_hours = 4;
  /// A session ends when it was not used for so long, and after so many hours at the latest.
  std::int64_t session_idle_minutes = 480;
  std::int64_t session_hours = 168;
  /// A connection signs nobody in until a test sign-in passed with its settings.
  bool require_connection_test = false;
  /// The IT licence may write connections (F41).
  bool it_connections = false;
  /// Days for which audit events are kept; nothing for ever.
  std::optional<std::int64_t> audit_retention_days;
  /// Brake on mass removals (product.md).
  std::int64_t brake_max_removals = 100;
  /// Hundredths: 30 is 0.3.
  std::int64_t brake_max_percent = 30;
  IpRules ip_rules;

  friend bool operator==(const Policy&, const Policy&) = default;
};

Policy default_policy(Preset preset);
/// The members of `object`, each checked, over the preset's defaults; invalid_value names the first
/// bad or unknown one (with the nearest known name).
Result<Policy> read_policy(const json::Object& object, Preset preset);
/// What differs from the preset's defaults, as read_policy() takes it.
json::Object write_policy(const Policy& policy, Preset preset);
/// All of it.
json::Object show_policy(const Policy& policy);

/// How a SCIM connection and manual edits share users and groups (spec/access 3.3e), from
/// ScimConnection::options.
struct ScimOptions {
  bool manual_users = true;
  bool manual_groups = true;
  bool controls_license = false;
  /// The sign-in connection of the same IdP, if it was named.
  std::optional<std::string> connection;
};
ScimOptions default_scim_options(Preset preset);
/// What `options` does not name has the preset's default.
ScimOptions read_scim_options(std::string_view options, Preset preset);

}  // namespace rollcall
