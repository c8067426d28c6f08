#include "gateway/http/problem.h"
#include "gateway/sign_in/login.h"
#include "gateway/sign_in/login_pages.h"
#include "gateway/sign_in/pages.h"
#include "oidc/refusal.h"
#include "oidc/url.h"

#include <algorithm>
#include <array>

namespace rollcall::sign_in {
namespace {

constexpr std::chrono::microseconds minute = std::chrono::minutes(1);

/// At no limit nothing comes of it.
std::chrono::microseconds each(std::size_t a_minute) {
  return minute / static_cast<std::int64_t>(std::max(a_minute, std::size_t{1}));
}

/// Anything more than the page that asks for an address.
bool starts(const Call& call) {
  constexpr std::array<std::string_view, 5> names{"organization", "connection", "email",
                                                  "login_hint", "test"};
  return !call.arguments.empty() ||
         std::ranges::any_of(call.parameters, [&](const http::Parameter& parameter) {
           return std::ranges::count(names, parameter.name) > 0;
         });
}

}  // namespace

Login::Login(const Services& services, const Frame& frame, OidcRelyingParty& oidc,
             const CurrentSession& current)
    : services_(services),
      frame_(frame),
      oidc_(oidc),
      current_(current),
      starts_(services.clock, services.sign_ins_per_minute, each(services.sign_ins_per_minute)) {}

std::optional<http::Response> Login::too_many(const Call& call) const {
  if (!starts(call)) return std::nullopt;
  const auto wait = starts_.pass(address_block(call.browser.address));
  if (!wait) return std::nullopt;
  const Error error(Fault::rate_limited, "Too many sign-ins were started from this address.");
  const std::string trace = make_trace_id();
  services_.log.info("sign-in refused", {{"trace", trace}, {"reason", error.code()}});
  http::Response response = call.browser.navigates ? refusal_page(error, trace, "/login")
                                                   : http::problem(error).with(trace_field, trace);
  std::erase_if(response.fields, [](const auto& field) { return field.name == "Retry-After"; });
  response.with("Retry-After", std::to_string(wait->count()));
  return response;
}

http::Response Login::as_get(const Wish& wish) {
  std::vector<http::Parameter> parameters;
  const std::initializer_list<std::pair<const char*, const std::string*>> all{
      {"organization", &wish.organization},
      {"connection", &wish.connection},
      {"login_hint", &wish.email},
      {"test", &wish.test},
      {"iss", &wish.issuer},
      {"return_to", &wish.return_to}};
  for (const auto& [name, value] : all) {
    if (!value->empty()) parameters.push_back({name, *value});
  }
  return redirect(oidc::with_query("/login", parameters));
}

Awaitable<http::Response> Login::start_one(Browser browser, Wish wish,
                                           std::vector<SignInConnection> ways) const {
  if (ways.size() > 1) co_return choose_page(ways, wish.return_to, wish.email);
  SignInRequest request{.connection = std::move(ways.front()),
                        .return_to = std::move(wish.return_to),
                        .login_hint = std::move(wish.email)};
  http::Response response = co_await start(std::move(browser), std::move(request));
  co_return response;
}

/// Login CSRF: another site must not replace somebody's session by one of an organization whose IdP
/// it may command. A test makes no session.
Awaitable<Result<std::optional<http::Response>>> Login::ask_before(Browser browser,
                                                                   SignInRequest request) const {
  std::optional<http::Response> question;
  if (!browser.cross_site || !browser.session || request.purpose == Purpose::test) {
    co_return question;
  }
  // Also one that its IdP has to confirm: it may well do so.
  auto session = co_await services_.sessions.get(*browser.session);
  if (!session) co_return std::move(session).error();
  if (!*session || (*session)->organization == request.connection.organization.key) {
    co_return question;
  }
  const auto read = [&](Transaction& transaction) { return who_is(transaction, **session); };
  auto who = co_await services_.directory.read(read);
  if (!who) co_return std::move(who).error();
  question = other_organization_page(request, *who);
  co_return question;
}

Awaitable<http::Response> Login::start(Browser browser, SignInRequest request) const {
  http::Response response;
  auto question = co_await ask_before(browser, request);
  if (!question) {
    response = co_await refuse(std::move(browser), std::move(question).error());
    co_return response;
  }
  if (*question) co_return **std::move(question);
  switch (request.connection.protocol) {
    case Protocol::oidc:
      response = co_await oidc_.start(std::move(request), std::move(browser));
      break;
    case Protocol::saml: {
      Trace trace(services_.clock);
      const OrganizationKey key = request.connection.organization.key;
      Error error = oidc::refuse("connection_incomplete", "this gateway does not speak SAML yet");
      response = co_await frame_.refuse(std::move(browser), std::move(trace), key,
                                        request.connection.id, std::move(error));
      break;
    }
  }
  co_return response;
}

}  // namespace rollcall::sign_in
