#include "gateway/sign_in/return_to.h"

#include "gateway/base/text.h"
#include "gateway/http/url.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

constexpr std::size_t longest = 2048;

/// What RFC 3986 lets stand in a URL; so no space, quote, backslash or byte beyond ASCII.
bool is_url_character(char c) {
  constexpr std::string_view others = "-._~:/?#[]@!$&'()*+,;=%";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

/// Escapes are whole and none hides a control character.
bool is_clean(std::string_view text) {
  if (!std::ranges::all_of(text, is_url_character)) return false;
  const auto decoded = http::percent_decode(text);
  return decoded && std::ranges::none_of(*decoded, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

/// A path that everybody reads alike: no dot segments, no escaped '/' or '\' (parse_path), and not
/// "//host". What follows '?' or '#' is the application's.
bool is_path(std::string_view text) {
  const std::string_view path = text.substr(0, text.find_first_of("?#"));
  return path.starts_with('/') && !path.starts_with("//") && http::parse_path(path).has_value();
}

/// "https://host[:port]" in lower case, without the scheme's own port.
std::string normal_origin(std::string_view text) {
  std::string origin = ascii_lower(text);
  const std::string_view port = origin.starts_with("https://") ? ":443" : ":80";
  if (origin.ends_with(port)) origin.resize(origin.size() - port.size());
  return origin;
}

bool is_known(std::string_view target_origin, std::string_view own,
              std::span<const std::string> hosts) {
  const std::string wanted = normal_origin(target_origin);
  if (wanted == normal_origin(own)) return true;
  const std::string_view scheme =
      std::string_view(wanted).starts_with("https://") ? "https://" : "http://";
  return std::ranges::any_of(hosts, [&](const std::string& host) {
    return wanted == normal_origin(std::string(scheme) + host);
  });
}

}  // namespace

std::optional<std::string> check_return_to(std::string_view target, std::string_view origin,
                                           std::span<const std::string> hosts) {
  if (target.empty() || target.size() > longest || !is_clean(target)) return std::nullopt;
  if (target.starts_with('/')) {
    return is_path(target) ? std::optional(std::string(target)) : std::nullopt;
  }
  const std::string lower = ascii_lower(target);
  const std::size_t scheme = lower.starts_with("https://") ? 8 : 7;
  if (scheme == 7 && !lower.starts_with("http://")) return std::nullopt;
  const std::size_t end = std::min(target.find_first_of("/?#", scheme), target.size());
  // Userinfo and escapes in a host have no honest use.
  if (target.substr(scheme, end - scheme).find_first_of("@%") != std::string_view::npos) {
    return std::nullopt;
  }
  if (!is_known(target.substr(0, end), origin, hosts)) return std::nullopt;
  const std::string_view rest = target.substr(end);
  if (rest.starts_with('/') && !is_path(rest)) return std::nullopt;
  return std::string(target);
}

}  // namespace rollcall::sign_in
