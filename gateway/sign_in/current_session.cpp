#include "gateway/sign_in/current_session.h"

namespace rollcall::sign_in {

Awaitable<Result<session::SessionPtr>> CurrentSession::get(Browser browser) const {
  if (!browser.session) co_return session::SessionPtr();
  const Sha256 hash = *browser.session;
  auto found = co_await services_.sessions.get(hash);
  if (!found || !*found) co_return found;
  session::SessionPtr session = *std::move(found);
  if (!session->good(services_.clock.now())) {
    const bool renewed = co_await oidc_.renew(*session);
    if (!renewed) co_return session::SessionPtr();
    auto again = co_await services_.sessions.get(hash);
    if (!again || !*again) co_return again;
    session = *std::move(again);
  }
  services_.sessions.note_use(*session);
  co_return session;
}

Awaitable<Result<session::SessionPtr>> CurrentSession::look(Browser browser) const {
  if (!browser.session) co_return session::SessionPtr();
  const Sha256 hash = *browser.session;
  auto found = co_await services_.sessions.get(hash);
  if (found && *found && !(*found)->good(services_.clock.now())) co_return session::SessionPtr();
  co_return found;
}

}  // namespace rollcall::sign_in
