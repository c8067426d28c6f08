#include "gateway/sign_in/logout.h"

#include "gateway/session/cookie.h"
#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/trace.h"

namespace rollcall::sign_in {
namespace {

constexpr const char* done_path = "/logout/done";

http::Response to(const Browser& browser, std::string location) {
  http::Response response = redirect(std::move(location));
  response.with("Set-Cookie", session::clear_cookie(browser.origin, session::cookie_name));
  return response;
}

/// Nothing if there was none.
Result<std::optional<Session>> end_session(Transaction& transaction, const Sha256& hash) {
  auto session = Sessions::find(transaction, hash);
  if (session) transaction.sessions(session->organization).end(*session, SessionEnd::sign_out);
  return session;
}

}  // namespace

Awaitable<http::Response> Logout::ask(Call call) const {
  // A prefetch is nobody's wish either.
  const bool meant = call.browser.navigates && !call.browser.cross_site;
  if (call.browser.session && !meant) co_return page(200, "sign_out", {});
  http::Response response = co_await end(std::move(call.browser));
  co_return response;
}

Awaitable<http::Response> Logout::post(Call call) const {
  if (call.browser.cross_site) co_return page(403, "sign_out", {});
  http::Response response = co_await end(std::move(call.browser));
  co_return response;
}

Awaitable<http::Response> Logout::done(Call) const { co_return page(200, "signed_out", {}); }

Awaitable<http::Response> Logout::end(Browser browser) const {
  if (!browser.session) co_return to(browser, done_path);
  const Sha256 hash = *browser.session;
  const auto work = [&](Transaction& transaction) { return end_session(transaction, hash); };
  Actor actor = browser.actor();
  auto known = co_await services_.sessions.get(hash);
  if (known && *known) {
    actor.kind = ActorKind::user;
    actor.id = (*known)->user.str();
  }
  auto ended = co_await services_.directory.write(std::move(actor), work);
  if (!ended) co_return refusal_page(ended.error(), make_trace_id(), "");
  if (!*ended) co_return to(browser, done_path);
  auto url = co_await oidc_.logout_url(**ended, browser.origin);
  co_return to(browser, url ? *std::move(url) : std::string(done_path));
}

}  // namespace rollcall::sign_in
