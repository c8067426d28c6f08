#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall {

/// An IP address; IPv4 is kept in its IPv6-mapped form, so that ::ffff:10.0.0.1 is 10.0.0.1.
class IpAddress {
 public:
  IpAddress() = default;
  /// 4 or 16 bytes in network order.
  explicit IpAddress(std::span<const std::uint8_t> bytes);
  /// Nothing for a socket that is not IP.
  static std::optional<IpAddress> of(const sockaddr_storage& socket);
  /// Without port or brackets. Nothing for any other text.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  /// Bytes in network order, 4-byte addresses from index 12 on.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::string text() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// A CIDR range of addresses: "10.0.0.0/8", "2001:db8::/32", "192.0.2.1". Bits behind the prefix do
/// not count.
class IpRange {
 public:
  /// Nothing for any other text.
  static std::optional<IpRange> parse(std::string_view text);

  bool contains(const IpAddress& address) const;
  /// Bits of the mapped form that count: the more, the more specific.
  unsigned prefix() const { return prefix_; }

  friend bool operator==(const IpRange& a, const IpRange& b) {
    return a.prefix_ == b.prefix_ && a.contains(b.network_);
  }

 private:
  IpRange(const IpAddress& network, unsigned prefix) : network_(network), prefix_(prefix) {}

  IpAddress network_;
  unsigned prefix_;
};

}  // namespace rollcall
