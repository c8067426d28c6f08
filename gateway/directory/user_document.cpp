#include "gateway/directory/user_document.h"

#include "gateway/base/text.h"

#include <utility>

namespace rollcall {
namespace {

std::string text_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

/// True if the member is another than before; an empty text changes nothing.
bool put_text(json::Object& object, std::string_view name, const std::string& text) {
  if (text.empty() || text_at(object, name) == text) return false;
  object.set(name, text);
  return true;
}

/// True if something is another than before.
bool put_names(json::Object& document, const PersonNames& names) {
  const json::Value* known = document.find("name");
  json::Object name = known != nullptr && known->object() ? *known->object() : json::Object();
  const bool given = put_text(name, "givenName", names.given);
  const bool family = put_text(name, "familyName", names.family);
  if (given || family) {
    // It was made of the parts that are no more.
    name.erase("formatted");
    document.set("name", std::move(name));
  }
  const bool display = put_text(document, "displayName", names.display);
  return given || family || display;
}

/// As the store keeps it: without the outer braces.
std::string stored_text(json::Object document) {
  const std::string text = json::write(std::move(document));
  return text.substr(1, text.size() - 2);
}

}  // namespace

std::string best_name(const json::Object& document, const std::string& user_name) {
  if (std::string text = text_at(document, "displayName"); !is_blank(text)) return text;
  const json::Value* name = document.find("name");
  if (name == nullptr || !name->object()) return user_name;
  if (std::string text = text_at(*name->object(), "formatted"); !is_blank(text)) return text;
  std::string joined;
  for (const std::string_view part : {"givenName", "familyName"}) {
    const std::string text = text_at(*name->object(), part);
    if (is_blank(text)) continue;
    if (!joined.empty()) joined += ' ';
    joined += text;
  }
  return joined.empty() ? user_name : joined;
}

UserProfile profile_of_person(const std::string& email, const PersonNames& names) {
  json::Object document{{"userName", email},
                        {"emails", json::Array{json::Object{{"value", email}, {"primary", true}}}},
                        {"active", true}};
  put_names(document, names);
  UserProfile profile;
  profile.user_name = email;
  profile.display_name = best_name(document, email);
  profile.emails = {email};
  profile.document = stored_text(std::move(document));
  profile.schemas = {"urn:ietf:params:scim:schemas:core:2.0:User"};
  return profile;
}

Result<UserProfile> with_names(UserProfile profile, const PersonNames& names) {
  TRY(json::Value value, json::parse("{" + profile.document + "}"));
  json::Object& document = *value.object();
  if (!put_names(document, names)) return profile;
  profile.display_name = best_name(document, profile.user_name);
  profile.document = stored_text(std::move(document));
  return profile;
}

}  // namespace rollcall
