#pragma once

#include "gateway/simulate/answer.h"
#include "gateway/simulate/variables.h"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::simulate {

struct Failure {
  std::string expected;
  std::string got;
  /// The section of the RFC or the vendor's document that demands it.
  std::string source;
};

/// Judges an answer; may learn variables from it. Text arguments of the functions below are
/// expanded by the variables ({{name}}); `path` and `source` are literals.
using Expectation = std::function<std::optional<Failure>(const Answer&, Variables&)>;

Expectation status(std::initializer_list<int> allowed, std::string_view source);
Expectation has(std::string_view path, json::Value value, std::string_view source);
/// Missing, null and an empty array are the same (RFC 7643 §2.5).
Expectation absent(std::string_view path, std::string_view source);
Expectation present(std::string_view path, std::string_view source);
/// The member is not even named: null and [] count as present.
Expectation not_named(std::string_view path, std::string_view source);

/// A ListResponse whose numbers are integers.
Expectation list_response(std::string_view source);
/// A ListResponse with exactly so many results, all of them on this page.
Expectation results(std::int64_t total, std::string_view source);
/// The ids of a page of results; `itemsPerPage` is their number and at most `count`.
Expectation page_of(std::int64_t start, std::int64_t count, std::string_view source);

/// The SCIM error body of RFC 7644 §3.12: schema, status as string, and `scim_type` unless empty.
Expectation scim_error(int status, std::string_view scim_type = {});
/// The members of a group, in any order.
Expectation members(std::vector<std::string> ids, std::string_view source);
Expectation field(std::string_view name, std::string_view source);
/// The Location field, which equals meta.location (RFC 7644 §3.3).
Expectation location();

/// Remembers the text at `path`; fails without one.
Expectation keep(std::string_view path, std::string variable);
/// Remembers the text at `path` if there is any.
Expectation note(std::string_view path, std::string variable);
/// Remembers the whole body.
Expectation keep_body(std::string variable);

/// For answers with a body only: PATCH may be answered by 204 (RFC 7644 §3.5.2).
Expectation if_body(Expectation expectation);

}  // namespace rollcall::simulate
