#pragma once

#include "oidc/client.h"

#include <string>
#include <string_view>

namespace rollcall::oidc {

/// What stands for the tenant's id in the metadata and keys of Entra's shared endpoints.
constexpr std::string_view tenant_placeholder = "{tenantid}";

/// 8-4-4-4-12 hexadecimal digits in either case; Entra writes lower case.
bool is_guid(std::string_view text);

/// Whether an issuer is the address of many tenants: "https://host/common/v2.0", the same with
/// organizations or consumers. No token has it for an issuer.
bool is_shared_issuer(std::string_view issuer);
/// A shared issuer with `tenant` in its place.
std::string issuer_of_tenant(std::string_view shared, std::string_view tenant);

/// Whether `issuer` is `pattern` to the byte, with a GUID in the place of its tenant_placeholder,
/// if any.
bool fits_issuer(std::string_view pattern, std::string_view issuer);

/// Whether the tokens of a connection may have this issuer: its own, or that of one of its tenants.
bool is_issuer(const ClientSettings& settings, std::string_view issuer);

}  // namespace rollcall::oidc
