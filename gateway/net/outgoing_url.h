#pragma once

#include "gateway/base/ip_address.h"
#include "gateway/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::net {

/// A name of the DNS that nobody can read as a number: labels of letters, digits, '-' and '_', the
/// last one not numeric; without a dot at the end.
bool is_host_name(std::string_view text);

/// The parts of an absolute http or https URL that only one reading is possible of.
struct OutgoingUrl {
  bool tls = false;
  std::string host;                  // a lower-case name, or an address without brackets
  std::optional<IpAddress> address;  // when the host is one
  std::uint16_t port = 0;
  std::string authority;  // for Host
  std::string target;     // path and query

  /// Scheme, host and port: what a kept connection may be used for.
  std::string origin() const;
};

/// Refuses userinfo, a fragment, a name outside ASCII, an address that is not written in the usual
/// form (0x7f.1, 2130706433), port 0, spaces and control characters, more than 8 KiB. invalid_value
/// with a sentence.
Result<OutgoingUrl> parse_outgoing_url(std::string_view text);

}  // namespace rollcall::net
