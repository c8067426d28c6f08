#pragma once

#include "gateway/base/result.h"
#include "gateway/http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

/// Where a request under /scim points: /scim[/v2][/{organization}]/{endpoint…}. Empty segments do
/// not count, since tenant URLs that end in '/' give "//Users".
struct Address {
  /// Absolute URL before the endpoint, as the client knows it; resource locations begin with it.
  std::string base;
  std::optional<std::string> organization;
  /// From the endpoint on, the endpoint's name in its canonical case: {"Users", "0190…"}.
  std::vector<std::string> segments;
};

/// invalid_version for /scim/v1 (RFC 7644 §3.13), not_found for a path that is ambiguous.
Result<Address> read_address(const http::Request& request);

/// The media type to answer in: application/scim+json unless the client asked for application/json
/// only. not_acceptable if it takes neither (RFC 7644 §3.8).
Result<std::string_view> answer_type(const http::Request& request);

/// unsupported_media_type unless the body is declared as JSON, or not declared.
Result<> check_body_type(const http::Request& request);

}  // namespace rollcall::scim
