#pragma once

#include "gateway/base/result.h"
#include "gateway/http/message.h"
#include "gateway/net/request_head.h"

#include <cstdint>
#include <string_view>

namespace rollcall::net {

/// What a head says about its message, once there is only one way to read it.
struct Framing {
  http::Method method = http::Method::get;
  std::string_view path;  // "/…", or "*" for OPTIONS
  std::string_view query;
  std::string_view host;  // empty only in HTTP/1.0
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

/// Refuses every head that another HTTP implementation might read differently: request smuggling,
/// cache poisoning and routing tricks live on that. After an error the connection must be closed.
/// Errors: invalid_syntax; not_implemented for a method that no resource here has (TRACE, CONNECT).
Result<Framing> guard(const RequestHead& head);

/// uri-host [ ":" port ] (RFC 9112 §3.2): an address or a name of letters, digits and -._~
/// (sub-delims and escapes, which no name of ours has, are refused).
bool is_authority(std::string_view text);

}  // namespace rollcall::net
