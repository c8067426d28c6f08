#include "gateway/admin/call.h"

#include "gateway/base/text.h"
#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/http/problem.h"
#include "gateway/http/url.h"

#include <array>
#include <charconv>

namespace rollcall::admin {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

yaml::Node empty_map() { return to_node(json::Value(json::Object{})); }

ParsedMap query_map(const Call& call) {
  ParsedMap map{empty_map(), {}};
  const auto parameters = http::parse_query(call.query);
  if (!parameters) {
    map.problems.add(0, "the query has a broken escape or too many parameters");
    return map;
  }
  json::Object object;
  for (const http::Parameter& parameter : *parameters) {
    if (object.find(parameter.name)) {
      map.problems.add(0, "query: \"" + parameter.name + "\" stands there twice");
    } else {
      object.append(parameter.name, parameter.value);
    }
  }
  map.node = to_node(json::Value(std::move(object)));
  return map;
}

ParsedMap body_map(const Call& call) {
  ParsedMap map{empty_map(), {}};
  if (trim(call.body).empty()) return map;
  const auto value = json::parse(call.body);
  if (value && value->object()) {
    map.node = to_node(*value);
  } else {
    map.problems.add(0, value ? "the body must be a JSON object" : value.error().detail());
  }
  return map;
}

ParsedMap map_of(const Call& call, Input::Part part) {
  if (part == Input::Part::query) return query_map(call);
  return call.parsed_body ? *call.parsed_body : body_map(call);
}

constexpr std::size_t cursor_mac = 16;

/// What makes a cursor ours: bound to the list and, where it has one, the organization.
std::string mac_of(const Call& call, std::string_view list, std::string_view key) {
  const std::string owner = call.arguments.empty() ? "" : ascii_lower(call.organization());
  const auto mac = HmacSha256(*call.cursor_key)({list, "\n", owner, "\n", key});
  return std::string(as_bytes(mac).substr(0, cursor_mac));
}

std::optional<std::string> key_of_cursor(const Call& call, std::string_view list,
                                         std::string_view cursor) {
  const auto bytes = base64url_decode(cursor);
  if (!bytes || bytes->size() <= cursor_mac) return std::nullopt;
  std::string key = bytes->substr(cursor_mac);
  const std::string_view mac = std::string_view(*bytes).substr(0, cursor_mac);
  if (!equal_in_constant_time(mac, mac_of(call, list, key))) return std::nullopt;
  return key;
}

}  // namespace

http::Response json_response(int status, json::Object body) {
  return {status, "application/json", json::write(json::Value(std::move(body)))};
}

http::Response refusal(const Problems& problems) {
  json::Array errors;
  for (const Problem& problem : problems.list()) {
    json::Object error;
    if (problem.line > 0) error.append("line", problem.line);
    error.append("message", problem.message);
    if (!problem.code.empty()) error.append("code", problem.code);
    errors.push_back(std::move(error));
  }
  const std::size_t count = problems.list().size() + problems.dropped();
  const Problem& first = problems.list().front();
  std::string detail = first.line > 0 ? "line " + std::to_string(first.line) + ": " : "";
  detail += first.message;
  if (count > 1) detail += " (and " + std::to_string(count - 1) + " more)";
  return http::problem(Error(Fault::invalid_value, std::move(detail)),
                       {{"errors", std::move(errors)}});
}

std::int64_t Page::position() const { return whole_number<std::int64_t>(after).value_or(0); }

void Call::prepare() { parsed_body = body_map(*this); }

Input::Input(const Call& call, Part part)
    : call_(call),
      map_(map_of(call, part)),
      fields_(map_.node, part == Part::query ? "query" : "body", map_.problems) {}

bool Input::valid() {
  fields_.done();
  return map_.problems.empty();
}

bool Input::is_null(std::string_view name) const {
  const yaml::Node* node = map_.node.find(name);
  return node && to_json(*node).is_null();
}

std::optional<bool> Input::flag(std::string_view name) {
  constexpr std::array<std::string_view, 2> words{"true", "false"};
  // In a query everything is text.
  const auto word = fields_.word(name, words);
  return word ? std::optional(*word == "true") : std::nullopt;
}

std::optional<Timestamp> Input::instant(std::string_view name) {
  const auto text = fields_.text(name, 40);
  if (!text) return std::nullopt;
  const auto instant = parse_timestamp(*text);
  if (!instant) {
    fields_.problem(0, "\"" + std::string(name) + "\" must be a date like 2030-01-31T00:00:00Z");
  }
  return instant;
}

Page Input::page(std::string_view list) {
  Page page;
  if (const auto limit = fields_.text("limit", 20)) {
    const auto number = whole_number<std::size_t>(*limit);
    if (!number || *number < 1 || *number > Page::largest) {
      fields_.problem(0, "\"limit\" must be a whole number from 1 to 200");
    } else {
      page.limit = *number;
    }
  }
  if (const auto cursor = fields_.text("cursor")) {
    auto key = key_of_cursor(call_, list, *cursor);
    if (key) {
      page.after = *std::move(key);
    } else {
      fields_.problem(0, "\"cursor\" is not one that this list gave as \"next\"");
    }
  }
  return page;
}

std::string cursor_of(const Call& call, std::string_view list, const std::string& key) {
  return base64url_encode(mac_of(call, list, key) + key);
}

http::Response page_response(const Call& call, std::string_view list, json::Array items,
                             const std::string& next_key) {
  json::Value next;
  if (!next_key.empty()) next = cursor_of(call, list, next_key);
  return json_response(200, {{"items", std::move(items)}, {"next", std::move(next)}});
}

}  // namespace rollcall::admin
