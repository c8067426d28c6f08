#pragma once

#include <string>

namespace rollcall {

// Stored as numbers: new enumerators go to the end.

/// The door a change came through (spec: AuditEvent.source).
enum class Source { scim, api, cli, sso, system };
enum class ActorKind { scim_token, operator_token, operator_local, user, system, service_user };

/// Who asked for a unit of work: goes into every audit row it writes.
struct Actor {
  ActorKind kind = ActorKind::system;
  /// Public id of the token or user; empty for the local operator and the system itself.
  std::string id;
  std::string address;
  Source source = Source::system;
  std::string request_id;
};

/// Who it is, as tokens, grants and confirmations keep it: "user/0190…", "local operator".
std::string in_words(const Actor& actor);

}  // namespace rollcall
