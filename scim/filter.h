#pragma once

#include "gateway/base/json.h"
#include "gateway/base/timestamp.h"
#include "scim/attribute_path.h"
#include "scim/quirks.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

enum class Operator {
  equal,
  not_equal,
  contains,
  starts_with,
  ends_with,
  greater,
  greater_or_equal,
  less,
  less_or_equal,
  present,
};

/// A parsed filter (RFC 7644 §3.4.2.2) whose attributes are resolved and whose literals have the
/// attribute's type. A value; depth and size are bounded by the parser.
struct Filter {
  enum class Kind {
    comparison,
    all,       // and
    any,       // or
    negation,  // not
    element,   // path[operand]: all of it holds for one and the same element
  };
  Kind kind = Kind::comparison;
  /// comparison, element: the attribute. Inside an element `attribute` is the element's
  /// sub-attribute.
  AttributePath path;
  Operator op = Operator::present;
  /// Null compares with "no value".
  json::Value literal;
  /// fold() of a string literal that compares without case.
  std::string folded;
  /// Of a dateTime literal.
  std::optional<Timestamp> instant;
  /// all, any: two or more; negation, element: one.
  std::vector<Filter> operands;
};

constexpr std::size_t max_filter_length = 16 * 1024;
constexpr std::size_t max_filter_depth = 16;
constexpr std::size_t max_filter_terms = 64;

/// invalid_filter with the position for bad grammar, an unknown attribute or operator, an order
/// comparison on boolean or binary, a literal of another type, anything about password, or a filter
/// beyond the limits.
Result<Filter> parse_filter(std::string_view text, const ResourceType& type, const Quirks& quirks);

/// The filter between the brackets of `attribute[…]`; its paths are sub-attributes of `attribute`.
Result<Filter> parse_element_filter(std::string_view text, const Attribute& attribute,
                                    const Quirks& quirks);

/// `resource` is a canonical document (resource.h): names in the schema's letter case.
bool matches(const Filter& filter, const json::Object& resource);
/// The same for a filter of parse_element_filter and one element.
bool matches_element(const Filter& filter, const json::Value& element);

/// Whether evaluation needs this core attribute ("groups", "members").
bool refers_to(const Filter& filter, std::string_view attribute);
/// Number of comparisons.
std::size_t terms(const Filter& filter);

}  // namespace rollcall::scim
