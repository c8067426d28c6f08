#include "scim/writes.h"

#include "gateway/base/text.h"

#include <utility>
#include <vector>

namespace rollcall::scim {
namespace {

/// Members for which the filter of `members[…]` holds.
std::vector<UserId> matching_members(Groups& groups, const Group& group, const Filter& filter) {
  constexpr std::size_t chunk = 1000;
  std::vector<UserId> matching;
  std::int64_t after = 0;
  while (true) {
    const auto members = groups.members(group, after, chunk);
    for (const GroupMember& member : members) {
      const json::Value value(member_value(member, {}));
      if (matches_element(filter, value)) matching.push_back(member.user);
    }
    if (members.size() < chunk) return matching;
    after = members.back().position;
  }
}

Result<> apply_member_change(Groups& groups, const Group& group, const MemberChange& change) {
  switch (change.kind) {
    case MemberChange::Kind::add: {
      TRY([[maybe_unused]] auto added, groups.add_members(group, change.users, Origin::scim));
      return {};
    }
    case MemberChange::Kind::replace: {
      TRY([[maybe_unused]] auto changed, groups.replace_members(group, change.users, Origin::scim));
      return {};
    }
    case MemberChange::Kind::remove: {
      TRY([[maybe_unused]] auto removed, groups.remove_members(group, change.users));
      return {};
    }
    case MemberChange::Kind::remove_matching: {
      const auto matching = matching_members(groups, group, *change.filter);
      if (matching.empty() && change.must_match) {
        return Error(Fault::no_target, "No member matches the filter of the path.");
      }
      TRY([[maybe_unused]] auto removed, groups.remove_members(group, matching));
      return {};
    }
  }
  return {};
}

/// The option scim.username_is_email: the primary address counts, or the first one.
Result<> check_user_name(const UserProfile& profile, const ScimConnection& connection) {
  if (!connection.username_is_email) return {};
  const bool good = profile.emails.empty()
                        ? profile.user_name.find('@') != std::string::npos
                        : fold(profile.user_name) == fold(profile.emails.front());
  if (good) return {};
  return Error(Fault::invalid_value,
               "userName must be the user's work e-mail address on this connection.");
}

}  // namespace

Result<UserBody> read_body(json::Value body, const Client& client, const UserKind&) {
  const json::Object* object = body.object();
  const json::Value* active = object ? object->find_ignoring_case("active") : nullptr;
  const bool states_active = active && !active->is_null();
  TRY(auto profile, read_user(std::move(body), client.quirks));
  CHECK_OK(check_user_name(profile, client.connection));
  return UserBody{std::move(profile), states_active};
}

Result<GroupBody> read_body(json::Value body, const Client& client, const GroupKind&) {
  return read_group(std::move(body), client.quirks);
}

Result<User> add(Users& users, const UserBody& body) {
  return users.add_or_link(body.profile, {.created_by = CreatedBy::scim});
}

Result<Group> add(Groups& groups, const GroupBody& body) {
  TRY(auto group, groups.add(body.profile));
  const auto members = body.members.value_or(std::vector<UserId>());
  if (members.empty() && !group.adopted) return group;
  // Replacing leaves those whom the IdP cannot know; a new group has none.
  TRY([[maybe_unused]] auto changed, groups.replace_members(group, members, Origin::scim));
  return groups.get(group.id);
}

Result<User> replace(Users& users, const User& current, const UserBody& body) {
  UserProfile profile = body.profile;
  // RFC 7644 §3.5.1 leaves the default to us: who was shut out stays out until a client says so.
  if (!body.states_active && !current.profile.active) set_active(profile, false);
  return users.update(current, std::move(profile));
}

Result<Group> replace(Groups& groups, const Group& current, const GroupBody& body) {
  TRY(auto updated, groups.update(current, body.profile));
  const auto members = body.members.value_or(std::vector<UserId>());
  TRY([[maybe_unused]] auto changed, groups.replace_members(updated, members, Origin::scim));
  return groups.get(current.id);
}

Result<User> patch(Users& users, const User& current, const Patch& patch, const Client& client) {
  json::Object document = user_document(current, {});
  const auto license_type = license_type_of(document);
  TRY(const bool changed, apply(patch, document, user_type(), client.quirks));
  if (!changed) return current;
  TRY(auto profile, user_profile(std::move(document)));
  // What the patch leaves alone asks for nothing, unless the user starts again.
  if (current.profile.active && profile.license_type == license_type) profile.license_type.reset();
  CHECK_OK(check_user_name(profile, client.connection));
  return users.update(current, std::move(profile));
}

Result<Group> patch(Groups& groups, const Group& current, const Patch& patch,
                    const Client& client) {
  Group group = current;
  if (!patch.document.empty()) {
    json::Object document = group_document(current, {});
    TRY(const bool changed, apply(patch, document, group_type(), client.quirks));
    if (changed) {
      TRY(auto profile, group_profile(std::move(document)));
      TRY(group, groups.update(current, std::move(profile)));
    }
  }
  if (!group.scim_managed && !patch.members.empty()) {
    TRY(group, groups.update(group, group.profile));
  }
  for (const MemberChange& change : patch.members) {
    CHECK_OK(apply_member_change(groups, group, change));
  }
  return patch.members.empty() ? Result<Group>(std::move(group)) : groups.get(current.id);
}

}  // namespace rollcall::scim
