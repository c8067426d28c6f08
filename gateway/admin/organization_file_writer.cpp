#include "gateway/admin/organization_file.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

bool safe_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '@' || c == '/';
}

/// Text that every YAML reader takes for the same text without quotes.
bool plain(std::string_view text) {
  constexpr std::array<std::string_view, 12> words{"true", "false", "null", "yes", "no",  "on",
                                                   "off",  "y",     "n",    "nan", "inf", "~"};
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text.front())) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::all_of(text.begin(), text.end(), safe_character) &&
         std::find(words.begin(), words.end(), lower) == words.end();
}

void append_text(std::string& out, std::string_view text) {
  if (plain(text)) {
    out += text;
  } else {
    json::append_string(out, text);
  }
}

/// Flow style on one line: `{id: okta, domains: [hooli.test]}`.
void append_flow(std::string& out, const json::Value& value) {
  const char* separator = "";
  if (const json::Object* object = value.object()) {
    out += '{';
    for (const json::Member& member : *object) {
      out += separator;
      append_text(out, member.name);
      out += ": ";
      append_flow(out, member.value);
      separator = ", ";
    }
    out += '}';
  } else if (const json::Array* array = value.array()) {
    out += '[';
    for (const json::Value& item : *array) {
      out += separator;
      append_flow(out, item);
      separator = ", ";
    }
    out += ']';
  } else if (const std::string* text = value.string()) {
    append_text(out, *text);
  } else {
    json::append(out, value);
  }
}

json::Array array_of(const std::vector<std::string>& texts) {
  return json::Array(texts.begin(), texts.end());
}

json::Object object_of(const DeclaredConnection& connection) {
  json::Object object{{"id", connection.id}};
  for (const json::Member& member : connection.settings) object.append(member.name, member.value);
  return object;
}

json::Object object_of(const DeclaredScimConnection& connection) {
  json::Object object{{"id", connection.id}};
  if (!connection.enabled) object.append("enabled", false);
  if (connection.mode != ScimMode::lenient) object.append("mode", name(connection.mode));
  if (connection.username_is_email) object.append("username_is_email", true);
  for (const json::Member& member : connection.options) object.append(member.name, member.value);
  if (!connection.tokens.empty()) object.append("tokens", array_of(connection.tokens));
  return object;
}

json::Object object_of(const DeclaredUser& user) {
  json::Object object{{"id", user.id}};
  const auto add = [&](const char* key, const std::optional<std::string>& value) {
    if (value) object.append(key, *value);
  };
  add("email", user.email);
  add("user_name", user.user_name);
  add("given_name", user.given_name);
  add("family_name", user.family_name);
  add("display_name", user.display_name);
  if (user.active == false) object.append("active", false);
  return object;
}

json::Object object_of(const DeclaredGroup& group) {
  json::Object object{{"name", group.name}};
  if (group.members) object.append("members", array_of(*group.members));
  return object;
}

template <class Item>
void append_section(std::string& out, std::string_view key,
                    const std::optional<std::vector<Item>>& items) {
  if (!items) return;
  out.append(key).append(items->empty() ? ": []\n" : ":\n");
  for (const Item& entry : *items) {
    out += "  - ";
    append_flow(out, object_of(entry));
    out += '\n';
  }
}

}  // namespace

std::string write_organization_file(const OrganizationFile& file) {
  std::string out = "organization: ";
  append_flow(out, json::Object{{"slug", file.slug}});
  out += '\n';
  append_section(out, "connections", file.connections);
  append_section(out, "scim", file.scim);
  append_section(out, "users", file.users);
  append_section(out, "groups", file.groups);
  return out;
}

}  // namespace rollcall::admin
