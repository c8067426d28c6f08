#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"

#include <array>

namespace rollcall::admin {
namespace {

Mappings mappings(Context& context) { return context.transaction().mappings(context.key()); }

/// One of `idp_group`, `pattern` and `template`, as the file has them.
std::optional<std::pair<MappingKind, std::string>> read_rule(Input& body) {
  auto exact = body->text("idp_group");
  auto pattern = body->text("pattern");
  auto form = body->text("template");
  if (exact.has_value() + pattern.has_value() + form.has_value() != 1) {
    body->problem(0, R"(name one of "idp_group", "pattern" and "template")");
    return std::nullopt;
  }
  if (exact) return std::pair(MappingKind::exact, *std::move(exact));
  if (pattern) return std::pair(MappingKind::pattern, *std::move(pattern));
  return std::pair(MappingKind::template_, *std::move(form));
}

Result<SsoMapping> mapping_of_path(Context& context) {
  const auto id = MappingId::parse(context.argument(1));
  if (!id) return no_such("mapping");
  return mappings(context).get(*id);
}

}  // namespace

Result<http::Response> list_mappings(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("mappings");
  const auto group = query->text("group");
  if (!query.valid()) return query.refusal();
  const auto show = [](const SsoMapping& mapping) { return to_json(mapping); };
  if (!group) {
    return context.page("mappings", mappings(context).list(page.position(), page.limit + 1), page,
                        show);
  }
  TRY(const Group found, find_group_called(context, *group));
  auto list = mappings(context).of(found);
  std::erase_if(list, [&](const SsoMapping& item) { return item.position <= page.position(); });
  return context.page("mappings", std::move(list), page, show);
}

Result<http::Response> create_mapping(Context& context) {
  Input body(context.call(), Input::Part::body);
  body->require("group");
  const auto group_name = body->text("group");
  const auto connection = body->text("connection", 63);
  const auto rule = read_rule(body);
  if (!body.valid()) return body.refusal();
  TRY(const Group group, find_group_called(context, *group_name));
  CHECK_OK(check_hands_on(context, {SubjectKind::group, group.position}));
  TRY(const SsoMapping mapping,
      mappings(context).add(group, connection.value_or("*"), rule->first, rule->second));
  json::Object object = to_json(mapping);
  // S73: accepted, with what an admin should know.
  object.append("warnings", shown(mappings(context).warnings(group)));
  return created_response(context, std::move(object), "mappings/" + mapping.id.str());
}

Result<http::Response> get_mapping(Context& context) {
  TRY(const SsoMapping mapping, mapping_of_path(context));
  return entity_response(200, to_json(mapping));
}

Result<http::Response> remove_mapping(Context& context) {
  TRY(const SsoMapping mapping, mapping_of_path(context));
  CHECK_OK(context.match(to_json(mapping)));
  CHECK_OK(mappings(context).remove(mapping.id));
  return http::Response(204);
}

}  // namespace rollcall::admin
