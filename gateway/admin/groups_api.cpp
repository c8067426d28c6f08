#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"
#include "scim/resource.h"

#include <array>

namespace rollcall::admin {
namespace {

/// The detail of a group: how many it has, what makes members, what they may do (S68).
json::Object detail_of(Context& context, const Group& group) {
  json::Array mappings;
  for (const SsoMapping& mapping : context.transaction().mappings(context.key()).of(group)) {
    mappings.push_back(to_json(mapping));
  }
  json::Array grants;
  for (const Grant& grant : context.grants().of({SubjectKind::group, group.position})) {
    grants.push_back(to_json(grant));
  }
  const bool managed = !mappings.empty();
  return {{"members", context.groups().member_count(group)},
          {"managed", managed},
          {"mappings", std::move(mappings)},
          {"grants", std::move(grants)}};
}

Result<GroupProfile> named(const std::string& name, json::Object document) {
  document.set("displayName", name);
  auto body =
      scim::read_group(json::Value(std::move(document)), scim::quirks_of(ScimMode::lenient));
  if (!body) return Error(Fault::invalid_value, body.error().detail());
  return std::move(body->profile);
}

GroupOptions read_options(Input& body, GroupOptions options) {
  constexpr std::array<std::string_view, 2> words{"reconcile", "keep"};
  if (const auto by_default = body->boolean("assign_by_default")) {
    options.assign_by_default = *by_default;
  }
  if (const auto manual = body->word("manual_members", words)) {
    options.manual_members = *manual == "keep" ? ManualMembers::keep : ManualMembers::reconcile;
  }
  return options;
}

}  // namespace

Result<http::Response> list_groups(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("groups");
  GroupSelection selection;
  selection.display_name = query->text("name");
  if (const auto member = query->text("member", 64)) {
    selection.member = UserId::parse(*member);
    if (!selection.member) query->problem(0, "\"member\" must be the id of a user");
  }
  if (!query.valid()) return query.refusal();
  Groups groups = context.groups();
  return context.page("groups", groups.list(selection, page.position(), page.limit + 1), page,
                      [&](const Group& group) {
                        json::Object object = to_json(group);
                        object.append("members", groups.member_count(group));
                        object.append("managed",
                                      context.transaction().mappings(context.key()).managed(group));
                        return object;
                      });
}

Result<http::Response> create_group(Context& context) {
  Input body(context.call(), Input::Part::body);
  body->require("name");
  const auto name = body->text("name", 400);
  const GroupOptions options = read_options(body, {});
  if (!body.valid()) return body.refusal();
  TRY(auto profile, named(*name, {}));
  TRY(Group group, context.groups().add(std::move(profile)));
  if (options != GroupOptions()) {
    TRY(group, context.groups().set_options(group, options));
  }
  return created_response(context, to_json(group), "groups/" + group.id.str());
}

Result<http::Response> get_group(Context& context) {
  TRY(const Group group, find_group(context, context.argument(1)));
  return detail_response(to_json(group), detail_of(context, group));
}

Result<http::Response> change_group(Context& context) {
  Input body(context.call(), Input::Part::body);
  const auto name = body->text("name", 400);
  TRY(Group group, find_group(context, context.argument(1)));
  const GroupOptions options = read_options(body, group.options);
  if (!body.valid()) return body.refusal();
  CHECK_OK(context.match(to_json(group)));
  if (name) {
    TRY(auto profile, named(*name, scim::group_document(group, "")));
    TRY(group, context.groups().update(group, std::move(profile)));
  }
  if (options != group.options) {
    if (options.assign_by_default) {
      CHECK_OK(check_hands_on(context, {SubjectKind::group, group.position}));
    }
    TRY(group, context.groups().set_options(group, options));
  }
  return entity_response(200, to_json(group));
}

Result<http::Response> remove_group(Context& context) {
  TRY(const Group group, find_group(context, context.argument(1)));
  CHECK_OK(context.match(to_json(group)));
  auto ask = ask_to_confirm(context, [&] {
    json::Object preview{{"group", to_json(group)}};
    for (json::Member& member : detail_of(context, group)) {
      preview.append(member.name, std::move(member.value));
    }
    return preview;
  });
  if (ask) return *std::move(ask);
  CHECK_OK(context.groups().remove(group.id));
  return http::Response(204);
}

}  // namespace rollcall::admin
