#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/result.h"
#include "gateway/directory/directory.h"
#include "gateway/sign_in/connection.h"

#include <string_view>

namespace rollcall::sign_in {

// What of an identity a connection lets in, whoever it belongs to (spec/access 3.3a.2).

/// At a renewal nobody signs in: what the IdP does not say again counts as before (spec/oidc 1.8).
enum class Occasion { sign_in, renewal };

/// connection_disabled: it may have been disabled or removed while the browser was at the IdP.
Result<> check_still_open(Transaction& transaction, const SignInConnection& connection);
/// ip_rule (F60).
Result<> check_address(Transaction& transaction, OrganizationKey organization,
                       std::string_view address);
/// The identity as it counts: its groups are absent no more, but present or unknown as the
/// connection says (X11). domain_not_allowed, groups_absent_denied, group_not_allowed.
Result<Identity> admit(const SignInConnection& connection, Identity identity, Occasion occasion);

/// Whether the e-mail address is one of the connection's domains.
bool in_own_domain(const SignInConnection& connection, const Identity& identity);
/// Whether the identity's address can be taken for its own: the IdP verified it, or the domain is
/// the IdP's (spec/oidc 1.6). An e-mail links to nobody without in_own_domain() as well.
bool has_vouched_address(const SignInConnection& connection, const Identity& identity);

}  // namespace rollcall::sign_in
