#pragma once

#include "gateway/http/url.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::oidc {

constexpr std::size_t max_url_size = 2048;

/// An absolute URL in parts that are views into its text, which has to live as long.
struct Url {
  bool secure = true;
  /// As written, an IPv6 address in its brackets.
  std::string_view host = {};
  /// Empty: the scheme's.
  std::string_view port = {};
  /// Empty or beginning with '/'.
  std::string_view path = {};
  /// Without the '?'.
  std::optional<std::string_view> query = std::nullopt;
  bool has_fragment = false;
};

/// Nothing unless it is "https://…" or "http://…" in characters of RFC 3986, at most max_url_size,
/// without userinfo.
std::optional<Url> parse_url(std::string_view text);

/// "localhost", 127.0.0.0/8, [::1].
bool is_loopback(const Url& url);

/// RFC 6454 §5.
bool same_origin(const Url& a, const Url& b);

/// application/x-www-form-urlencoded, spaces as %20, which every decoder reads.
std::string form_text(std::span<const http::Parameter> parameters);

/// `url` keeps what query it has (RFC 6749 §3.1).
std::string with_query(std::string_view url, std::span<const http::Parameter> parameters);

}  // namespace rollcall::oidc
