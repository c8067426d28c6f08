#include "gateway/admin/organization_file_parts.h"

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
  append_flow(out, object_of(file.organization));
  out += '\n';
  if (const json::Object brake = brake_of(file.organization); !brake.empty()) {
    out += "brake: ";
    append_flow(out, brake);
    out += '\n';
  }
  append_section(out, "deployments", file.deployments);
  append_section(out, "branch_deployments", file.branch_deployments);
  append_section(out, "projects", file.projects);
  append_section(out, "connections", file.connections);
  append_section(out, "scim", file.scim);
  append_section(out, "custom_roles", file.custom_roles);
  append_section(out, "users", file.users);
  append_section(out, "groups", file.groups);
  append_section(out, "service_users", file.service_users);
  append_section(out, "license_mappings", file.license_mappings);
  return out;
}

}  // namespace rollcall::admin
