#include "gateway/admin/operations.h"

namespace rollcall::admin {
namespace {

std::string_view name(UserState state) {
  switch (state) {
    case UserState::invited:
      return "invited";
    case UserState::active:
      return "active";
    case UserState::deactivated:
      return "deactivated";
  }
  return "active";
}

std::string_view name(CreatedBy created_by) {
  switch (created_by) {
    case CreatedBy::manual:
      return "manual";
    case CreatedBy::jit:
      return "jit";
    case CreatedBy::scim:
      return "scim";
  }
  return "manual";
}

std::string_view name(Origin origin) {
  switch (origin) {
    case Origin::manual:
      return "manual";
    case Origin::sso:
      return "sso";
    case Origin::scim:
      return "scim";
    case Origin::default_:
      return "default";
  }
  return "manual";
}

json::Object to_json(const User& user) {
  const auto& emails = user.profile.emails;
  return {{"id", user.id.str()},
          {"user_name", user.profile.user_name},
          {"display_name", user.profile.display_name},
          {"emails", json::Array(emails.begin(), emails.end())},
          {"state", name(user.state)},
          {"created_by", name(user.created_by)},
          {"scim_managed", user.scim_managed},
          {"declared_id", user.declared_id ? json::Value(*user.declared_id) : json::Value()},
          {"version", user.version},
          {"created", format_timestamp(user.created)},
          {"modified", format_timestamp(user.modified)}};
}

json::Object to_json(const Group& group, std::int64_t members) {
  return {{"id", group.id.str()},
          {"name", group.profile.display_name},
          {"members", members},
          {"scim_managed", group.scim_managed},
          {"version", group.version},
          {"created", format_timestamp(group.created)},
          {"modified", format_timestamp(group.modified)}};
}

Error no_such(std::string_view what) {
  return {Fault::not_found, "There is no such " + std::string(what) + "."};
}

/// The position of the last item when one more than asked for was found, which is dropped.
template <class Item>
std::string cut(std::vector<Item>& list, std::size_t limit) {
  if (list.size() <= limit) return {};
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(limit), list.end());
  return std::to_string(list.back().position);
}

}  // namespace

Result<http::Response> list_users(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("users");
  UserSelection selection;
  selection.user_name = query->text("user_name");
  selection.email = query->text("email");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    auto list =
        transaction.users(organization.key).list(selection, page.position(), page.limit + 1);
    const std::string next = cut(list, page.limit);
    json::Array items;
    for (const User& user : list) items.push_back(to_json(user));
    return page_response("users", std::move(items), next);
  });
}

Result<http::Response> get_user(Directory& directory, const Call& call) {
  const auto id = UserId::parse(call.arguments.at(1));
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    if (!id) return no_such("user");
    Users users = transaction.users(organization.key);
    TRY(const User user, users.get(*id));
    json::Array groups;
    for (const UserGroup& group : users.groups_of(user)) {
      groups.push_back(json::Object{{"id", group.group.str()}, {"name", group.display_name}});
    }
    json::Object object = to_json(user);
    object.append("groups", std::move(groups));
    return json_response(200, std::move(object));
  });
}

Result<http::Response> list_groups(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("groups");
  GroupSelection selection;
  selection.display_name = query->text("name");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    Groups groups = transaction.groups(organization.key);
    auto list = groups.list(selection, page.position(), page.limit + 1);
    const std::string next = cut(list, page.limit);
    json::Array items;
    for (const Group& group : list) items.push_back(to_json(group, groups.member_count(group)));
    return page_response("groups", std::move(items), next);
  });
}

Result<http::Response> get_group(Directory& directory, const Call& call) {
  const auto id = GroupId::parse(call.arguments.at(1));
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    if (!id) return no_such("group");
    Groups groups = transaction.groups(organization.key);
    TRY(const Group group, groups.get(*id));
    return json_response(200, to_json(group, groups.member_count(group)));
  });
}

Result<http::Response> list_memberships(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("memberships");
  query->require("group");
  const auto group_id = query->text("group");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    const auto id = GroupId::parse(*group_id);
    if (!id) return no_such("group");
    Groups groups = transaction.groups(organization.key);
    TRY(const Group group, groups.get(*id));
    auto list = groups.members(group, page.position(), page.limit + 1);
    const std::string next = cut(list, page.limit);
    json::Array items;
    for (const GroupMember& member : list) {
      items.push_back(json::Object{
          {"group", json::Object{{"id", group.id.str()}, {"name", group.profile.display_name}}},
          {"user", json::Object{{"id", member.user.str()}, {"name", member.display_name}}},
          {"origin", name(member.origin)},
          {"since", format_timestamp(member.since)}});
    }
    return page_response("memberships", std::move(items), next);
  });
}

}  // namespace rollcall::admin
