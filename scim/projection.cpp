#include "scim/projection.h"

#include "gateway/base/text.h"

#include <algorithm>

namespace rollcall::scim {
namespace {

constexpr std::size_t max_names = 500;

/// The names of a comma-separated list; a comma within brackets or quotes separates nothing.
std::vector<std::string_view> split_names(std::string_view list) {
  std::vector<std::string_view> names;
  bool quoted = false;
  int brackets = 0;
  std::size_t start = 0;
  for (std::size_t at = 0; at <= list.size(); ++at) {
    const char c = at < list.size() ? list[at] : ',';
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '[') ++brackets;
    if (!quoted && c == ']') --brackets;
    if (at < list.size() && (c != ',' || quoted || brackets > 0)) continue;
    const std::string_view name = trim(list.substr(start, at - start));
    if (!name.empty()) names.push_back(name);
    start = at + 1;
  }
  return names;
}

/// `emails[type eq "work"].value` → `emails.value`.
std::string without_filter(std::string_view name) {
  const auto open = name.find('[');
  if (open == std::string_view::npos) return std::string(name);
  const auto close = name.rfind(']');
  std::string plain(name.substr(0, open));
  if (close != std::string_view::npos && close > open) plain += name.substr(close + 1);
  return plain;
}

bool any_name(std::span<const std::string> lists) {
  return std::any_of(lists.begin(), lists.end(),
                     [](const std::string& list) { return !split_names(list).empty(); });
}

bool concerns(const AttributePath& path, const Schema* extension, const Attribute& attribute) {
  return path.extension == extension && (path.attribute == nullptr || path.attribute == &attribute);
}

}  // namespace

Result<Projection> Projection::parse(std::span<const std::string> attributes,
                                     std::span<const std::string> excluded,
                                     const ResourceType& type) {
  Projection projection(type);
  const bool only = any_name(attributes);
  const bool except = any_name(excluded);
  if (only && except) {
    return Error(Fault::invalid_value, "attributes and excludedAttributes exclude each other.");
  }
  if (!only && !except) return projection;
  projection.mode_ = only ? Mode::only : Mode::except;
  std::size_t names = 0;
  for (const std::string& list : only ? attributes : excluded) {
    for (const std::string_view name : split_names(list)) {
      if (++names > max_names) {
        return Error(Fault::invalid_value, "A list of attributes names more than 500.");
      }
      const auto path = resolve_path(without_filter(name), type);
      auto& paths = projection.paths_;
      const bool is_new = path && std::find(paths.begin(), paths.end(), *path) == paths.end();
      if (is_new) paths.push_back(*path);
    }
  }
  return projection;
}

bool Projection::keeps_document() const {
  if (mode_ == Mode::only) return false;
  return std::all_of(paths_.begin(), paths_.end(), [](const AttributePath& path) {
    return path.extension == nullptr && path.sub_attribute == nullptr &&
           (path.attribute->name == "groups" || path.attribute->name == "members" ||
            path.attribute->returned == Returned::always);
  });
}

bool Projection::wants(std::string_view attribute) const {
  const Attribute* found = type_->find(attribute);
  return found != nullptr && keeps(nullptr, *found);
}

bool Projection::keeps(const Schema* extension, const Attribute& attribute) const {
  if (attribute.returned == Returned::always) return true;
  if (attribute.returned == Returned::never) return false;
  const auto named = [&](const AttributePath& path) {
    return concerns(path, extension, attribute);
  };
  if (mode_ == Mode::only) return std::any_of(paths_.begin(), paths_.end(), named);
  if (attribute.returned == Returned::request) return false;
  return std::none_of(paths_.begin(), paths_.end(), [&](const AttributePath& path) {
    return named(path) && path.sub_attribute == nullptr;
  });
}

void Projection::apply(json::Object& resource) const {
  for (const Schema* extension : type_->extensions) {
    json::Value* part = resource.find(extension->id);
    if (part == nullptr || !part->object()) continue;
    apply_to(*part->object(), extension);
    if (part->object()->empty()) resource.erase(extension->id);
  }
  apply_to(resource, nullptr);
}

void Projection::apply_to(json::Object& attributes, const Schema* extension) const {
  std::erase_if(attributes.members(), [&](json::Member& member) {
    const Attribute* attribute =
        extension != nullptr ? extension->find(member.name) : type_->find(member.name);
    if (attribute == nullptr) return type_->extension(member.name) == nullptr;
    if (!keeps(extension, *attribute)) return true;
    apply_to_value(member.value, extension, *attribute);
    const json::Array* array = member.value.array();
    const json::Object* object = member.value.object();
    return attribute->complex() && ((array && array->empty()) || (object && object->empty()));
  });
}

void Projection::apply_to_value(json::Value& value, const Schema* extension,
                                const Attribute& attribute) const {
  if (!attribute.complex()) return;
  if (json::Object* object = value.object()) return apply_to_element(*object, extension, attribute);
  json::Array* array = value.array();
  if (array == nullptr) return;
  for (json::Value& element : *array) {
    if (json::Object* object = element.object()) apply_to_element(*object, extension, attribute);
  }
  std::erase_if(*array, [](const json::Value& element) {
    return element.object() != nullptr && element.object()->empty();
  });
}

void Projection::apply_to_element(json::Object& element, const Schema* extension,
                                  const Attribute& attribute) const {
  const auto names_it_whole = [&](const AttributePath& path) {
    return concerns(path, extension, attribute) && path.sub_attribute == nullptr;
  };
  const bool whole =
      mode_ != Mode::only || std::any_of(paths_.begin(), paths_.end(), names_it_whole);
  std::erase_if(element.members(), [&](const json::Member& member) {
    const Attribute* sub_attribute = attribute.find(member.name);
    if (sub_attribute == nullptr || sub_attribute->returned == Returned::never) return true;
    if (sub_attribute->returned == Returned::always) return false;
    const bool named = std::any_of(paths_.begin(), paths_.end(), [&](const AttributePath& path) {
      return concerns(path, extension, attribute) && path.sub_attribute == sub_attribute;
    });
    return mode_ == Mode::only ? !whole && !named : named;
  });
}

Result<Projection> parse_projection(std::span<const http::Parameter> parameters,
                                    const ResourceType& type) {
  std::vector<std::string> attributes;
  std::vector<std::string> excluded;
  for (const http::Parameter& parameter : parameters) {
    if (iequals(parameter.name, "attributes")) attributes.push_back(parameter.value);
    if (iequals(parameter.name, "excludedAttributes")) excluded.push_back(parameter.value);
  }
  return Projection::parse(attributes, excluded, type);
}

}  // namespace rollcall::scim
