#pragma once

#include "gateway/base/ip_address.h"
#include "gateway/http/message.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::net {

/// The CIDR ranges whose word about a client is believed. Immutable; any thread.
class TrustedProxies {
 public:
  /// "10.0.0.0/8", "2001:db8::/32", "192.0.2.1". Throws std::invalid_argument naming a bad range.
  explicit TrustedProxies(const std::vector<std::string>& ranges);

  bool contains(const IpAddress& address) const;

 private:
  std::vector<IpRange> ranges_;
};

/// What trusted hops say about the client. Views look into the request's fields.
struct Forwarded {
  IpAddress client;
  std::string_view scheme;  // "http", "https" or empty
  std::string_view host;    // empty when nobody said
};

/// Reads X-Forwarded-For from the right: the first hop that is not trusted is the client. The
/// fields of a peer that is not trusted are not looked at.
Forwarded forwarded(const std::vector<http::Field>& fields, const IpAddress& peer,
                    const TrustedProxies& trusted);

}  // namespace rollcall::net
