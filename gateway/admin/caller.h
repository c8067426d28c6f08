#pragma once

#include "gateway/admin/authority.h"
#include "gateway/admin/execute.h"

namespace rollcall::admin {

/// Who calls, by the local socket, a bearer token or a browser's session: fills the call's actor
/// and principal and gives what they may do. unauthenticated for a token or session that is
/// missing, unknown, expired or revoked, or whose owner is gone or deactivated; forbidden for a
/// token that is not for this API, where the organization's IP rules refuse the address, and for a
/// change that another site's page made a browser send ("cross_site").
Result<Authority> identify_caller(const Services& services, Call& call);

}  // namespace rollcall::admin
