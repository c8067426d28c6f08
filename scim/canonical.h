#pragma once

#include "gateway/base/json.h"
#include "scim/attribute_path.h"
#include "scim/quirks.h"

#include <cstddef>

namespace rollcall::scim {

constexpr std::size_t max_string_length = 64 * 1024;
/// Values of one multi-valued attribute; a group's members are bounded by the body alone.
constexpr std::size_t max_values = 1000;

/// Makes what a client sent for one attribute canonical, in place: types checked, sub-attribute
/// names in the schema's letter case, readOnly and unknown ones dropped, at most one `primary`,
/// equal (type, value) pairs collapsed, elements that say nothing but type and primary dropped.
/// Null afterwards if nothing is assigned (null, [], an object without anything in it).
/// invalid_value or invalid_syntax naming the attribute.
Result<> canonicalize_value(const AttributePath& path, json::Value& value, const Quirks& quirks);

/// One element of a multi-valued attribute, the same way.
Result<> canonicalize_element(const AttributePath& path, json::Value& value, const Quirks& quirks);

/// At most one element is primary afterwards: `chosen`, or the last that says so if there is none.
void keep_one_primary(json::Array& elements, const json::Value* chosen = nullptr);
/// Drops elements equal in (type, value) to an earlier one.
void drop_repeated(json::Array& elements);
/// Drops elements that say nothing but `type` and `primary`.
void drop_hollow(json::Array& elements);

bool is_true(const json::Object& object, std::string_view name);

}  // namespace rollcall::scim
