#include "gateway/sign_in/browser.h"

#include "gateway/base/text.h"
#include "gateway/session/cookie.h"
#include "gateway/sign_in/attempt_cookie.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

constexpr std::size_t longest_agent = 256;

/// What is left of it is one line of ASCII.
std::string short_agent(std::string_view text) {
  std::string agent(text.substr(0, longest_agent));
  std::erase_if(agent, [](char c) { return c < ' ' || c > '~'; });
  return agent;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A prefetch asks before anybody clicked; a script cannot follow to an IdP (spec/oidc 1.2). A
/// frame of another site's page shows no session cookie, so nobody could be asked what becomes of
/// it.
bool is_navigation(const http::Request& request) {
  const auto mode = request.field("Sec-Fetch-Mode");
  if (mode && !iequals(*mode, "navigate")) return false;
  const auto destination = request.field("Sec-Fetch-Dest");
  if (destination && !iequals(*destination, "document")) return false;
  if (request.field("X-Requested-With")) return false;
  for (const std::string_view name : {"Sec-Purpose", "Purpose"}) {
    const auto purpose = request.field(name);
    if (purpose && contains(ascii_lower(*purpose), "prefetch")) return false;
  }
  const auto accept = request.field("Accept");
  if (!accept || accept->empty()) return true;
  const std::string types = ascii_lower(*accept);
  return contains(types, "text/html") || contains(types, "*/*");
}

/// Scheme and authority of a URL.
std::string_view origin_of(std::string_view url) {
  const auto authority = url.find("://");
  if (authority == url.npos) return {};
  return url.substr(0, url.find_first_of("/?#", authority + 3));
}

/// A sibling host ("same-site") is another site too. Origin speaks only where Sec-Fetch-Site does
/// not: it is "null" in honest requests as well. Links carry neither in browsers that do not know
/// Sec-Fetch-Site, but most carry a Referer.
bool is_cross_site(const http::Request& request) {
  if (const auto site = request.field("Sec-Fetch-Site")) {
    return !iequals(*site, "same-origin") && !iequals(*site, "none");
  }
  if (const auto origin = request.field("Origin")) return !iequals(*origin, request.origin);
  const auto referer = request.field("Referer");
  return referer && !referer->empty() && !iequals(origin_of(*referer), request.origin);
}

}  // namespace

Actor Browser::actor() const {
  return {.kind = ActorKind::system,
          .id = {},
          .address = address,
          .source = Source::sso,
          .request_id = request_id};
}

Browser read_browser(const http::Request& request) {
  Browser browser;
  browser.origin = request.origin;
  browser.address = request.client_address;
  browser.user_agent = short_agent(request.field("User-Agent").value_or(""));
  browser.request_id = request.id;
  for (std::string& name : session::cookies_beginning(request, attempt_cookie_prefix)) {
    auto value = session::cookie(request, name);
    if (value) browser.attempt_cookies.emplace_back(std::move(name), Secret(*std::move(value)));
  }
  browser.session = session::presented_session(request);
  browser.navigates = is_navigation(request);
  browser.cross_site = is_cross_site(request);
  return browser;
}

std::optional<std::vector<http::Parameter>> read_parameters(const http::Request& request) {
  if (request.method != http::Method::post) return http::parse_query(request.query);
  const std::string type = ascii_lower(request.field("Content-Type").value_or(""));
  const std::string_view media = trim(std::string_view(type).substr(0, type.find(';')));
  if (media == "application/x-www-form-urlencoded") return http::parse_query(request.body);
  if (request.body.empty()) return std::vector<http::Parameter>{};
  return std::nullopt;
}

std::optional<std::string> single(const std::vector<http::Parameter>& parameters,
                                  std::string_view name) {
  const auto is_it = [&](const http::Parameter& parameter) { return parameter.name == name; };
  const auto count = std::ranges::count_if(parameters, is_it);
  if (count > 1) return std::nullopt;
  return count == 0 ? std::string() : std::ranges::find_if(parameters, is_it)->value;
}

}  // namespace rollcall::sign_in
