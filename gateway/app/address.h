#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::app {

/// An IP address and a port: "127.0.0.1:8080", "[::1]:0"; "localhost" reads as 127.0.0.1.
struct Endpoint {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  bool loopback = false;
  bool wildcard = false;

  /// "host:port" as the net module reads it.
  std::string str() const;
};
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// An address range in CIDR form; a bare address is a range of one.
std::optional<std::string> parse_range(std::string_view text);

}  // namespace rollcall::app
