#include "scim/list_query.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {
namespace {

constexpr std::string_view search_urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// An integer as text; what exceeds 64 bits counts as the largest or smallest there is.
std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (stop != end || status == std::errc::invalid_argument) return std::nullopt;
  if (status == std::errc()) return value;
  return text.starts_with('-') ? INT64_MIN : INT64_MAX;
}

/// Both forms of a query end here: text as in the URL, numbers as numbers.
class Builder {
 public:
  Builder(const ResourceType& type, const Quirks& quirks)
      : type_(type), quirks_(quirks), query_(type) {}

  Result<> text(std::string_view name, const std::string& value) {
    if (iequals(name, "filter")) return filter(value);
    if (iequals(name, "sortBy")) return sort_by(value);
    if (iequals(name, "sortOrder")) return sort_order(value);
    if (iequals(name, "attributes")) attributes_.push_back(value);
    if (iequals(name, "excludedAttributes")) excluded_.push_back(value);
    if (iequals(name, "startIndex") || iequals(name, "count")) {
      const auto value_as_number = integer(trim(value));
      if (!value_as_number) return not_a_number(name);
      number(name, *value_as_number);
    }
    return {};
  }

  /// Out-of-range values mean the nearest bound (RFC 7644 §3.4.2.4).
  void number(std::string_view name, std::int64_t value) {
    if (iequals(name, "startIndex")) query_.start_index = std::max<std::int64_t>(value, 1);
    if (iequals(name, "count")) query_.count = std::clamp<std::int64_t>(value, 0, max_count);
  }

  static Error not_a_number(std::string_view name) {
    return {Fault::invalid_value, std::string(name.substr(0, 40)) + " must be an integer."};
  }

  Result<ListQuery> take() {
    TRY(query_.projection, Projection::parse(attributes_, excluded_, type_));
    return std::move(query_);
  }

 private:
  Result<> filter(const std::string& value) {
    if (trim(value).empty()) return {};
    TRY(query_.filter, parse_filter(value, type_, quirks_));
    return {};
  }
  Result<> sort_by(const std::string& value) {
    const std::string_view name = trim(value);
    if (name.empty()) return {};
    const auto path = resolve_path(name, type_, quirks_);
    if (!path || path->attribute == nullptr || path->leaf().returned == Returned::never) {
      return Error(Fault::invalid_value, "sortBy names no attribute that can be sorted by.");
    }
    query_.sort_by = path;
    return {};
  }
  Result<> sort_order(const std::string& value) {
    query_.descending = iequals(value, "descending");
    if (value.empty() || query_.descending || iequals(value, "ascending")) return {};
    return Error(Fault::invalid_value, "sortOrder must be ascending or descending.");
  }

  const ResourceType& type_;
  const Quirks& quirks_;
  ListQuery query_;
  std::vector<std::string> attributes_;
  std::vector<std::string> excluded_;
};

bool has_search_schema(const json::Object& body) {
  const json::Value* schemas = body.find_ignoring_case("schemas");
  const json::Array* urns = schemas != nullptr ? schemas->array() : nullptr;
  return urns != nullptr && std::any_of(urns->begin(), urns->end(), [](const json::Value& urn) {
           return urn.string() != nullptr && iequals(*urn.string(), search_urn);
         });
}

Result<> add_member(Builder& builder, const json::Member& member) {
  const json::Value& value = member.value;
  if (const std::string* text = value.string()) return builder.text(member.name, *text);
  if (const std::int64_t* number = value.integer()) {
    builder.number(member.name, *number);
    return {};
  }
  if (const json::Array* list = value.array()) {
    for (const json::Value& element : *list) {
      if (element.string() != nullptr) CHECK_OK(builder.text(member.name, *element.string()));
    }
    return {};
  }
  if (value.decimal() || value.boolean()) {
    if (iequals(member.name, "startIndex") || iequals(member.name, "count")) {
      return Builder::not_a_number(member.name);
    }
  }
  return {};
}

}  // namespace

Result<ListQuery> parse_list_query(std::span<const http::Parameter> parameters,
                                   const ResourceType& type, const Quirks& quirks) {
  Builder builder(type, quirks);
  for (const http::Parameter& parameter : parameters) {
    CHECK_OK(builder.text(parameter.name, parameter.value));
  }
  return builder.take();
}

Result<ListQuery> parse_search_request(const json::Value& body, const ResourceType& type,
                                       const Quirks& quirks) {
  const json::Object* request = body.object();
  if (request == nullptr) {
    return Error(Fault::invalid_syntax, "The body of a search must be a JSON object.");
  }
  if (!has_search_schema(*request) && !quirks.ignore_schema_list) {
    return Error(Fault::invalid_value, "schemas must contain " + std::string(search_urn) + ".");
  }
  Builder builder(type, quirks);
  for (const json::Member& member : *request) CHECK_OK(add_member(builder, member));
  return builder.take();
}

}  // namespace rollcall::scim
