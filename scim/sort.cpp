#include "scim/sort.h"

#include "gateway/base/text.h"
#include "gateway/base/timestamp.h"

namespace rollcall::scim {
namespace {

/// The value of an array that stands for all: the primary one, else the first.
const json::Value* representative(const json::Array& array) {
  for (const json::Value& element : array) {
    const json::Object* object = element.object();
    const json::Value* primary = object != nullptr ? object->find("primary") : nullptr;
    const bool* flag = primary != nullptr ? primary->boolean() : nullptr;
    if (flag != nullptr && *flag) return &element;
  }
  return array.empty() ? nullptr : &array.front();
}

const json::Value* child(const json::Value* value, std::string_view name) {
  if (value != nullptr && value->array()) value = representative(*value->array());
  const json::Object* object = value != nullptr ? value->object() : nullptr;
  return object != nullptr ? object->find(name) : nullptr;
}

}  // namespace

SortKey SortKey::of(const json::Object& resource, const AttributePath& path) {
  const json::Value* value = nullptr;
  if (path.extension != nullptr) {
    value = child(resource.find(path.extension->id), path.attribute->name);
  } else {
    value = resource.find(path.attribute->name);
  }
  const Attribute* leaf = &path.leaf();
  if (path.attribute->complex()) {
    if (leaf->complex()) leaf = leaf->value();
    value = leaf != nullptr ? child(value, leaf->name) : nullptr;
  } else if (value != nullptr && value->array()) {
    value = representative(*value->array());
  }
  SortKey key;
  if (value == nullptr) return key;
  if (const bool* flag = value->boolean()) key.value_ = *flag;
  if (const std::int64_t* integer = value->integer()) key.value_ = static_cast<double>(*integer);
  if (const double* decimal = value->decimal()) key.value_ = *decimal;
  if (const std::string* text = value->string()) {
    const auto instant =
        leaf->type == Type::date_time ? parse_timestamp(*text) : std::optional<Timestamp>();
    if (instant) {
      key.value_ = static_cast<std::int64_t>(instant->time_since_epoch().count());
    } else {
      key.value_ = leaf->case_exact ? *text : fold(*text);
    }
  }
  return key;
}

}  // namespace rollcall::scim
