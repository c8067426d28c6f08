#pragma once

#include "gateway/simulate/session.h"

#include <string_view>

// The acts of play_okta. "Okta" as a source is the SCIM 2.0 reference of okta-developer-docs
// (docs/reference/scim/scim-20), "Okta SPEC test" its Okta-SCIM-20-SPEC-Test.json.
namespace rollcall::simulate::okta {

/// {{alice}}, {{bob}}, {{carol}}: unused user names; {{…_external}}: their ids in Okta.
void connect(Session& session);
void import_all(Session& session, std::string_view when);
void create_users(Session& session);
void look_up(Session& session);
/// Profile pushes, which are PUT of the whole resource with both kinds of integration.
void update_profile(Session& session);
/// Activation the way integrations of the Okta Integration Network do it.
void activate_by_patch(Session& session);
/// Activation the way integrations of the App Integration Wizard do it.
void activate_by_put(Session& session);
void miss(Session& session);

/// {{group}}: an unused display name.
void push_group(Session& session);
void push_members_by_patch(Session& session);
void push_group_by_put(Session& session);
void unlink_group(Session& session);

/// {{body_variable}} with what `edit` changes, as the text of a PUT; unknown stays unknown.
std::string edited(Session& session, std::string_view body_variable,
                   const std::function<void(json::Object&)>& edit);

}  // namespace rollcall::simulate::okta
