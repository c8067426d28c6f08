#pragma once

#include "scim/filter.h"

#include <string>
#include <string_view>

namespace rollcall::scim {

/// The value side of a comparison as written.
struct Literal {
  json::Value value;
  /// It is text: was in quotes, or is a bare word that is neither number, true, false nor null.
  bool quoted = false;
  /// The bare word itself, empty when it was in quotes.
  std::string token;
};

Literal read_token(std::string_view token);

/// Gives the comparison its literal in the type of the attribute compared. What is wrong with it as
/// a phrase, empty if nothing is.
std::string set_literal(Filter& comparison, Literal literal, const Quirks& quirks);

/// The attribute whose values are compared: `value` stands for a complex attribute. Null if it has
/// none.
const Attribute* compared(const AttributePath& path);

}  // namespace rollcall::scim
