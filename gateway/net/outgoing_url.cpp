#include "gateway/net/outgoing_url.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <charconv>

namespace rollcall::net {
namespace {

constexpr std::size_t most_url = 8 * 1024;

Error bad(std::string detail) { return Error(Fault::invalid_value, std::move(detail)); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' ||
                  c == '_';
         });
}

/// What inet_aton would take for a part of an address: 1, 017, 0x7f.
bool is_number(std::string_view label) {
  return std::all_of(label.begin(), label.end(), is_digit) || label.starts_with("0x") ||
         label.starts_with("0X");
}

/// Splits "host[:port]" or "[v6][:port]" and reads the host.
Result<> read_authority(std::string_view text, OutgoingUrl& url) {
  std::string_view host = text.substr(0, text.find(':'));
  std::string_view rest = text.substr(host.size());
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return bad("The URL's address has no end.");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    url.address = IpAddress::parse(host);
    if (!url.address || host.find(':') == host.npos) {
      return bad("The URL's address is not IPv6.");
    }
  } else if (const auto v4 = IpAddress::parse(host); v4 && v4->is_v4()) {
    url.address = v4;
  } else if (!is_host_name(host)) {
    return bad("The URL's host is neither a name nor an address in its usual form.");
  }
  url.host = url.address ? url.address->text() : ascii_lower(host);
  if (rest.empty()) {
    url.port = url.tls ? 443 : 80;
    return {};
  }
  const char* end = rest.data() + rest.size();
  if (!rest.starts_with(':') || rest.size() < 2) return bad("The URL's port is no number.");
  const auto [stop, error] = std::from_chars(rest.data() + 1, end, url.port);
  if (error != std::errc() || stop != end || url.port == 0) {
    return bad("The URL's port is no number from 1 to 65535.");
  }
  return {};
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return !is_number(text);
    text.remove_prefix(dot + 1);
  }
}

std::string OutgoingUrl::origin() const {
  return std::string(tls ? "https://" : "http://") + host + " " + std::to_string(port);
}

Result<OutgoingUrl> parse_outgoing_url(std::string_view text) {
  if (text.size() > most_url) return bad("The URL is too long.");
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  if (!plain) return bad("The URL contains a character that must be percent-encoded.");
  if (text.find('#') != text.npos) return bad("The URL has a fragment.");
  OutgoingUrl url;
  const std::size_t scheme = text.find("://");
  url.tls = iequals(text.substr(0, scheme), "https");
  if (scheme == text.npos || (!url.tls && !iequals(text.substr(0, scheme), "http"))) {
    return bad("The URL is neither https nor http.");
  }
  text.remove_prefix(scheme + 3);
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  if (authority.find('@') != authority.npos) return bad("The URL names a user.");
  CHECK_OK(read_authority(authority, url));
  url.authority = ascii_lower(authority);
  url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  return url;
}

}  // namespace rollcall::net
