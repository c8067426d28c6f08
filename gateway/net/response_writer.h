#pragma once

#include "gateway/http/message.h"

#include <string>
#include <string_view>

namespace rollcall::net {

/// What the connection adds to a response.
struct WireContext {
  std::string_view date;  // IMF-fixdate
  std::string_view request_id;
  bool keep_alive = true;
  /// The request was HTTP/1.0, where staying open must be said.
  bool http10 = false;
};

/// No field value could end its line: without control characters but tab.
bool has_clean_fields(const http::Response& response);

/// True when a response of this status carries a body (RFC 9110 §6.4.1).
bool has_body(int status);

/// Appends status line and fields, up to and with the empty line. Content-Length is that of
/// `response.body` also when the body is not sent (HEAD).
void append_head(std::string& out, const http::Response& response, const WireContext& context);

}  // namespace rollcall::net
