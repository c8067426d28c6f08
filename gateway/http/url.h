#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::http {

/// Decodes %XX, and '+' as a space when `plus_is_space` (query strings). Nothing on a bad escape, a
/// NUL or what is not UTF-8 afterwards.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Encodes everything but RFC 3986 unreserved characters.
std::string percent_encode(std::string_view text);

struct Parameter {
  std::string name;
  std::string value;
};

/// The parameters of a query string or form body in order, repeated ones kept, at most 100.
/// Nothing on a bad escape or more than 100.
std::optional<std::vector<Parameter>> parse_query(std::string_view query);

/// The decoded segments of a path, empty ones dropped ("//a/" is {"a"}). Nothing on a bad escape,
/// on a segment that decodes to "." or "..", or that contains '/', '\' or a control character once
/// decoded.
std::optional<std::vector<std::string>> parse_path(std::string_view path);

}  // namespace rollcall::http
