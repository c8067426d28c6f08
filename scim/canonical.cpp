#include "scim/canonical.h"

#include "gateway/base/text.h"
#include "gateway/base/timestamp.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace rollcall::scim {
namespace {

Error wrong(const AttributePath& path, std::string_view problem) {
  return {Fault::invalid_value, path.str() + ' ' + std::string(problem) + '.'};
}

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("+/=-_ \r\n\t").find(c) != std::string_view::npos;
  });
}

Result<> read_text(const AttributePath& path, const json::Value& value) {
  const std::string* text = value.string();
  if (text == nullptr) return wrong(path, "must be a string");
  if (text->size() > max_string_length) return wrong(path, "is longer than 65536 bytes");
  // No store but SQLite keeps a NUL in text.
  if (text->find('\0') != std::string::npos) return wrong(path, "holds a NUL character");
  const Type type = path.leaf().type;
  if (type == Type::binary && !is_base64(*text)) return wrong(path, "must be base64");
  if (type == Type::date_time && !parse_timestamp(*text)) return wrong(path, "must be a dateTime");
  return {};
}

Result<> read_boolean(const AttributePath& path, json::Value& value, const Quirks& quirks) {
  if (value.boolean()) return {};
  if (const std::string* text = value.string(); text && quirks.coerce_boolean_strings) {
    const bool yes = iequals(*text, "true");
    if (yes || iequals(*text, "false")) {
      value = yes;
      return {};
    }
  }
  return wrong(path, "must be true or false");
}

/// Whether a client's statement of this attribute is passed over without a look (RFC 7644 §3.3).
bool ignored(const Attribute& attribute) {
  return attribute.mutability == Mutability::read_only || attribute.returned == Returned::never;
}

Result<> read_object(const AttributePath& path, json::Value& value, const Quirks& quirks) {
  json::Object& object = *value.object();
  const Attribute& attribute = *path.attribute;
  std::uint64_t seen = 0;
  for (json::Member& member : object) {
    const Attribute* sub_attribute = attribute.find(member.name);
    if (sub_attribute == nullptr) {
      if (!quirks.ignore_unknown_attributes) {
        return Error(Fault::invalid_syntax,
                     path.str() + " has no sub-attribute " + member.name.substr(0, 200) + ".");
      }
      member.value = json::Value();
      continue;
    }
    const AttributePath inner{path.extension, &attribute, sub_attribute};
    const std::uint64_t bit = std::uint64_t{1} << (sub_attribute - attribute.sub_attributes.data());
    if ((seen & bit) != 0) return Error(Fault::invalid_syntax, inner.str() + " appears twice.");
    seen |= bit;
    if (member.name != sub_attribute->name) member.name = sub_attribute->name;
    if (ignored(*sub_attribute)) {
      member.value = json::Value();
    } else {
      CHECK_OK(canonicalize_value(inner, member.value, quirks));
    }
  }
  std::erase_if(object.members(),
                [](const json::Member& member) { return member.value.is_null(); });
  if (object.empty()) value = json::Value();
  return {};
}

/// The one object that a client meant: "id" → {"value": "id"}, [x] → x; "" clears.
void reshape(const Attribute& attribute, json::Value& value) {
  if (json::Array* array = value.array(); array && !attribute.multi_valued && array->size() == 1) {
    json::Value only = std::move(array->front());
    value = std::move(only);
  }
  const std::string* text = value.string();
  if (text == nullptr || attribute.value() == nullptr) return;
  value = text->empty() ? json::Value() : json::Value(json::Object{{"value", std::move(value)}});
}

/// A single-valued complex attribute whose `value` is "" has no value: how Entra clears a manager.
bool cleared(const Attribute& attribute, const json::Value& value) {
  const json::Value* inner = value.object() ? value.object()->find("value") : nullptr;
  return !attribute.multi_valued && inner && inner->string() && inner->string()->empty();
}

Result<> read_complex(const AttributePath& path, json::Value& value, const Quirks& quirks) {
  if (quirks.reshape_values) reshape(*path.attribute, value);
  if (value.is_null()) return {};
  if (!value.object()) return wrong(path, "must be an object");
  CHECK_OK(read_object(path, value, quirks));
  if (quirks.reshape_values && cleared(*path.attribute, value)) value = json::Value();
  return {};
}

Result<> read_list(const AttributePath& path, json::Value& value, const Quirks& quirks) {
  if (!value.array()) {
    if (!quirks.reshape_values) return wrong(path, "must be an array");
    json::Array one;
    one.push_back(std::move(value));
    value = std::move(one);
  }
  json::Array& elements = *value.array();
  if (elements.size() > max_values) return wrong(path, "has more than 1000 values");
  for (json::Value& element : elements) {
    CHECK_OK(canonicalize_element(path, element, quirks));
  }
  std::erase_if(elements, [](const json::Value& element) { return element.is_null(); });
  if (path.leaf().complex()) {
    drop_hollow(elements);
    drop_repeated(elements);
    keep_one_primary(elements);
  }
  if (elements.empty()) value = json::Value();
  return {};
}

std::string_view text_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  const std::string* text = value != nullptr ? value->string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

}  // namespace

Result<> canonicalize_value(const AttributePath& path, json::Value& value, const Quirks& quirks) {
  if (value.is_null()) return {};
  return path.leaf().multi_valued ? read_list(path, value, quirks)
                                  : canonicalize_element(path, value, quirks);
}

Result<> canonicalize_element(const AttributePath& path, json::Value& value, const Quirks& quirks) {
  // An empty array is "no value" of any attribute (RFC 7643 §2.5).
  if (value.array() && value.array()->empty()) value = json::Value();
  if (value.is_null()) return {};
  switch (path.leaf().type) {
    case Type::complex:
      return read_complex(path, value, quirks);
    case Type::boolean:
      return read_boolean(path, value, quirks);
    case Type::integer:
      return value.integer() ? Result<>() : wrong(path, "must be an integer");
    case Type::decimal:
      return value.integer() || value.decimal() ? Result<>() : wrong(path, "must be a number");
    case Type::string:
    case Type::date_time:
    case Type::binary:
    case Type::reference:
      return read_text(path, value);
  }
  return {};
}

bool is_true(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  const bool* flag = value != nullptr ? value->boolean() : nullptr;
  return flag != nullptr && *flag;
}

void keep_one_primary(json::Array& elements, const json::Value* chosen) {
  for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
    json::Object* object = element->object();
    if (object == nullptr || !is_true(*object, "primary")) continue;
    if (chosen == nullptr) chosen = &*element;
    if (chosen != &*element) object->set("primary", false);
  }
}

void drop_repeated(json::Array& elements) {
  if (elements.size() < 2) return;
  std::unordered_map<std::string, std::size_t> places;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < elements.size(); ++at) {
    const json::Object* object = elements[at].object();
    if (object != nullptr && object->find("value") != nullptr) {
      std::string key(text_of(*object, "value"));
      key += '\n';
      key += text_of(*object, "type");
      const auto [place, is_new] = places.emplace(std::move(key), kept);
      if (!is_new) {
        if (is_true(*object, "primary")) elements[place->second].object()->set("primary", true);
        continue;
      }
    }
    if (kept != at) elements[kept] = std::move(elements[at]);
    ++kept;
  }
  elements.resize(kept);
}

void drop_hollow(json::Array& elements) {
  std::erase_if(elements, [](const json::Value& element) {
    const json::Object* object = element.object();
    return object != nullptr && std::all_of(object->begin(), object->end(), [](const auto& member) {
             return member.name == "type" || member.name == "primary";
           });
  });
}

}  // namespace rollcall::scim
