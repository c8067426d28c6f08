#include "scim/resource.h"

#include "gateway/base/text.h"
#include "scim/resource_reader.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

namespace rollcall::scim {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Members that the directory keeps beside the document, or derives.
constexpr std::array<std::string_view, 6> outside_document{"schemas", "id",   "externalId",
                                                           "groups",  "meta", "members"};

const std::string* text_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value != nullptr ? value->string() : nullptr;
}

/// The document as the store keeps it: text without the outer braces.
std::string stored_text(const json::Object& document) {
  std::string text;
  for (const json::Member& member : document) {
    if (std::find(outside_document.begin(), outside_document.end(), member.name) !=
        outside_document.end()) {
      continue;
    }
    if (!text.empty()) text += ',';
    json::append_string(text, member.name);
    text += ':';
    json::append(text, member.value);
  }
  return text;
}

json::Object read_stored(const std::string& text) {
  auto value = json::parse('{' + text + '}');
  if (!value || !value->object()) {
    throw std::runtime_error("a stored SCIM document cannot be read" +
                             (value ? std::string() : ": " + value.error().detail()));
  }
  return std::move(*value->object());
}

std::optional<std::string> external_id_of(const json::Object& document) {
  const std::string* id = text_at(document, "externalId");
  return id != nullptr && !id->empty() ? std::optional(*id) : std::nullopt;
}

std::vector<std::string> emails_of(const json::Object& document) {
  std::vector<std::string> emails;
  const json::Value* list = document.find("emails");
  if (list == nullptr || !list->array()) return emails;
  for (const json::Value& element : *list->array()) {
    const json::Object* email = element.object();
    const std::string* address = email != nullptr ? text_at(*email, "value") : nullptr;
    if (address == nullptr || address->empty()) continue;
    emails.insert(is_true(*email, "primary") ? emails.begin() : emails.end(), *address);
  }
  return emails;
}

/// The best name there is for people to read.
std::string display_name_of(const json::Object& document, const std::string& user_name) {
  const auto given = [](const std::string* text) {
    return text != nullptr && !trim(*text).empty();
  };
  if (const std::string* text = text_at(document, "displayName"); given(text)) return *text;
  const json::Value* name = document.find("name");
  if (name == nullptr || !name->object()) return user_name;
  if (const std::string* text = text_at(*name->object(), "formatted"); given(text)) return *text;
  std::string joined;
  for (const std::string_view part : {"givenName", "familyName"}) {
    const std::string* text = text_at(*name->object(), part);
    if (!given(text)) continue;
    if (!joined.empty()) joined += ' ';
    joined += *text;
  }
  return joined.empty() ? user_name : joined;
}

std::string location(std::string_view base_url, std::string_view endpoint, std::string_view id) {
  std::string url(base_url);
  url += endpoint;
  url += '/';
  url += id;
  return url;
}

/// Puts schemas, id and externalId before the stored attributes and meta behind them.
template <class Resource>
json::Object whole(const Resource& resource, const ResourceType& type, std::string_view base_url) {
  json::Object stored = read_stored(resource.profile.document);
  const std::string id = resource.id.str();
  json::Object document;
  document.members().reserve(stored.size() + 5);
  document.append("schemas",
                  json::Array(resource.profile.schemas.begin(), resource.profile.schemas.end()));
  document.append("id", id);
  if (resource.profile.external_id) document.append("externalId", *resource.profile.external_id);
  std::move(stored.begin(), stored.end(), std::back_inserter(document.members()));
  document.append("meta", meta_value(type, id, resource.created, resource.modified,
                                     resource.version, base_url));
  return document;
}

/// The id in one element of `members`: its value, or the end of its $ref.
std::optional<std::string_view> member_id(const json::Value& element, const Quirks& quirks) {
  if (const std::string* text = element.string(); text && quirks.reshape_values) return *text;
  if (!element.object()) return std::nullopt;
  const json::Value* value = element.object()->find_ignoring_case("value");
  if (value != nullptr && value->string() && !value->string()->empty()) return *value->string();
  const json::Value* ref = element.object()->find_ignoring_case("$ref");
  if (ref == nullptr || !ref->string()) return std::nullopt;
  const std::string_view url = *ref->string();
  const auto slash = url.rfind('/');
  return slash == std::string_view::npos ? url : url.substr(slash + 1);
}

}  // namespace

std::optional<std::string> license_type_of(const json::Object& document) {
  const json::Value* extension = document.find(license_urn);
  if (extension == nullptr || !extension->object()) return std::nullopt;
  const std::string* key = text_at(*extension->object(), "licenseType");
  return key != nullptr ? std::optional(*key) : std::nullopt;
}

