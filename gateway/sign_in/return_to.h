#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::sign_in {

/// Where a browser may be sent after a sign-in (spec/oidc 1.2): a path of ours ("/…"), or an
/// http(s) URL of our own origin or of one of `hosts` ("app.example", "app.example:8443": exact,
/// any case). Nothing for anything else: "//", "/\", control characters also percent-encoded,
/// userinfo, other schemes, more than 2,048 bytes, more than one reading.
std::optional<std::string> check_return_to(std::string_view target, std::string_view origin,
                                           std::span<const std::string> hosts);

/// Where people go who wanted nowhere: /login, which says who they are.
inline constexpr std::string_view default_return_to = "/login";

}  // namespace rollcall::sign_in
