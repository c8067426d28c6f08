#pragma once

#include "gateway/base/error.h"
#include "gateway/base/json.h"
#include "gateway/http/message.h"

namespace rollcall::http {

/// The HTTP status of a fault where the protocol has no table of its own.
int status_of(Fault fault);

/// RFC 9457 problem details with the stable `code` of the contract; adds what the status demands
/// (WWW-Authenticate, Retry-After). `more` are extension members (RFC 9457 §3.2).
Response problem(const Error& error, const json::Object& more = {});

}  // namespace rollcall::http
