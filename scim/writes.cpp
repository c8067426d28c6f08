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
    case MemberChange::Kind::remove:
      groups.remove_members(group, change.users);
      return {};
    case MemberChange::Kind::remove_matching: {
      const auto matching = matching_members(groups, group, *change.filter);
      if (matching.empty() && change.must_match) {
        return Error(Fault::no_target, "No member matches the filter of the path.");
      }
      groups.remove_members(group, matching);
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
  TRY(auto profile, read_user(std::move(body), client.quirks));
  CHECK_OK(check_user_name(profile, client.connection));
  return UserBody{std::move(profile)};
}

Result<GroupBody> read_body(json::Value body, const Client& client, const GroupKind&) {
  return read_group(std::move(body), client.quirks);
}

Result<User> add(Users& users, const UserBody& body) {
  return users.add(body.profile, CreatedBy::scim);
}

Result<Group> add(Groups& groups, const GroupBody& body) {
  TRY(auto group, groups.add(body.profile));
  if (!body.members || body.members->empty()) return group;
  TRY([[maybe_unused]] auto added, groups.add_members(group, *body.members, Origin::scim));
  return groups.get(group.id);
}

Result<User> replace(Users& users, const User& current, const UserBody& body) {
  return users.update(current, body.profile);
}

Result<Group> replace(Groups& groups, const Group& current, const GroupBody& body) {
  TRY(auto updated, groups.update(current, body.profile));
  const auto members = body.members.value_or(std::vector<UserId>());
  TRY([[maybe_unused]] auto changed, groups.replace_members(updated, members, Origin::scim));
  return groups.get(current.id);
}

Result<User> patch(Users& users, const User& current, const Patch& patch, const Client& client) {
  json::Object document = user_document(current, {});
  TRY(const bool changed, apply(patch, document, user_type(), client.quirks));
  if (!changed) return current;
  TRY(auto profile, user_profile(std::move(document)));
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
  for (const MemberChange& change : patch.members) {
    CHECK_OK(apply_member_change(groups, group, change));
  }
  return patch.members.empty() ? Result<Group>(std::move(group)) : groups.get(current.id);
}

}  // namespace rollcall::scim
