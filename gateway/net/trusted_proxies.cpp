#include "gateway/net/trusted_proxies.h"

#include "gateway/base/text.h"
#include "gateway/net/http_guard.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace rollcall::net {
namespace {

/// A hop is an address, perhaps with a port: "192.0.2.1:4711", "[2001:db8::1]:4711".
std::optional<IpAddress> parse_hop(std::string_view hop) {
  if (hop.starts_with('[')) return IpAddress::parse(hop.substr(1, hop.find(']') - 1));
  if (std::count(hop.begin(), hop.end(), ':') == 1) hop = hop.substr(0, hop.find(':'));
  return IpAddress::parse(hop);
}

/// Cuts the last element off a comma-separated list.
std::string_view pop_last(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  const std::string_view last = comma == list.npos ? list : list.substr(comma + 1);
  list = comma == list.npos ? std::string_view() : list.substr(0, comma);
  return trim(last);
}

/// Walks one field's hops; false when the walk is over.
bool walk_hops(std::string_view hops, const TrustedProxies& trusted, IpAddress& client) {
  while (!hops.empty()) {
    const auto hop = parse_hop(pop_last(hops));
    if (!hop) return false;
    client = *hop;
    if (!trusted.contains(client)) return false;
  }
  return true;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& ranges) {
  for (const std::string& range : ranges) ranges_.push_back(parse(range));
}

TrustedProxies::Range TrustedProxies::parse(const std::string& text) {
  const std::string_view all = text;
  const std::size_t slash = all.find('/');
  const auto network = IpAddress::parse(all.substr(0, slash));
  if (!network) throw std::invalid_argument("\"" + text + "\" is not a CIDR range");
  const unsigned width = network->is_v4() ? 32 : 128;
  unsigned prefix = width;
  if (slash != all.npos) {
    const char* end = all.data() + all.size();
    const auto [stop, error] = std::from_chars(all.data() + slash + 1, end, prefix);
    if (error != std::errc() || stop != end || prefix > width) {
      throw std::invalid_argument("\"" + text + "\" is not a CIDR range");
    }
  }
  return {*network, prefix + 128 - width};
}

bool TrustedProxies::contains(const IpAddress& address) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    const unsigned whole = range.prefix / 8;
    const auto& a = address.bytes();
    const auto& b = range.network.bytes();
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    const unsigned rest = range.prefix % 8;
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
  });
}

Forwarded forwarded(const std::vector<http::Field>& fields, const IpAddress& peer,
                    const TrustedProxies& trusted) {
  Forwarded result{peer, {}, {}};
  if (!trusted.contains(peer)) return result;
  bool walking = true;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    std::string_view value = field->value;
    if (walking && iequals(field->name, "X-Forwarded-For")) {
      walking = walk_hops(value, trusted, result.client);
    } else if (result.scheme.empty() && iequals(field->name, "X-Forwarded-Proto")) {
      const std::string_view scheme = pop_last(value);
      if (scheme == "http" || scheme == "https") result.scheme = scheme;
    } else if (result.host.empty() && iequals(field->name, "X-Forwarded-Host")) {
      const std::string_view host = pop_last(value);
      if (is_authority(host)) result.host = host;
    }
  }
  return result;
}

}  // namespace rollcall::net
