#include "oidc/url.h"

#include "gateway/base/ip_address.h"
#include "gateway/base/text.h"

#include <algorithm>
#include <charconv>

namespace rollcall::oidc {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// RFC 3986 §2: so no spaces, quotes, backslashes, control characters, nor anything beyond ASCII.
bool is_url_character(char c) {
  constexpr std::string_view others = "-._~:/?#[]@!$&'()*+,;=%";
  return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
}

bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']')) return false;
    const auto address = text.substr(1, text.size() - 2);
    return address.find(':') != std::string_view::npos && IpAddress::parse(address);
  }
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_port(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 && number < 65536;
}

/// host[:port], nothing before an '@'.
bool read_authority(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  url.host = text.substr(0, colon);
  if (colon != std::string_view::npos) url.port = text.substr(colon + 1);
  return is_host(url.host) && (colon == std::string_view::npos || is_port(url.port));
}

std::string_view effective_port(const Url& url) {
  if (!url.port.empty()) return url.port;
  return url.secure ? "443" : "80";
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (text.size() > max_url_size) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_url_character)) return std::nullopt;
  Url url;
  url.secure = text.starts_with("https://");
  if (!url.secure && !text.starts_with("http://")) return std::nullopt;
  text.remove_prefix(url.secure ? 8 : 7);

  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    url.has_fragment = true;
    text = text.substr(0, hash);
  }
  if (const auto question = text.find('?'); question != std::string_view::npos) {
    url.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    url.path = text.substr(slash);
    text = text.substr(0, slash);
  }
  return read_authority(text, url) ? std::optional(url) : std::nullopt;
}

bool is_loopback(const Url& url) {
  if (iequals(url.host, "localhost") || url.host == "[::1]") return true;
  const auto address = IpAddress::parse(url.host);
  return address && IpRange::parse("127.0.0.0/8")->contains(*address);
}

bool same_origin(const Url& a, const Url& b) {
  return a.secure == b.secure && iequals(a.host, b.host) && effective_port(a) == effective_port(b);
}

std::string form_text(std::span<const http::Parameter> parameters) {
  std::string text;
  for (const http::Parameter& parameter : parameters) {
    if (!text.empty()) text += '&';
    text += http::percent_encode(parameter.name);
    text += '=';
    text += http::percent_encode(parameter.value);
  }
  return text;
}

std::string with_query(std::string_view url, std::span<const http::Parameter> parameters) {
  std::string text(url);
  if (url.find('?') == std::string_view::npos) {
    text += '?';
  } else if (!url.ends_with('?') && !url.ends_with('&')) {
    text += '&';
  }
  return text += form_text(parameters);
}

}  // namespace rollcall::oidc
