#pragma once

#include "gateway/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

enum class ScopeKind {
  organization,
  deployment,
  code_location,
  branch,
  all_branch_deployments,
  all_projects,
  project,
  environment,
};

/// A place in the scope tree, in the contract's words: "org", "deployment/D", "code_location/D/L",
/// "branch/B", "all_branch_deployments", "project/P", "all_projects", "environment/P/E".
struct Scope {
  ScopeKind kind = ScopeKind::organization;
  /// D, B or P.
  std::string first = {};
  /// L or E.
  std::string second = {};

  /// invalid_value for anything but the forms above; names are 1 to 128 bytes without '/' and
  /// control characters.
  static Result<Scope> parse(std::string_view text);
  std::string str() const;

  friend bool operator==(const Scope&, const Scope&) = default;
};

/// Where the name of a code location's deployment belongs: decided by whoever knows the tree.
enum class DeploymentKind { full, branch };

/// Whether a grant on `granted` reaches `resource` (spec/access 3.3b.3): org reaches all; a
/// deployment its code locations; all_branch_deployments every branch and, with
/// `deployment` = branch, its code locations; all_projects every project; a project its
/// environments.
bool covers(const Scope& granted, const Scope& resource, DeploymentKind deployment);

/// Category of an environment (F39); `other` is also called general.
enum class EnvironmentCategory { production, staging, development, other };
std::string_view name(EnvironmentCategory category);
std::optional<EnvironmentCategory> find_environment_category(std::string_view name);

/// A set of categories as bits 1 << category.
using Environments = std::uint8_t;
inline constexpr Environments all_environments = 0x0f;
inline constexpr Environments bit(EnvironmentCategory category) {
  return static_cast<Environments>(1U << static_cast<unsigned>(category));
}

}  // namespace rollcall
