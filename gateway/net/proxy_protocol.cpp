#include "gateway/net/proxy_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace rollcall::net {
namespace {

using State = ProxyHeader::State;

constexpr std::string_view signature_v2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::string_view signature_v1("PROXY ");
constexpr std::size_t longest_v1 = 107;

bool is_port(std::string_view text) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool padded = text.size() > 1 && text.front() == '0';
  return error == std::errc() && stop == end && value <= 65535 && !padded;
}

/// "TCP4 192.0.2.1 198.51.100.1 4711 443": the client, or nothing when any word is wrong.
std::optional<IpAddress> parse_v1_words(std::string_view line) {
  std::array<std::string_view, 5> words;
  for (std::string_view& word : words) {
    const std::size_t end = std::min(line.find(' '), line.size());
    word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    if (word.empty()) return std::nullopt;
  }
  const auto source = IpAddress::parse(words[1]);
  const auto destination = IpAddress::parse(words[2]);
  const bool v4 = words[0] == "TCP4";
  if (!line.empty() || (!v4 && words[0] != "TCP6") || !source || !destination) return std::nullopt;
  if (v4 != (words[1].find(':') == words[1].npos)) return std::nullopt;
  if (v4 != (words[2].find(':') == words[2].npos)) return std::nullopt;
  if (!is_port(words[3]) || !is_port(words[4])) return std::nullopt;
  return source;
}

ProxyHeader parse_v1(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, longest_v1).find("\r\n");
  if (end == bytes.npos) {
    return {bytes.size() < longest_v1 ? State::incomplete : State::invalid, 0, {}};
  }
  const std::string_view line = bytes.substr(signature_v1.size(), end - signature_v1.size());
  const std::size_t size = end + 2;
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return {State::complete, size, {}};
  const auto client = parse_v1_words(line);
  if (!client) return {State::invalid, 0, {}};
  return {State::complete, size, client};
}

ProxyHeader parse_v2(std::string_view bytes) {
  constexpr std::size_t fixed = 16;
  if (bytes.size() < fixed) return {};
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  const unsigned command = byte(12);
  const unsigned family = byte(13) >> 4;
  const std::size_t length = std::size_t{byte(14)} << 8 | byte(15);
  const std::size_t size = fixed + length;
  const bool local = command == 0x20;
  if ((!local && command != 0x21) || size > max_proxy_header) return {State::invalid, 0, {}};
  const std::size_t address = family == 1 ? 4 : 16;
  const bool inet = family == 1 || family == 2;
  if (!local && inet && length < 2 * address + 4) return {State::invalid, 0, {}};
  if (bytes.size() < size) return {};
  if (local || !inet) return {State::complete, size, {}};
  const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data()) + fixed;
  return {State::complete, size, IpAddress(std::span(at, address))};
}

bool begins_like(std::string_view bytes, std::string_view signature) {
  const std::size_t size = std::min(bytes.size(), signature.size());
  return bytes.substr(0, size) == signature.substr(0, size);
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes) {
  if (bytes.starts_with(signature_v1)) return parse_v1(bytes);
  if (bytes.starts_with(signature_v2)) return parse_v2(bytes);
  const bool possible = begins_like(bytes, signature_v1) || begins_like(bytes, signature_v2);
  return {possible ? State::incomplete : State::invalid, 0, {}};
}

}  // namespace rollcall::net
