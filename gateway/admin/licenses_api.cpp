#include "gateway/admin/endpoints.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

using access::AdminRight;

constexpr std::int64_t most_seats = 1'000'000'000;

/// A number, null for unlimited, or nothing if the body does not say.
std::optional<std::optional<std::int64_t>> read_seats(Input& body, std::string_view name) {
  if (!body.has(name)) return std::nullopt;
  if (body.is_null(name)) {
    body->ignore(name);
    return std::optional<std::int64_t>();
  }
  return body->integer(name, 0, most_seats);
}

Mappings mappings(Context& context) { return context.transaction().mappings(context.key()); }

}  // namespace

Result<http::Response> get_licenses(Context& context) {
  json::Array types;
  for (const LicenseType& type : license_types()) {
    types.push_back(json::Object{{"key", type.key},
                                 {"fixed", type.fixed},
                                 {"pool", type.pool},
                                 {"most_seats", shown(type.most_seats)}});
  }
  json::Array pools;
  for (const SeatPool& pool : context.transaction().seats(context.key()).list()) {
    pools.push_back(to_json(pool));
  }
  return entity_response(200, {{"licenses", context.organization().policy.licenses},
                               {"types", std::move(types)},
                               {"pools", std::move(pools)}});
}

Result<http::Response> change_seats(Context& context) {
  Input body(context.call(), Input::Part::body);
  const auto user_seats = read_seats(body, "user_seats");
  const auto billing_seats = read_seats(body, "billing_seats");
  if (!body.valid()) return body.refusal();
  // S92: the two numbers are two rights.
  if (user_seats || !billing_seats) {
    CHECK_OK(context.authority().need(AdminRight::manage_licenses));
  }
  if (billing_seats) CHECK_OK(context.authority().need(AdminRight::manage_billing));
  Seats seats = context.transaction().seats(context.key());
  const std::string& pool = context.argument(1);
  CHECK_OK(context.match(to_json(seats.get(pool))));
  CHECK_OK(seats.set(pool, user_seats, billing_seats));
  return entity_response(200, to_json(seats.get(pool)));
}

Result<http::Response> list_license_mappings(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("license-mappings");
  if (!query.valid()) return query.refusal();
  auto all = mappings(context).licenses();
  std::ranges::sort(all, {}, &LicenseMapping::id);
  return context.page_of_all(
      "license-mappings", all, page, [](const LicenseMapping& item) { return item.id.str(); },
      [](const LicenseMapping& item) { return to_json(item); });
}

Result<http::Response> create_license_mapping(Context& context) {
  Input body(context.call(), Input::Part::body);
  for (const char* key : {"license", "idp_group"}) body->require(key);
  const auto key = body->text("license", 100);
  const auto connection = body->text("connection", 63);
  const auto idp_group = body->text("idp_group");
  const auto license = key ? find_license(*key) : std::nullopt;
  if (key && !license) body->problem(0, "\"license\" is no licence type");
  if (!body.valid()) return body.refusal();
  CHECK_OK(check_hands_on(context, *license));
  TRY(const LicenseMapping mapping,
      mappings(context).add_license(*license, connection.value_or("*"), *idp_group));
  return entity_response(201, to_json(mapping));
}

Result<http::Response> remove_license_mapping(Context& context) {
  const auto id = MappingId::parse(context.argument(1));
  if (!id) return no_such("licence mapping");
  CHECK_OK(mappings(context).remove_license(*id));
  return http::Response(204);
}

}  // namespace rollcall::admin
