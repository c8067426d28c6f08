#include "gateway/sign_in/login.h"

#include "gateway/sign_in/login_pages.h"
#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/return_to.h"
#include "gateway/sign_in/test_sign_in.h"
#include "gateway/sign_in/ways_in.h"
#include "oidc/refusal.h"
#include "oidc/url.h"

namespace rollcall::sign_in {
namespace {

/// RFC 5321 §4.5.3.1.3.
constexpr std::size_t longest_address = 254;
/// As long as return_to may be.
constexpr std::size_t longest_value = 2'048;

/// The cookie of the session is SameSite=Lax: a form that another site posts comes without it, the
/// GET that the browser makes of our answer brings it.
bool lacks_cookies(const Call& call) {
  return call.posted() && call.browser.cross_site && !call.browser.session;
}

/// A script cannot follow to an IdP: it is told where its window should go (spec/oidc 1.2).
http::Response tell_script(const Call& call) {
  std::vector<http::Parameter> kept;
  for (const char* name : {"organization", "connection", "return_to"}) {
    auto value = single(call.parameters, name);
    if (value && !value->empty()) kept.push_back({name, *std::move(value)});
  }
  const std::string url = call.browser.origin + "/login";
  http::Response response(
      401, "application/json",
      json::write(json::Object{{"error", "login_required"},
                               {"login_url", kept.empty() ? url : oidc::with_query(url, kept)}}));
  response.with("WWW-Authenticate", R"(Bearer realm="rollcall")");
  return response;
}

json::Object ask_data(const std::string& return_to, const std::string& email) {
  json::Object data{{"email", email}};
  if (return_to != default_return_to) data.append("return_to", return_to);
  return data;
}

SignInRequest request_for(SignInConnection connection, std::string return_to, std::string hint) {
  return {.connection = std::move(connection),
          .return_to = std::move(return_to),
          .login_hint = std::move(hint)};
}

}  // namespace

Result<Login::Wish> Login::read(const Call& call) const {
  Wish wish;
  std::string hint;
  std::string target;
  const std::initializer_list<std::pair<const char*, std::string*>> known{
      {"organization", &wish.organization},
      {"connection", &wish.connection},
      {"email", &wish.email},
      {"login_hint", &hint},
      {"test", &wish.test},
      {"iss", &wish.issuer},
      {"return_to", &wish.return_to},
      {"target_link_uri", &target}};
  for (const auto& [name, place] : known) {
    auto value = single(call.parameters, name);
    if (!value) return oidc::refuse("duplicate_parameter", std::string(name) + " comes twice");
    if (value->size() > longest_value) {
      return Error(Fault::invalid_value, "A parameter is too long.", std::string(name));
    }
    *place = *std::move(value);
  }
  if (wish.email.empty()) wish.email = std::move(hint);
  if (wish.email.size() > longest_address) {
    return Error(Fault::invalid_value, "This is no e-mail address.");
  }
  if (wish.return_to.empty()) wish.return_to = std::move(target);
  if (wish.return_to.empty()) {
    wish.return_to = default_return_to;
    return wish;
  }
  auto checked = check_return_to(wish.return_to, call.browser.origin, services_.protected_hosts);
  if (!checked) {
    return Error(Fault::invalid_value, "This is no place to return to.",
                 "return_to is none of our own addresses and none of protected_hosts");
  }
  wish.return_to = *std::move(checked);
  return wish;
}

Awaitable<http::Response> Login::open(Call call) const {
  if (auto refused = too_many(call)) co_return *std::move(refused);
  if (!call.browser.navigates) co_return tell_script(call);
  auto read_wish = read(call);
  http::Response response;
  if (!read_wish) {
    response = co_await refuse(std::move(call.browser), std::move(read_wish).error());
    co_return response;
  }
  Wish wish = *std::move(read_wish);
  if (call.arguments.size() == 2) {
    wish.connection = call.arguments[0] + "/" + call.arguments[1];
    wish.test.clear();
  }
  if (lacks_cookies(call)) co_return as_get(wish);
  if (!wish.test.empty()) {
    response = co_await by_test(std::move(call.browser), std::move(wish));
  } else if (!wish.connection.empty()) {
    response = co_await by_connection(std::move(call.browser), std::move(wish));
  } else if (!wish.organization.empty()) {
    response = co_await by_organization(std::move(call.browser), std::move(wish));
  } else if (!wish.email.empty()) {
    response = co_await by_email(std::move(call.browser), std::move(wish));
  } else {
    response = co_await ask(std::move(call.browser), std::move(wish));
  }
  co_return response;
}

Awaitable<http::Response> Login::ask(Browser browser, Wish wish) const {
  json::Object data = ask_data(wish.return_to, "");
  auto session = co_await current_.look(std::move(browser));
  if (session && *session) {
    const auto read = [&](Transaction& transaction) { return who_is(transaction, **session); };
    auto who = co_await services_.directory.read(read);
    if (who) {
      data.append("signed_in", true);
      data.append("name", who->name);
      data.append("organization", who->organization);
    }
  }
  co_return page(200, "ask", data);
}

Awaitable<http::Response> Login::by_connection(Browser browser, Wish wish) const {
  const auto slash = wish.connection.find('/');
  const std::string organization = wish.connection.substr(0, slash);
  const std::string id = slash == std::string::npos ? "" : wish.connection.substr(slash + 1);
  const auto read = [&](Transaction& transaction) {
    return find_connection(transaction, services_.keys, organization, id);
  };
  auto found = co_await services_.directory.read(read);
  http::Response response;
  if (!found) {
    response = co_await refuse(std::move(browser), std::move(found).error());
    co_return response;
  }
  if (!wish.issuer.empty() && wish.issuer != found->oidc.issuer) {
    Trace trace(services_.clock);
    const OrganizationKey key = found->organization.key;
    Error error = oidc::refuse("issuer_mismatch", "iss is not the issuer of the connection");
    response = co_await frame_.refuse(std::move(browser), std::move(trace), key, found->id,
                                      std::move(error));
    co_return response;
  }
  SignInRequest request =
      request_for(*std::move(found), std::move(wish.return_to), std::move(wish.email));
  response = co_await start(std::move(browser), std::move(request));
  co_return response;
}

Awaitable<http::Response> Login::by_organization(Browser browser, Wish wish) const {
  const auto read = [&](Transaction& transaction) {
    return ways_into(transaction, services_.keys, wish.organization);
  };
  auto ways = co_await services_.directory.read(read);
  if (ways && ways->empty()) {
    ways =
        oidc::refuse("connection_incomplete", "the organization has no connection that is ready");
  }
  http::Response response;
  if (!ways) {
    response = co_await refuse(std::move(browser), std::move(ways).error());
  } else {
    response = co_await start_one(std::move(browser), std::move(wish), *std::move(ways));
  }
  co_return response;
}

Awaitable<http::Response> Login::by_email(Browser browser, Wish wish) const {
  const auto read = [&](Transaction& transaction) -> Result<std::vector<SignInConnection>> {
    return ways_for(transaction, services_.keys, wish.email);
  };
  auto ways = co_await services_.directory.read(read);
  http::Response response;
  if (!ways) {
    response = co_await refuse(std::move(browser), std::move(ways).error());
  } else if (ways->empty()) {
    // One answer for all reasons: nobody learns which domains are known here.
    json::Object data = ask_data(wish.return_to, wish.email);
    data.append("not_found", true);
    response = page(404, "ask", data);
  } else {
    response = co_await start_one(std::move(browser), std::move(wish), *std::move(ways));
  }
  co_return response;
}

Awaitable<http::Response> Login::by_test(Browser browser, Wish wish) const {
  const auto read = [&](Transaction& transaction) -> Result<SignInRequest> {
    TRY(OpenedTest test, open_test(transaction, wish.test));
    SignInRequest request =
        request_for(draft_connection(transaction, services_.keys, test.organization,
                                     test.connection, test.draft),
                    std::string(default_return_to), "");
    request.purpose = Purpose::test;
    request.draft = std::move(test.draft);
    return request;
  };
  auto opened = co_await services_.directory.read(read);
  http::Response response;
  if (!opened) {
    response = co_await refuse(std::move(browser), std::move(opened).error());
    co_return response;
  }
  response = co_await start(std::move(browser), *std::move(opened));
  co_return response;
}

Awaitable<http::Response> Login::refuse(Browser browser, Error error) const {
  Trace trace(services_.clock);
  http::Response response = co_await frame_.refuse(std::move(browser), std::move(trace),
                                                   std::nullopt, "", std::move(error));
  co_return response;
}

}  // namespace rollcall::sign_in