Result<UserProfile> read_user(json::Value body, const Quirks& quirks) {
  TRY(json::Object document, canonicalize(std::move(body), user_type(), quirks));
  return user_profile(std::move(document));
}

Result<GroupBody> read_group(json::Value body, const Quirks& quirks) {
  GroupBody group;
  if (const json::Object* object = body.object()) {
    if (const json::Value* members = object->find_ignoring_case("members")) {
      TRY(group.members, read_members(*members, quirks, UnknownIds::refuse));
    }
  }
  TRY(json::Object document, canonicalize(std::move(body), group_type(), quirks));
  TRY(group.profile, group_profile(std::move(document)));
  return group;
}

Result<std::vector<UserId>> read_members(const json::Value& value, const Quirks& quirks,
                                         UnknownIds unknown_ids) {
  std::vector<UserId> users;
  if (value.is_null()) return users;
  const json::Array* list = value.array();
  if (list == nullptr && !quirks.reshape_values) {
    return Error(Fault::invalid_value, "members must be an array.");
  }
  const std::span<const json::Value> elements = list != nullptr
                                                    ? std::span<const json::Value>(*list)
                                                    : std::span<const json::Value>(&value, 1);
  std::unordered_set<UserId> seen;
  for (const json::Value& element : elements) {
    if (element.is_null()) continue;
    const auto text = member_id(element, quirks);
    if (!text) return Error(Fault::invalid_value, "An element of members has no value.");
    const auto id = UserId::parse(*text);
    if (id && seen.insert(*id).second) users.push_back(*id);
    if (!id && unknown_ids == UnknownIds::refuse) {
      return Error(Fault::invalid_value,
                   "members: there is no user " + std::string(text->substr(0, 80)) + ".");
    }
  }
  return users;
}

Result<UserProfile> user_profile(json::Object document) {
  CHECK_OK(check_required(document, user_type()));
  if (document.find("active") == nullptr) document.append("active", true);
  UserProfile profile;
  profile.user_name = *text_at(document, "userName");
  if (std::any_of(profile.user_name.begin(), profile.user_name.end(), is_control)) {
    return Error(Fault::invalid_value, "userName holds a control character.");  // RFC 8265 §3.3.1
  }
  profile.display_name = display_name_of(document, profile.user_name);
  profile.active = is_true(document, "active");
  profile.emails = emails_of(document);
  profile.external_id = external_id_of(document);
  profile.license_type = license_type_of(document);
  profile.document = stored_text(document);
  profile.schemas = schemas_of(document, user_type());
  return profile;
}

void set_active(UserProfile& profile, bool active) {
  json::Object document = read_stored(profile.document);
  document.set("active", active);
  profile.document = stored_text(document);
  profile.active = active;
}

Result<GroupProfile> group_profile(json::Object document) {
  CHECK_OK(check_required(document, group_type()));
  GroupProfile profile;
  profile.display_name = *text_at(document, "displayName");
  profile.external_id = external_id_of(document);
  profile.document = stored_text(document);
  profile.schemas = schemas_of(document, group_type());
  return profile;
}

json::Object user_document(const User& user, std::string_view base_url) {
  return whole(user, user_type(), base_url);
}

json::Object group_document(const Group& group, std::string_view base_url) {
  return whole(group, group_type(), base_url);
}

json::Value groups_value(std::span<const UserGroup> groups, std::string_view base_url) {
  json::Array list;
  list.reserve(groups.size());
  for (const UserGroup& group : groups) {
    const std::string id = group.group.str();
    list.push_back(json::Object{{"value", id},
                                {"$ref", location(base_url, group_type().endpoint, id)},
                                {"display", group.display_name},
                                {"type", "direct"}});
  }
  return list;
}

json::Object member_value(const GroupMember& member, std::string_view base_url) {
  const std::string id = member.user.str();
  return {{"value", id},
          {"$ref", location(base_url, user_type().endpoint, id)},
          {"display", member.display_name},
          {"type", "User"}};
}

json::Value members_value(std::span<const GroupMember> members, std::string_view base_url) {
  json::Array list;
  list.reserve(members.size());
  for (const GroupMember& member : members) list.push_back(member_value(member, base_url));
  return list;
}

json::Object meta_value(const ResourceType& type, std::string_view id, Timestamp created,
                        Timestamp modified, std::int64_t version, std::string_view base_url) {
  return {{"resourceType", type.name},
          {"created", format_timestamp(created)},
          {"lastModified", format_timestamp(modified)},
          {"location", location(base_url, type.endpoint, id)},
          {"version", "W/\"" + std::to_string(version) + '"'}};
}

}  // namespace rollcall::scim
