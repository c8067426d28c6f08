#include "gateway/app/address.h"

#include "gateway/base/ip_address.h"

#include <charconv>

namespace rollcall::app {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

bool is_loopback(const IpAddress& address) {
  if (address.is_v4()) return address.bytes()[12] == 127;
  return address == IpAddress::parse("::1");
}

bool is_wildcard(const IpAddress& address) {
  return address == IpAddress::parse("0.0.0.0") || address == IpAddress::parse("::");
}

}  // namespace

std::string Endpoint::str() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto address = IpAddress::parse(host);
  const bool v6 = host.find(':') != std::string_view::npos;
  if (!port || !address || bracketed != v6) return std::nullopt;
  return Endpoint{std::string(host), *port, is_loopback(*address), is_wildcard(*address)};
}

std::optional<std::string> parse_range(std::string_view text) {
  if (!IpRange::parse(text)) return std::nullopt;
  if (text.find('/') != std::string_view::npos) return std::string(text);
  return std::string(text) + (text.find(':') == std::string_view::npos ? "/32" : "/128");
}

}  // namespace rollcall::app
