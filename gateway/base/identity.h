#pragma once

#include "gateway/base/json.h"
#include "gateway/base/timestamp.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

/// What an IdP said of somebody's groups. unknown: it has more than it says, or the place to ask
/// did not answer; never to be taken for "no groups" (product.md).
struct ClaimedGroups {
  enum class State { present, absent, unknown };
  State state = State::absent;
  std::vector<std::string> values = {};
  /// Why they are unknown, for the administrator.
  std::string problem = {};
};
/// "present", "absent", "unknown".
std::string_view name(ClaimedGroups::State state);

/// Who an IdP says has signed in: the one value in which SAML and OpenID Connect end.
struct Identity {
  /// The sign-in connection of the organization.
  std::string connection = {};
  /// (issuer, subject) is who it is; both compare to the byte. Entra: (tenant, oid).
  std::string issuer = {};
  std::string subject = {};
  /// The other name of the same subject (Entra: the `sub` that it gives this client).
  std::string alternate_subject = {};
  std::optional<std::string> email = std::nullopt;
  /// The IdP vouches for the address, in the same document that holds it.
  bool email_verified = false;
  std::string given_name = {};
  std::string family_name = {};
  std::string display_name = {};
  ClaimedGroups groups = {};
  /// The session at the IdP (`sid`, SessionIndex), by which it can be ended.
  std::string idp_session = {};
  std::optional<Timestamp> authenticated = std::nullopt;
  /// The IdP wants the session to end then (SessionNotOnOrAfter).
  std::optional<Timestamp> not_after = std::nullopt;
  /// All that was released, for the sign-in trace.
  json::Object claims = {};
};

}  // namespace rollcall
