#pragma once

#include <optional>
#include <string_view>

namespace rollcall {

/// Who made the IdP of a sign-in connection: chooses defaults, never what is trusted.
enum class Vendor { generic, okta, entra, google, onelogin, pingone, adfs, keycloak, jumpcloud };

/// "okta", "entra" … as connections are declared.
std::string_view name(Vendor vendor);
std::optional<Vendor> parse_vendor(std::string_view text);

}  // namespace rollcall
