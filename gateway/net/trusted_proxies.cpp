#include "gateway/net/trusted_proxies.h"

#include "gateway/base/text.h"
#include "gateway/net/http_guard.h"

#include <algorithm>
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
  for (const std::string& text : ranges) {
    const auto range = IpRange::parse(text);
    if (!range) throw std::invalid_argument("\"" + text + "\" is not a CIDR range");
    ranges_.push_back(*range);
  }
}

bool TrustedProxies::contains(const IpAddress& address) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const IpRange& range) { return range.contains(address); });
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
