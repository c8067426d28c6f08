#include "gateway/base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace rollcall {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

IpAddress::IpAddress(std::span<const std::uint8_t> bytes) {
  auto out = bytes_.begin();
  if (bytes.size() == 4) out = std::copy(mapped_prefix.begin(), mapped_prefix.end(), out);
  std::copy(bytes.begin(), bytes.end(), out);
}

std::optional<IpAddress> IpAddress::of(const sockaddr_storage& socket) {
  std::array<std::uint8_t, 16> bytes;
  if (socket.ss_family == AF_INET) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in&>(socket).sin_addr, 4);
    return IpAddress(std::span(bytes).first(4));
  }
  if (socket.ss_family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(socket).sin6_addr, 16);
    return IpAddress(bytes);
  }
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != text.npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<std::uint8_t, 16> bytes;
  if (inet_pton(AF_INET, terminated.data(), bytes.data()) == 1) {
    return IpAddress(std::span(bytes).first(4));
  }
  if (inet_pton(AF_INET6, terminated.data(), bytes.data()) == 1) return IpAddress(bytes);
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + mapped_prefix.size(), out.data(), out.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto network = IpAddress::parse(text.substr(0, slash));
  if (!network) return std::nullopt;
  // A mapped address that is written as IPv6 counts its prefix over all 128 bits.
  const unsigned width = text.find(':') == text.npos ? 32 : 128;
  unsigned prefix = width;
  if (slash != text.npos) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, prefix);
    if (error != std::errc() || stop != end || prefix > width) return std::nullopt;
  }
  return IpRange(*network, prefix + 128 - width);
}

bool IpRange::contains(const IpAddress& address) const {
  const unsigned whole = prefix_ / 8;
  const auto& a = address.bytes();
  const auto& b = network_.bytes();
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const unsigned rest = prefix_ % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace rollcall
