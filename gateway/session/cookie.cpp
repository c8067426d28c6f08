#include "gateway/session/cookie.h"

#include "gateway/base/text.h"
#include "gateway/crypto/base64.h"
#include "gateway/crypto/random.h"

#include <algorithm>
#include <cstddef>

namespace rollcall::session {
namespace {

constexpr std::string_view host_prefix = "__Host-";
constexpr std::size_t most_cookies = 50;
/// Longer ones are none of ours: a value holds 256 bits as base64url.
constexpr std::size_t longest_value = 64;
constexpr std::size_t session_bytes = 32;

/// Calls `visit` with name and value of each cookie of the request (RFC 6265 §4.2.1), whose size
/// the head's limits bound.
template <class Visit>
void each_cookie(const http::Request& request, const Visit& visit) {
  for (const http::Field& field : request.fields) {
    if (!iequals(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::string_view pair = trim(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.size(), rest.find(';')));
      if (!rest.empty()) rest.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos) visit(pair.substr(0, equals), pair.substr(equals + 1));
    }
  }
}

std::string full_name(std::string_view origin, std::string_view name) {
  return std::string(is_secure(origin) ? host_prefix : std::string_view()) + std::string(name);
}

std::string with_rules(std::string_view origin, std::string_view name, std::string_view value,
                       SameSite same_site, std::int64_t max_age) {
  const bool none = same_site == SameSite::none;
  std::string text = full_name(origin, name) + "=" + std::string(value);
  text += "; Path=/; HttpOnly; Max-Age=" + std::to_string(max_age);
  text += none ? "; SameSite=None" : "; SameSite=Lax";
  if (none || is_secure(origin)) text += "; Secure";
  return text;
}

}  // namespace

bool is_secure(std::string_view origin) { return origin.starts_with("https://"); }

std::optional<std::string> cookie(const http::Request& request, std::string_view name) {
  const std::string wanted = full_name(request.origin, name);
  std::optional<std::string> found;
  bool ambiguous = false;
  each_cookie(request, [&](std::string_view cookie_name, std::string_view value) {
    if (cookie_name != wanted) return;
    ambiguous = ambiguous || value.size() > longest_value || (found && *found != value);
    if (!ambiguous) found = std::string(value);
  });
  return ambiguous ? std::nullopt : found;
}

std::vector<std::string> cookies_beginning(const http::Request& request, std::string_view prefix) {
  const std::string wanted = full_name(request.origin, prefix);
  const std::size_t hidden = wanted.size() - prefix.size();
  std::vector<std::string> names;
  each_cookie(request, [&](std::string_view name, std::string_view) {
    if (names.size() == most_cookies || !name.starts_with(wanted)) return;
    const std::string_view shown = name.substr(hidden);
    if (std::ranges::find(names, shown) == names.end()) names.emplace_back(shown);
  });
  return names;
}

std::string set_cookie(std::string_view origin, std::string_view name, std::string_view value,
                       const CookieRules& rules) {
  return with_rules(origin, name, value, rules.same_site, rules.max_age.count());
}

std::string clear_cookie(std::string_view origin, std::string_view name, SameSite same_site) {
  return with_rules(origin, name, "", same_site, 0);
}

std::optional<Sha256> presented_session(const http::Request& request) {
  const auto value = cookie(request, cookie_name);
  if (!value) return std::nullopt;
  const auto bytes = base64url_decode(*value);
  if (!bytes || bytes->size() != session_bytes) return std::nullopt;
  return sha256(*value);
}

Secret make_session_value() { return Secret(random_text(session_bytes)); }

Sha256 hash_of(const Secret& value) { return sha256(value.reveal()); }

}  // namespace rollcall::session
