#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

// Bodies of the discovery endpoints as JSON text (RFC 7644 §4). They depend on nothing but
// `base_url`
// ("https://host/scim/v2"), so that they may be kept per base URL.

std::string service_provider_config(std::string_view base_url);
/// ListResponse of User and Group.
std::string resource_types(std::string_view base_url);
/// "User" or "Group" in any case; nothing for another name.
std::optional<std::string> resource_type(std::string_view name, std::string_view base_url);
/// ListResponse of every schema.
std::string schemas(std::string_view base_url);
/// By URN in any case; nothing for another one.
std::optional<std::string> schema(std::string_view urn, std::string_view base_url);

}  // namespace rollcall::scim
