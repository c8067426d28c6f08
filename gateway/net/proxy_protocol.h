#pragma once

#include "gateway/base/ip_address.h"

#include <optional>
#include <string_view>

namespace rollcall::net {

/// What the bytes at the start of a connection are, as far as they go.
struct ProxyHeader {
  enum class State { incomplete, invalid, complete };
  State state = State::incomplete;
  /// Of a complete header: how many bytes it takes.
  std::size_t size = 0;
  /// The client's address; nothing when the proxy speaks for itself (LOCAL, UNKNOWN).
  std::optional<IpAddress> client;
};

/// The longest header read: version 1 has 107 bytes at most, version 2 carries TLVs.
inline constexpr std::size_t max_proxy_header = 4096;

/// Reads a PROXY protocol header, version 1 or 2 (haproxy.org, proxy-protocol.txt 2.1 and 2.2).
ProxyHeader parse_proxy_header(std::string_view bytes);

}  // namespace rollcall::net
