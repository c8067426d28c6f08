#pragma once

#include "gateway/sign_in/call.h"
#include "gateway/sign_in/oidc_relying_party.h"
#include "gateway/sign_in/services.h"

namespace rollcall::sign_in {

/// /logout: ends the session here first, then sends the browser on to the IdP's end of session
/// (spec/oidc 1.7). What another site asks for is asked back with a button.
class Logout {
 public:
  Logout(const Services& services, OidcRelyingParty& oidc) : services_(services), oidc_(oidc) {}

  Awaitable<http::Response> ask(Call call) const;
  Awaitable<http::Response> post(Call call) const;
  /// Where the IdP sends the browser back to. Any `state` is as good as none: there is nothing
  /// left to protect.
  Awaitable<http::Response> done(Call call) const;

 private:
  Awaitable<http::Response> end(Browser browser) const;

  const Services& services_;
  OidcRelyingParty& oidc_;
};

}  // namespace rollcall::sign_in
