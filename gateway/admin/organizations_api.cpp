#include "gateway/admin/operations.h"
#include "gateway/admin/organization_file.h"
#include "gateway/base/text.h"

namespace rollcall::admin {
namespace {

json::Object to_json(const Organization& organization) {
  return {{"slug", organization.slug}, {"created", format_timestamp(organization.created)}};
}

/// Of a short list that the directory gives whole, in order of `key_of`: the items behind the
/// cursor.
template <class Item, class KeyOf, class Render>
http::Response page_of(const std::vector<Item>& list, std::string_view name, const Page& page,
                       KeyOf key_of, Render render) {
  json::Array items;
  std::string last;
  for (const Item& item : list) {
    if (!page.after.empty() && key_of(item) <= page.after) continue;
    if (items.size() == page.limit) return page_response(name, std::move(items), last);
    items.push_back(render(item));
    last = key_of(item);
  }
  return page_response(name, std::move(items), "");
}

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  return value ? *std::move(value) : json::Value();
}

json::Object connection_json(const Connection& connection) {
  const json::Value settings = parsed(connection.settings);
  json::Object object{{"id", connection.id}, {"state", "incomplete"}};
  if (settings.object()) {
    for (const json::Member& member : *settings.object()) object.set(member.name, member.value);
  }
  return object;
}

json::Object scim_connection_json(const ScimConnection& connection) {
  return {{"id", connection.id},
          {"enabled", connection.enabled},
          {"mode", name(connection.mode)},
          {"username_is_email", connection.username_is_email},
          {"options", parsed(connection.options)}};
}

}  // namespace

Result<http::Response> list_organizations(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("organizations");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    return page_of(
        transaction.organizations().list(), "organizations", page,
        [](const Organization& item) { return ascii_lower(item.slug); },
        [](const Organization& item) { return to_json(item); });
  });
}

Result<http::Response> create_organization(Directory& directory, const Call& call) {
  Input body(call, Input::Part::body);
  body->require("slug");
  const auto slug = body->text("slug", 63);
  if (!body.valid()) return body.refusal();
  return directory.write_now(call.actor, [&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().add(*slug));
    auto response = json_response(201, to_json(organization));
    response.with("Location", "/api/v1/organizations/" + organization.slug);
    return response;
  });
}

Result<http::Response> get_organization(Directory& directory, const Call& call) {
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    json::Object object = to_json(organization);
    object.append("users", transaction.users(organization.key).count({}));
    object.append("groups", transaction.groups(organization.key).count({}));
    return json_response(200, std::move(object));
  });
}

Result<http::Response> list_connections(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("connections");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    return page_of(
        transaction.organizations().connections(organization.key), "connections", page,
        [](const Connection& item) { return item.id; }, connection_json);
  });
}

Result<http::Response> list_scim_connections(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("scim-connections");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    return page_of(
        transaction.organizations().scim_connections(organization.key), "scim-connections", page,
        [](const ScimConnection& item) { return item.id; }, scim_connection_json);
  });
}

}  // namespace rollcall::admin
