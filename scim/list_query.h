#pragma once

#include "gateway/base/json.h"
#include "gateway/http/url.h"
#include "scim/filter.h"
#include "scim/projection.h"
#include "scim/quirks.h"

#include <cstdint>
#include <optional>
#include <span>

namespace rollcall::scim {

constexpr std::int64_t default_count = 100;
constexpr std::int64_t max_count = 200;

/// What a list or a search asks for (RFC 7644 §3.4.2), bounds applied.
struct ListQuery {
  explicit ListQuery(const ResourceType& type) : projection(type) {}

  std::optional<Filter> filter;
  std::optional<AttributePath> sort_by;
  bool descending = false;
  std::int64_t start_index = 1;
  /// 0 to max_count.
  std::int64_t count = default_count;
  Projection projection;
};

/// Parameter names in any case; unknown ones are ignored, of repeated ones the last counts but for
/// the attribute lists, which add up. invalid_value: a number that is none, an unknown sortOrder or
/// sortBy.
Result<ListQuery> parse_list_query(std::span<const http::Parameter> parameters,
                                   const ResourceType& type, const Quirks& quirks);

/// The body of POST …/.search (RFC 7644 §3.4.3).
Result<ListQuery> parse_search_request(const json::Value& body, const ResourceType& type,
                                       const Quirks& quirks);

}  // namespace rollcall::scim
