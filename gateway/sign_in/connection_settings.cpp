#include "gateway/sign_in/connection_settings.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

const json::Object nothing{};

/// With the members of every object in the order of their names.
json::Value canonical(const json::Value& value) {
  if (const json::Array* array = value.array()) {
    json::Array items;
    for (const json::Value& item : *array) items.push_back(canonical(item));
    return items;
  }
  const json::Object* object = value.object();
  if (object == nullptr) return value;
  json::Object sorted;
  for (const json::Member& member : *object) sorted.append(member.name, canonical(member.value));
  std::ranges::sort(sorted.members(), {}, &json::Member::name);
  return sorted;
}

}  // namespace

std::string ConnectionSettings::text(std::string_view name, std::string_view otherwise) const {
  const json::Value* value = members_.find(name);
  const std::string* text = value == nullptr ? nullptr : value->string();
  return text == nullptr || text->empty() ? std::string(otherwise) : *text;
}

bool ConnectionSettings::flag(std::string_view name, bool otherwise) const {
  const json::Value* value = members_.find(name);
  const bool* flag = value == nullptr ? nullptr : value->boolean();
  return flag == nullptr ? otherwise : *flag;
}

std::optional<std::int64_t> ConnectionSettings::number(std::string_view name, std::int64_t least,
                                                       std::int64_t most) const {
  const json::Value* value = members_.find(name);
  const std::int64_t* number = value == nullptr ? nullptr : value->integer();
  if (number == nullptr) return std::nullopt;
  return std::clamp(*number, least, most);
}

std::vector<std::string> ConnectionSettings::texts(std::string_view name) const {
  const json::Value* value = members_.find(name);
  const json::Array* array = value == nullptr ? nullptr : value->array();
  std::vector<std::string> texts;
  if (array == nullptr) return texts;
  for (const json::Value& item : *array) {
    if (item.string() != nullptr) texts.push_back(*item.string());
  }
  return texts;
}

std::map<std::string, std::string> ConnectionSettings::map(std::string_view name) const {
  std::map<std::string, std::string> texts;
  for (const json::Member& member : block(name).members_) {
    if (member.value.string() != nullptr) texts.emplace(member.name, *member.value.string());
  }
  return texts;
}

ConnectionSettings ConnectionSettings::block(std::string_view name) const {
  const json::Value* value = members_.find(name);
  const json::Object* object = value == nullptr ? nullptr : value->object();
  return ConnectionSettings(object == nullptr ? nothing : *object);
}

Sha256 digest_of(const json::Object& settings, const Sha256& secrets) {
  json::Object tested = settings;
  tested.erase("enabled");
  std::string text = json::write(canonical(tested));
  text += as_bytes(secrets);
  return sha256(text);
}

}  // namespace rollcall::sign_in
