#pragma once

#include "gateway/base/error.h"
#include "gateway/base/json.h"
#include "gateway/http/message.h"

#include <string>
#include <string_view>

namespace rollcall::sign_in {

/// What every answer of a sign-in endpoint carries.
inline constexpr std::string_view trace_field = "X-Rollcall-Trace";

/// A page from pages/<name>.html, filled by Mustache with everything escaped; strict CSP, no
/// script, no frames. Throws for a name that does not exist.
http::Response page(int status, std::string_view name, const json::Object& data);

/// What a person reads of a refusal: a sentence that fits the reason without telling it to
/// strangers, what to do next, the trace id (also in trace_field). `again` is where to start anew,
/// or empty.
http::Response refusal_page(const Error& error, const std::string& trace, const std::string& again);
/// The same for the administrator who tries a connection: with the reason.
http::Response refused_test_page(const Error& error, const std::string& trace);
/// The status that goes with it: 400, 403, 404, 429, 502, 503.
int refusal_status(const Error& error);

/// 303, so that a POST becomes a GET (RFC 9700 §4.12).
http::Response redirect(std::string location);

}  // namespace rollcall::sign_in
