#include "gateway/admin/endpoints.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

Roles roles_of(Context& context) { return context.transaction().roles(context.key()); }

Result<json::Object> role_json(Context& context, const std::string& key) {
  TRY(const Role role, roles_of(context).get(key));
  if (role.builtin) return to_json(role, 1);
  TRY(const CustomRole custom, roles_of(context).get_custom(key));
  return to_json(custom, role);
}

void read_details(Input& body, CustomRole& role) {
  if (auto name = body->text("name", 200)) role.name = *std::move(name);
  if (auto description = body->text("description")) role.description = *std::move(description);
  if (auto icon = body->text("icon", 200)) role.icon = *std::move(icon);
  if (auto permissions = body->texts("permissions", 100)) {
    role.permissions = *std::move(permissions);
  }
}

}  // namespace

Result<http::Response> list_roles(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("roles");
  if (!query.valid()) return query.refusal();
  // Built-in ones first, strongest first; the cursor is the place in that order.
  auto roles = roles_of(context).list();
  const auto behind = static_cast<std::size_t>(std::max<std::int64_t>(page.position(), 0));
  json::Array items;
  std::size_t place = std::min(behind, roles.size());
  for (; place < roles.size() && items.size() < page.limit; ++place) {
    TRY(auto item, role_json(context, roles[place].key));
    items.push_back(std::move(item));
  }
  return page_response(context.call(), "roles", std::move(items),
                       place < roles.size() ? std::to_string(place) : "");
}

Result<http::Response> create_role(Context& context) {
  constexpr std::array<std::string_view, 3> levels{"organization", "deployment", "project"};
  Input body(context.call(), Input::Part::body);
  CustomRole wanted;
  for (const char* key : {"key", "name", "level"}) body->require(key);
  wanted.key = body->text("key", 63).value_or("");
  const auto level = body->word("level", levels);
  wanted.based_on = body->text("based_on", 63);
  read_details(body, wanted);
  if (!body.valid()) return body.refusal();
  wanted.level = *find_role_level(*level);
  TRY(const CustomRole role, roles_of(context).add(wanted));
  TRY(auto object, role_json(context, role.key));
  return created_response(context, std::move(object), "roles/" + role.key);
}

Result<http::Response> get_role(Context& context) {
  TRY(auto object, role_json(context, context.argument(1)));
  return entity_response(200, std::move(object));
}

Result<http::Response> change_role(Context& context) {
  TRY(const json::Object current, role_json(context, context.argument(1)));
  CHECK_OK(context.match(current));
  Input body(context.call(), Input::Part::body);
  CustomRole wanted;
  // Of a built-in one the directory refuses any change (S74).
  if (auto custom = roles_of(context).get_custom(context.argument(1))) wanted = *std::move(custom);
  wanted.key = context.argument(1);
  read_details(body, wanted);
  if (!body.valid()) return body.refusal();
  TRY(const Role before, roles_of(context).get(wanted.key));
  TRY(const CustomRole role, roles_of(context).update(wanted));
  TRY(const Role after, roles_of(context).get(wanted.key));
  CHECK_OK(check_hands_on(context, before, after));
  TRY(auto object, role_json(context, role.key));
  return entity_response(200, std::move(object));
}

Result<http::Response> remove_role(Context& context) {
  TRY(const json::Object current, role_json(context, context.argument(1)));
  CHECK_OK(context.match(current));
  // What cannot go needs no confirmation.
  const json::Value* builtin = current.find("builtin");
  if (builtin && *builtin == json::Value(true)) {
    return Error(Fault::conflict, "A built-in role cannot be removed.").with_code("builtin_role");
  }
  if (auto ask = ask_to_confirm(context, [&] { return json::Object{{"role", current}}; })) {
    return *std::move(ask);
  }
  CHECK_OK(roles_of(context).remove(context.argument(1)));
  return http::Response(204);
}

}  // namespace rollcall::admin
