#pragma once

#include "gateway/base/id.h"
#include "gateway/catalogue/plan.h"
#include "gateway/crypto/digest.h"
#include "gateway/directory/policy.h"

#include <optional>
#include <string>

namespace rollcall {

struct Organization {
  OrganizationKey key;
  std::string slug;
  std::string name;
  Preset preset = Preset::none;
  /// Nothing: every feature.
  std::optional<std::string> plan;
  Policy policy;
  std::int64_t version = 1;
  Timestamp created;

  Features features() const;
  bool has(Feature feature) const { return rollcall::has(features(), feature); }
};

/// feature_not_in_plan (forbidden) if the organization's plan does not include it.
Result<> require(const Organization& organization, Feature feature);

/// How strictly a SCIM connection reads what the IdP sends (spec/scim 0). Stored as a number.
enum class ScimMode { lenient, strict, interop };

/// One IdP that provisions into an organization. externalId and tokens belong to it.
struct ScimConnection {
  ScimConnectionKey key;
  OrganizationKey organization;
  std::string organization_slug;
  /// Unique in the organization: letters, digits, dashes.
  std::string id;
  bool enabled = true;
  ScimMode mode = ScimMode::lenient;
  bool username_is_email = false;
  /// What read_scim_options() reads, as declared: a JSON object.
  std::string options = "{}";
};

/// A sign-in connection as declared; `settings` is a JSON object of the contract's keys.
struct Connection {
  OrganizationKey organization;
  std::string id;
  std::string settings;
  /// The digest of the settings with which a test sign-in last passed.
  std::optional<Sha256> tested = std::nullopt;
};

}  // namespace rollcall
