#pragma once

#include "gateway/session/session_cache.h"
#include "gateway/sign_in/browser.h"
#include "gateway/sign_in/oidc_relying_party.h"
#include "gateway/sign_in/services.h"

namespace rollcall::sign_in {

/// The session that a browser shows. Members are coroutines on the I/O thread.
class CurrentSession {
 public:
  CurrentSession(const Services& services, OidcRelyingParty& oidc)
      : services_(services), oidc_(oidc) {}

  /// Null unless it is good; where it is time to, its IdP is asked first. A use of the session.
  /// `unavailable` when the store fails, which is not to be taken for "no session".
  Awaitable<Result<session::SessionPtr>> get(Browser browser) const;
  /// The same without asking and without using it.
  Awaitable<Result<session::SessionPtr>> look(Browser browser) const;

 private:
  const Services& services_;
  OidcRelyingParty& oidc_;
};

}  // namespace rollcall::sign_in
