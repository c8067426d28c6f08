#include "gateway/net/outgoing_policy.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace rollcall::net {
namespace {

/// The IANA special-purpose registries (RFC 6890) and what multicast and class E take. Of IPv6,
/// only 2000::/3 is unicast of the internet.
struct SpecialRanges {
  static std::vector<IpRange> parse(std::initializer_list<const char*> texts) {
    std::vector<IpRange> ranges;
    for (const char* text : texts) ranges.push_back(IpRange::parse(text).value());
    return ranges;
  }

  std::vector<IpRange> v4 = parse({
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.88.99.0/24",
      "192.168.0.0/16",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "224.0.0.0/4",
      "240.0.0.0/4",
  });
  std::vector<IpRange> v6 = parse({"2001::/23", "2001:db8::/32", "3fff::/20"});
  IpRange unicast = IpRange::parse("2000::/3").value();
  IpRange nat64 = IpRange::parse("64:ff9b::/96").value();
  IpRange six_to_four = IpRange::parse("2002::/16").value();
};

const SpecialRanges& special() {
  static const SpecialRanges ranges;
  return ranges;
}

bool in_any(const std::vector<IpRange>& ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const IpRange& range) { return range.contains(address); });
}

/// The IPv4 address at which packets to this IPv6 address arrive (RFC 6052 §2.1, RFC 3056 §2).
std::optional<IpAddress> embedded(const IpAddress& address) {
  const std::span<const std::uint8_t> bytes = address.bytes();
  if (special().nat64.contains(address)) return IpAddress(bytes.subspan(12, 4));
  if (special().six_to_four.contains(address)) return IpAddress(bytes.subspan(2, 4));
  return std::nullopt;
}

}  // namespace

bool is_loopback(const IpAddress& address) {
  if (address.is_v4()) return address.bytes()[12] == 127;
  return address == IpAddress::parse("::1");
}

bool is_public(const IpAddress& address) {
  if (address.is_v4()) return !in_any(special().v4, address);
  if (const auto v4 = embedded(address)) return is_public(*v4);
  return special().unicast.contains(address) && !in_any(special().v6, address);
}

AddressPolicy::AddressPolicy(std::span<const std::string> allow) {
  for (const std::string& text : allow) {
    const auto range = IpRange::parse(text);
    if (!range) throw std::invalid_argument("\"" + text + "\" is no range of addresses");
    allow_.push_back(*range);
  }
}

bool AddressPolicy::allowed(const IpAddress& address) const { return in_any(allow_, address); }

bool AddressPolicy::permits(const IpAddress& address) const {
  if (is_public(address) || allowed(address)) return true;
  const auto v4 = embedded(address);
  return v4 && allowed(*v4);
}

}  // namespace rollcall::net
