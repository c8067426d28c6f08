#pragma once

#include "gateway/http/message.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::http {

/// Method and pattern → target, first match wins. A pattern is "/Users/{id}": literal segments and
/// named arguments. HEAD is answered by the route of GET, OPTIONS and 405 from what the path
/// allows.
template <class Target>
class RouteTable {
 public:
  struct Route {
    Method method;
    std::string_view pattern;  // a literal
    Target target;
  };
  struct Match {
    const Route* route = nullptr;
    /// The segments that stood where the pattern has {…}, decoded, in order.
    std::vector<std::string> arguments;
    /// "GET, HEAD, OPTIONS, …" when the path exists but `route` is null; empty when it does not.
    std::string allow;
  };

  explicit RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {}

  /// `segments` as parse_path gives them.
  Match match(Method method, std::span<const std::string> segments) const {
    const Method wanted = method == Method::head ? Method::get : method;
    Match result;
    for (const Route& route : routes_) {
      if (!fits(route.pattern, segments)) continue;
      if (route.method == wanted) return {&route, arguments_of(route.pattern, segments), {}};
      add_allowed(result.allow, route.method);
    }
    if (!result.allow.empty()) result.allow += ", OPTIONS";
    return result;
  }

  std::span<const Route> routes() const { return routes_; }

 private:
  /// Takes the part behind the next '/' off a pattern.
  static std::string_view next_part(std::string_view& pattern) {
    pattern.remove_prefix(1);
    const auto part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(part.size());
    return part;
  }
  static bool is_argument(std::string_view part) { return part.front() == '{'; }

  static bool fits(std::string_view pattern, std::span<const std::string> segments) {
    for (const std::string& segment : segments) {
      if (pattern.size() < 2) return false;
      const auto part = next_part(pattern);
      if (!is_argument(part) && part != segment) return false;
    }
    return pattern.size() < 2;
  }
  static std::vector<std::string> arguments_of(std::string_view pattern,
                                               std::span<const std::string> segments) {
    std::vector<std::string> arguments;
    for (const std::string& segment : segments) {
      if (is_argument(next_part(pattern))) arguments.push_back(segment);
    }
    return arguments;
  }
  static void add_allowed(std::string& allow, Method method) {
    const auto add = [&](std::string_view word) {
      if (allow.find(word) != std::string::npos) return;
      if (!allow.empty()) allow += ", ";
      allow += word;
    };
    add(name(method));
    if (method == Method::get) add(name(Method::head));
  }

  std::vector<Route> routes_;
};

}  // namespace rollcall::http
