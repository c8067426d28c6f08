#include "scim/attribute_path.h"

#include "gateway/base/text.h"

#include <algorithm>

namespace rollcall::scim {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view text) {
  return !text.empty() && starts_name(text.front()) &&
         std::all_of(text.begin() + 1, text.end(), in_name);
}

bool is_urn(std::string_view text) {
  return text.size() > 4 && iequals(text.substr(0, 4), "urn:") &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return in_name(c) || c == ':' || c == '.'; });
}

/// `text` without `urn` and the colon behind it; empty when it is the URN alone. Nothing if it does
/// not begin with the URN.
std::optional<std::string_view> behind(std::string_view urn, std::string_view text) {
  if (text.size() < urn.size() || !iequals(text.substr(0, urn.size()), urn)) return std::nullopt;
  text.remove_prefix(urn.size());
  if (text.empty()) return text;
  if (text.front() != ':' || text.size() == 1) return std::nullopt;
  return text.substr(1);
}

template <class Owner>
std::optional<AttributePath> resolve_in(const Owner& owner, const Schema* extension,
                                        std::string_view name) {
  const auto dot = name.find('.');
  AttributePath path{extension, owner.find(name.substr(0, dot)), nullptr};
  if (path.attribute == nullptr) return std::nullopt;
  if (dot == std::string_view::npos) return path;
  path.sub_attribute = path.attribute->find(name.substr(dot + 1));
  return path.sub_attribute != nullptr ? std::optional(path) : std::nullopt;
}

}  // namespace

bool starts_name(char c) { return letter(c) || c == '$'; }
bool in_name(char c) { return letter(c) || digit(c) || c == '-' || c == '_' || c == '$'; }

std::string AttributePath::str() const {
  std::string text;
  if (extension != nullptr) text += extension->id;
  if (attribute != nullptr) {
    if (!text.empty()) text += ':';
    text += attribute->name;
  }
  if (sub_attribute != nullptr) text += '.' + sub_attribute->name;
  return text;
}

std::optional<AttributePath> resolve_path(std::string_view text, const ResourceType& type) {
  if (text.find(':') == std::string_view::npos) return resolve_in(type, nullptr, text);
  // No URN of a type is the prefix of another at a colon, so the first that fits is the longest.
  for (const Schema* extension : type.extensions) {
    const auto name = behind(extension->id, text);
    if (!name) continue;
    if (name->empty()) return AttributePath{extension, nullptr, nullptr};
    return resolve_in(*extension, extension, *name);
  }
  const auto name = behind(type.schema->id, text);
  return name && !name->empty() ? resolve_in(type, nullptr, *name) : std::nullopt;
}

std::optional<AttributePath> resolve_path(std::string_view text, const ResourceType& type,
                                          const Quirks& quirks) {
  auto path = resolve_path(text, type);
  if (path || !quirks.find_extension_attributes) return path;
  for (const Schema* extension : type.extensions) {
    path = resolve_in(*extension, extension, text);
    if (path) return path;
  }
  return std::nullopt;
}

bool is_attribute_path(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    if (!is_urn(text.substr(0, colon))) return false;
    text.remove_prefix(colon + 1);
    // "urn:…:2.0:User" names a schema, "urn:…:vendor:2.0" as well.
    if (!text.empty() && digit(text.front()))
      return std::all_of(text.begin(), text.end(), [](char c) { return in_name(c) || c == '.'; });
  }
  const auto dot = text.find('.');
  return is_name(text.substr(0, dot)) &&
         (dot == std::string_view::npos || is_name(text.substr(dot + 1)));
}

}  // namespace rollcall::scim
