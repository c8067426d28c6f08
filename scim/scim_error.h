#pragma once

#include "gateway/base/error.h"
#include "gateway/http/message.h"

#include <string_view>

namespace rollcall::scim {

constexpr std::string_view media_type = "application/scim+json";

/// HTTP status and scimType (empty for none) of a fault: RFC 7644 §3.12, tables 8 and 9.
struct ErrorKind {
  int status;
  std::string_view scim_type;
};
ErrorKind error_kind(Fault fault);

/// The SCIM error message, with WWW-Authenticate on 401 and Retry-After on 429 and 503.
http::Response render_error(const Error& error);

}  // namespace rollcall::scim
