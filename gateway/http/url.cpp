#include "gateway/http/url.h"

#include "gateway/base/text.h"

#include <algorithm>

namespace rollcall::http {
namespace {

constexpr std::size_t max_parameters = 100;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

bool ambiguous_segment(std::string_view segment) {
  return segment == "." || segment == ".." ||
         std::any_of(segment.begin(), segment.end(), [](char c) {
           return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

/// Calls `visit` with each part of `text` between separators; stops when it says false.
template <class Visit>
bool split(std::string_view text, char separator, Visit visit) {
  while (true) {
    const auto end = text.find(separator);
    if (!visit(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  const auto as_is = [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0 && byte < 0x80 && c != '%' && (c != '+' || !plus_is_space);
  };
  if (std::all_of(text.begin(), text.end(), as_is)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[at] != '%') {
      out += text[at];
    } else {
      if (at + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[at + 1]);
      const int low = hex_value(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      at += 2;
    }
  }
  if (out.find('\0') != std::string::npos || !is_utf8(out)) return std::nullopt;
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0xf];
    }
  }
  return out;
}

std::optional<std::vector<Parameter>> parse_query(std::string_view query) {
  std::vector<Parameter> parameters;
  const bool ok = query.empty() || split(query, '&', [&](std::string_view part) {
                    if (part.empty()) return true;
                    const auto equals = part.find('=');
                    const auto text = equals == std::string_view::npos ? std::string_view()
                                                                       : part.substr(equals + 1);
                    auto name = percent_decode(part.substr(0, equals), true);
                    auto value = percent_decode(text, true);
                    if (!name || !value || parameters.size() == max_parameters) return false;
                    parameters.push_back({*std::move(name), *std::move(value)});
                    return true;
                  });
  return ok ? std::optional(std::move(parameters)) : std::nullopt;
}

std::optional<std::vector<std::string>> parse_path(std::string_view path) {
  std::vector<std::string> segments;
  const bool ok = split(path, '/', [&](std::string_view part) {
    if (part.empty()) return true;
    auto segment = percent_decode(part);
    if (!segment || ambiguous_segment(*segment)) return false;
    segments.push_back(*std::move(segment));
    return true;
  });
  return ok ? std::optional(std::move(segments)) : std::nullopt;
}

}  // namespace rollcall::http
