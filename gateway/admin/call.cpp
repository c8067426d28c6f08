#include "gateway/admin/call.h"

#include "gateway/base/text.h"
#include "gateway/crypto/base64.h"
#include "gateway/http/problem.h"
#include "gateway/http/url.h"

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

yaml::Node query_map(const Call& call, Problems& problems) {
  const auto parameters = http::parse_query(call.query);
  if (!parameters) {
    problems.add(0, "the query has a broken escape or too many parameters");
    return empty_map();
  }
  json::Object object;
  for (const http::Parameter& parameter : *parameters) {
    if (object.find(parameter.name)) {
      problems.add(0, "query: \"" + parameter.name + "\" stands there twice");
    } else {
      object.append(parameter.name, parameter.value);
    }
  }
  return to_node(json::Value(std::move(object)));
}

yaml::Node body_map(const Call& call, Problems& problems) {
  if (trim(call.body).empty()) return empty_map();
  const auto value = json::parse(call.body);
  if (value && value->object()) return to_node(*value);
  problems.add(0, value ? "the body must be a JSON object" : value.error().detail());
  return empty_map();
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

Input::Input(const Call& call, Part part)
    : node_(part == Part::query ? query_map(call, problems_) : body_map(call, problems_)),
      fields_(node_, part == Part::query ? "query" : "body", problems_) {}

bool Input::valid() {
  fields_.done();
  return problems_.empty();
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
    const auto text = base64url_decode(*cursor);
    const std::string mark = std::string(list) + ":";
    if (!text || !text->starts_with(mark)) {
      fields_.problem(0, "\"cursor\" is not one that this list gave as \"next\"");
    } else {
      page.after = text->substr(mark.size());
    }
  }
  return page;
}

http::Response page_response(std::string_view list, json::Array items,
                             const std::string& next_key) {
  json::Value next;
  if (!next_key.empty()) next = base64url_encode(std::string(list) + ":" + next_key);
  return json_response(200, {{"items", std::move(items)}, {"next", std::move(next)}});
}

}  // namespace rollcall::admin
