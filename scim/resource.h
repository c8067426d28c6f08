#pragma once

#include "gateway/base/json.h"
#include "gateway/directory/group.h"
#include "gateway/directory/user.h"
#include "scim/canonical.h"
#include "scim/quirks.h"
#include "scim/schema.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rollcall::scim {

// A canonical document is the resource as an object: attribute names and URNs in the schema's
// letter case and order, values of the schema's types, nothing unassigned, extensions under their
// URN, `schemas` naming what is present.

/// Body of a POST or PUT → canonical document of what the client may state: readOnly attributes,
/// `password` and what is unknown are dropped, a group's members as well. invalid_syntax: no
/// object, one attribute twice, something unknown where the mode refuses it. invalid_value: a wrong
/// type, a missing required attribute, a bound exceeded; the detail names the attribute.
Result<json::Object> canonicalize(json::Value body, const ResourceType& type, const Quirks& quirks);

/// Body of POST or PUT /Users; `active` is true unless stated.
Result<UserProfile> read_user(json::Value body, const Quirks& quirks);

struct GroupBody {
  GroupProfile profile;
  /// In order, each once; nothing if the body has no `members`, empty if null or [].
  std::optional<std::vector<UserId>> members;
};
/// Body of POST or PUT /Groups. invalid_value for a member whose id cannot be a user's.
Result<GroupBody> read_group(json::Value body, const Quirks& quirks);

/// The users named by a value of `members`: an array or one element, each {"value": id}, {"$ref":
/// …/id} or, where the mode reshapes, "id". In order, each once. `unknown_ids`: what an id that is
/// no UUID means, an invalid_value or nothing (it is no member).
enum class UnknownIds { refuse, skip };
Result<std::vector<UserId>> read_members(const json::Value& value, const Quirks& quirks,
                                         UnknownIds unknown_ids);

/// Canonical document (after PATCH, with or without id, meta, groups, members) → what the store
/// keeps. invalid_value if a required attribute is missing.
Result<UserProfile> user_profile(json::Object document);
Result<GroupProfile> group_profile(json::Object document);
/// The licenseType that a canonical document states (F44).
std::optional<std::string> license_type_of(const json::Object& document);
/// States `active`, in the document too.
void set_active(UserProfile& profile, bool active);

/// The whole resource but for a user's `groups` and a group's `members`: input of matches(), PATCH
/// and projection. `base_url` ("https://host/scim/v2") is where meta.location starts.
json::Object user_document(const User& user, std::string_view base_url);
json::Object group_document(const Group& group, std::string_view base_url);

/// Values of `User.groups` and `Group.members`.
json::Value groups_value(std::span<const UserGroup> groups, std::string_view base_url);
json::Value members_value(std::span<const GroupMember> members, std::string_view base_url);
json::Object member_value(const GroupMember& member, std::string_view base_url);

/// {"resourceType", "created", "lastModified", "location", "version": W/"n"}.
json::Object meta_value(const ResourceType& type, std::string_view id, Timestamp created,
                        Timestamp modified, std::int64_t version, std::string_view base_url);

}  // namespace rollcall::scim
