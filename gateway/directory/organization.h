#pragma once

#include "gateway/base/id.h"

#include <string>

namespace rollcall {

struct Organization {
  OrganizationKey key;
  std::string slug;
  Timestamp created;
};

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
  /// Options that later capabilities read (manual_users, manual_groups …), as declared: a JSON
  /// object.
  std::string options = "{}";
};

/// A sign-in connection as declared; `settings` is a JSON object of the contract's keys.
struct Connection {
  OrganizationKey organization;
  std::string id;
  std::string settings;
};

}  // namespace rollcall
