#pragma once

#include "gateway/base/ip_address.h"

#include <span>
#include <string>
#include <vector>

namespace rollcall::net {

/// An address of this machine: 127.0.0.0/8, ::1.
bool is_loopback(const IpAddress& address);
/// An address that is reached through the internet. One that embeds an IPv4 address (mapped, NAT64,
/// 6to4) is as public as that.
bool is_public(const IpAddress& address);

/// Which addresses outgoing requests may reach: an address that somebody entered, or that their DNS
/// gave, must not lead into our own network (spec/oidc.md 1.5). Any thread.
class AddressPolicy {
 public:
  /// `allow`: ranges in CIDR form that may be reached although they are not public. Throws
  /// std::invalid_argument.
  explicit AddressPolicy(std::span<const std::string> allow);

  bool permits(const IpAddress& address) const;

 private:
  bool allowed(const IpAddress& address) const;

  std::vector<IpRange> allow_;
};

}  // namespace rollcall::net
