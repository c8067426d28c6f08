#pragma once

#include "gateway/simulate/session.h"

#include <string>
#include <string_view>

// The acts of play_entra. "Entra" as a source is Microsoft's "Develop and plan provisioning for a
// SCIM endpoint" (entra-docs, use-scim-to-provision-users-and-groups), "Entra flags" its page on
// SCIM 2.0 compliance (application-provisioning-config-problem-scim-compatibility).
namespace rollcall::simulate::entra {

/// Which PATCH shapes the provisioning service writes: those of an ordinary tenant URL, or those
/// that ?aadOptscim062020 in the tenant URL asks for.
enum class Dialect { classic, optimised };

/// {{guid}}: random. With the optimised dialect the flag stays in the target, as some tenants send
/// it.
void connect(Session& session, Dialect dialect);

/// {{alan}}, {{grace}}, {{ada}}: unused user names; {{…_external}}: their object ids; {{…_mail}}.
void create_users(Session& session);
void match_users(Session& session, Dialect dialect);
void update_user(Session& session, Dialect dialect);
void set_manager(Session& session);
void disable_and_restore(Session& session, Dialect dialect);

/// {{group}}: an unused display name, {{group_caps}} the same in capitals.
void create_group(Session& session);
void change_members(Session& session, Dialect dialect);
void rename_group(Session& session, Dialect dialect);
void delete_user(Session& session);
void delete_group(Session& session);

/// A PATCH request of these operations, a JSON array without its brackets.
std::string patch_body(std::string_view operations);

}  // namespace rollcall::simulate::entra
