#pragma once

#include "gateway/base/secret.h"
#include "gateway/crypto/digest.h"
#include "gateway/http/message.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::session {

/// Whether the browser knows us by https. Then cookies are Secure and their names begin with
/// "__Host-"; on plain HTTP (loopback) neither.
bool is_secure(std::string_view origin);

/// The value of a cookie by its name without "__Host-" ("rollcall"); nothing if it is absent, or
/// there several times with different values (spec/oidc 7.20).
std::optional<std::string> cookie(const http::Request& request, std::string_view name);
/// The names, without "__Host-", of cookies that begin so; at most 50.
std::vector<std::string> cookies_beginning(const http::Request& request, std::string_view prefix);

enum class SameSite { lax, none };
struct CookieRules {
  SameSite same_site = SameSite::lax;
  std::chrono::seconds max_age{0};
};
/// A Set-Cookie value: HttpOnly, Path=/, no Domain. SameSite=None makes it Secure on plain HTTP
/// too: browsers take that from loopback.
std::string set_cookie(std::string_view origin, std::string_view name, std::string_view value,
                       const CookieRules& rules);
std::string clear_cookie(std::string_view origin, std::string_view name,
                         SameSite same_site = SameSite::lax);

/// The session cookie: "rollcall".
inline constexpr std::string_view cookie_name = "rollcall";
/// What a session's row is found by; nothing for anything that is no value of ours.
std::optional<Sha256> presented_session(const http::Request& request);
/// 256 random bits as base64url.
Secret make_session_value();
Sha256 hash_of(const Secret& value);

}  // namespace rollcall::session
