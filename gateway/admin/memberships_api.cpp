#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"

#include <array>

namespace rollcall::admin {
namespace {

constexpr std::size_t most_at_once = 1000;

json::Object to_json(const Membership& row) {
  return {{"group", reference(row.group.str(), row.group_name)},
          {"user", reference(row.user.str(), row.user_name)},
          {"origin", name(row.origin)},
          {"since", format_timestamp(row.since)},
          {"scim_connection", shown(row.scim_connection)},
          {"connection", shown(row.connection)},
          {"rule", shown(row.rule)}};
}

/// `user` or `users`: ids, userNames or e-mail addresses.
std::vector<std::string> read_users(Input& body) {
  std::vector<std::string> users;
  if (auto list = body->texts("users", 320)) users = *std::move(list);
  if (auto one = body->text("user", 320)) users.push_back(*std::move(one));
  if (users.empty() || users.size() > most_at_once) {
    body->problem(0, "name \"user\" or 1 to 1000 \"users\"");
  }
  return users;
}

/// Who cannot be in a group at all (S36).
Error no_member(Context& context, const std::string& reference) {
  if (find_service_user_called(context.transaction(), context.key(), reference)) {
    return {Fault::invalid_value, "A service user cannot be a member of a group."};
  }
  return {Fault::invalid_value, "\"" + reference + "\" is no user of the organization."};
}

Result<std::vector<UserId>> ids_of(Context& context, const std::vector<std::string>& references) {
  std::vector<UserId> ids;
  for (const std::string& reference : references) {
    const auto user = find_user_called(context.transaction(), context.key(), reference);
    if (!user) return no_member(context, reference);
    ids.push_back(user->id);
  }
  return ids;
}

}  // namespace

Result<http::Response> list_memberships(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("memberships");
  const auto group = query->text("group");
  const auto user = query->text("user", 320);
  if (query.has("group") == query.has("user")) {
    query->problem(0, R"(name "group" or "user")");
  }
  if (!query.valid()) return query.refusal();
  Groups groups = context.groups();
  std::vector<Membership> rows;
  if (group) {
    TRY(const Group found, find_group_called(context, *group));
    rows = groups.memberships_of(found, page.position(), page.limit + 1);
  } else {
    TRY(const User found, find_user_called(context.transaction(), context.key(), *user));
    rows = groups.memberships_of(found, page.position(), page.limit + 1);
  }
  return context.page("memberships", std::move(rows), page,
                      [](const Membership& row) { return to_json(row); });
}

Result<http::Response> add_members(Context& context) {
  Input body(context.call(), Input::Part::body);
  body->require("group");
  const auto group_name = body->text("group");
  const auto references = read_users(body);
  if (!body.valid()) return body.refusal();
  TRY(const Group group, find_group_called(context, *group_name));
  CHECK_OK(check_hands_on(context, {SubjectKind::group, group.position}));
  TRY(const auto users, ids_of(context, references));
  TRY(const MembershipChange change, context.groups().change_members(group, users, {}));
  return json_response(change.added > 0 ? 201 : 200,
                       {{"group", reference(group.id.str(), group.profile.display_name)},
                        {"added", static_cast<std::int64_t>(change.added)},
                        {"warnings", shown(change.warnings)}});
}

Result<http::Response> remove_member(Context& context) {
  TRY(const Group group, find_group(context, context.argument(1)));
  TRY(const User user, find_user(context, context.argument(2)));
  const std::array removed{user.id};
  TRY(const MembershipChange change, context.groups().change_members(group, {}, removed));
  if (change.removed == 0) return no_such("membership");
  return done_response(change.warnings);
}

}  // namespace rollcall::admin
