#include "scim/filter_literal.h"

#include "gateway/base/text.h"

#include <charconv>
#include <utility>

namespace rollcall::scim {
namespace {

bool equality(Operator op) { return op == Operator::equal || op == Operator::not_equal; }
bool substring(Operator op) {
  return op == Operator::contains || op == Operator::starts_with || op == Operator::ends_with;
}

std::optional<json::Value> number(std::string_view token) {
  const char* end = token.data() + token.size();
  std::int64_t integer = 0;
  if (const auto [stop, status] = std::from_chars(token.data(), end, integer);
      status == std::errc() && stop == end) {
    return json::Value(integer);
  }
  double decimal = 0;
  const auto [stop, status] = std::from_chars(token.data(), end, decimal);
  const bool finite = token.find_first_of("nN") == std::string_view::npos;  // nan, inf
  if (status == std::errc() && stop == end && finite) return json::Value(decimal);
  return std::nullopt;
}

std::string set_boolean(Filter& comparison, Literal literal, const Quirks& quirks) {
  if (!equality(comparison.op)) return "a boolean has no order and no parts";
  if (const std::string* text = literal.value.string(); text && quirks.coerce_boolean_strings) {
    if (iequals(*text, "true")) literal.value = true;
    if (iequals(*text, "false")) literal.value = false;
  }
  if (literal.value.boolean() == nullptr) return "true or false is expected";
  comparison.literal = std::move(literal.value);
  return {};
}

std::string set_number(Filter& comparison, Literal literal) {
  if (substring(comparison.op)) return "a number has no parts";
  if (!literal.value.integer() && !literal.value.decimal()) return "a number is expected";
  comparison.literal = std::move(literal.value);
  return {};
}

std::string set_text(Filter& comparison, const Attribute& attribute, Literal literal,
                     const Quirks& quirks) {
  if (attribute.type == Type::binary && !equality(comparison.op) && !substring(comparison.op)) {
    return "a binary value has no order";
  }
  if (!literal.value.string() && !literal.token.empty() && quirks.accept_unquoted_literals) {
    literal.value = std::move(literal.token);  // employeeNumber eq 701984
  }
  const std::string* text = literal.value.string();
  if (text == nullptr) return "text in double quotes is expected";
  if (attribute.type == Type::date_time && !substring(comparison.op)) {
    comparison.instant = parse_timestamp(*text);
    if (!comparison.instant) return "a dateTime is expected (2026-01-31T12:00:00Z)";
  } else if (!attribute.case_exact) {
    comparison.folded = fold(*text);
  }
  comparison.literal = std::move(literal.value);
  return {};
}

}  // namespace

Literal read_token(std::string_view token) {
  if (iequals(token, "true")) return {json::Value(true), false, std::string(token)};
  if (iequals(token, "false")) return {json::Value(false), false, std::string(token)};
  if (iequals(token, "null")) return {json::Value(), false, {}};
  if (auto value = number(token)) return {*std::move(value), false, std::string(token)};
  return {json::Value(token), true, std::string(token)};
}

const Attribute* compared(const AttributePath& path) {
  const Attribute& leaf = path.leaf();
  return leaf.complex() ? leaf.value() : &leaf;
}

std::string set_literal(Filter& comparison, Literal literal, const Quirks& quirks) {
  if (literal.value.is_null()) {
    return equality(comparison.op) ? std::string() : "null has no order and no parts";
  }
  const Attribute* attribute = compared(comparison.path);
  if (attribute == nullptr) return comparison.path.str() + " needs a sub-attribute to compare with";
  switch (attribute->type) {
    case Type::boolean:
      return set_boolean(comparison, std::move(literal), quirks);
    case Type::integer:
    case Type::decimal:
      return set_number(comparison, std::move(literal));
    case Type::string:
    case Type::date_time:
    case Type::binary:
    case Type::reference:
      return set_text(comparison, *attribute, std::move(literal), quirks);
    case Type::complex:
      break;
  }
  return comparison.path.str() + " cannot be compared";
}

}  // namespace rollcall::scim
