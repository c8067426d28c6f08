#include "gateway/admin/apply.h"
#include "gateway/admin/endpoints.h"
#include "gateway/admin/show.h"
#include "gateway/base/text.h"
#include "gateway/directory/door.h"
#include "gateway/directory/ip_gate.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

using access::AdminRight;

/// As the caller may see it: which addresses are kept out is for those who decide it.
json::Object shown_to_caller(Context& context, const Organization& organization) {
  json::Object object = to_json(organization);
  if (!context.authority().may(AdminRight::manage_ip_rules)) {
    object.find("policy")->object()->erase("ip_rules");
  }
  return object;
}

/// The settings of the body over those there are; null stays null.
Result<Policy> changed_policy(const yaml::Node& node, const Organization& organization) {
  json::Object settings = write_policy(organization.policy, organization.preset);
  const json::Value wanted = to_json(node);
  if (!wanted.object()) return Error(Fault::invalid_value, "\"policy\" must be an object.");
  for (const json::Member& member : *wanted.object()) settings.set(member.name, member.value);
  return read_policy(settings, organization.preset);
}

/// Whoever may change settings may not change them all: the plan is the operator's, the IP rules
/// are a right of their own, and a range must not lock out the very caller (F60).
Result<> check_may_change(Context& context, const Organization& wanted) {
  const Organization& current = context.organization();
  if (wanted.plan != current.plan) CHECK_OK(context.authority().need_operator());
  Policy rest = wanted.policy;
  rest.ip_rules = current.policy.ip_rules;
  if (wanted.policy.ip_rules != current.policy.ip_rules) {
    CHECK_OK(require(current, Feature::ip_rules));
    CHECK_OK(context.authority().need(AdminRight::manage_ip_rules));
    const IpGate gate(wanted.policy.ip_rules);
    if (!context.authority().is_operator() && !gate.admits(context.call().actor.address)) {
      return Error(Fault::conflict, "These rules would keep your own address out.")
          .with_code("ip_rule");
    }
  }
  if (rest != current.policy || wanted.name != current.name) {
    CHECK_OK(context.authority().need(AdminRight::manage_settings));
  }
  return {};
}

/// What a changed policy takes from people, so that it must be confirmed.
json::Array losses(const Policy& before, const Policy& after) {
  json::Array lost;
  const auto note = [&](bool was, bool is, std::string_view what) {
    if (was && !is) lost.emplace_back(what);
  };
  note(before.direct_user_grants, after.direct_user_grants, "grants held by users directly");
  note(before.licenses, after.licenses, "licences of users");
  return lost;
}

}  // namespace

Result<http::Response> list_organizations(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("organizations");
  if (!query.valid()) return query.refusal();
  auto all = context.transaction().organizations().list();
  if (const auto& principal = context.authority().principal()) {
    std::erase_if(all,
                  [&](const Organization& item) { return item.key != principal->organization; });
  }
  return context.page_of_all(
      "organizations", all, page, [](const Organization& item) { return ascii_lower(item.slug); },
      [&](const Organization& item) { return shown_to_caller(context, item); });
}

Result<http::Response> create_organization(Context& context) {
  constexpr std::array<std::string_view, 2> presets{"dagster", "dbt"};
  Input body(context.call(), Input::Part::body);
  body->require("slug");
  const auto slug = body->text("slug", 63);
  const auto preset = body->word("preset", presets);
  auto plan = body->text("plan", 100);
  auto name = body->text("name", 200);
  const yaml::Node* policy = body->node("policy");
  if (!body.valid()) return body.refusal();
  Organizations organizations = context.transaction().organizations();
  const auto modelled = preset ? find_preset(*preset) : std::nullopt;
  TRY(Organization organization,
      organizations.add(*slug, modelled.value_or(Preset::none), std::move(plan)));
  if (policy) {
    TRY(organization.policy, changed_policy(*policy, organization));
  }
  if (name) organization.name = *std::move(name);
  if (policy || !organization.name.empty()) {
    TRY(organization, organizations.update(organization));
  }
  return entity_response(201, to_json(organization))
      .with("Location", "/api/v1/organizations/" + organization.slug);
}

Result<http::Response> get_organization(Context& context) {
  return detail_response(
      shown_to_caller(context, context.organization()),
      {{"users", context.users().count({})}, {"groups", context.groups().count({})}});
}

Result<http::Response> change_organization(Context& context) {
  Input body(context.call(), Input::Part::body);
  auto name = body->text("name", 200);
  // A plan of null is every feature.
  const bool no_plan = body.is_null("plan");
  std::optional<std::string> plan;
  if (no_plan) {
    body->ignore("plan");
  } else {
    plan = body->text("plan", 100);
  }
  const yaml::Node* policy = body->node("policy");
  if (!body.valid()) return body.refusal();
  CHECK_OK(context.match(to_json(context.organization())));
  Organization wanted = context.organization();
  if (name) wanted.name = *std::move(name);
  if (plan || no_plan) wanted.plan = std::move(plan);
  if (policy) {
    TRY(wanted.policy, changed_policy(*policy, wanted));
  }
  CHECK_OK(check_may_change(context, wanted));
  json::Array lost = losses(context.organization().policy, wanted.policy);
  if (!lost.empty()) {
    auto ask = ask_to_confirm(context, [&] { return json::Object{{"loses", std::move(lost)}}; });
    if (ask) return *std::move(ask);
  }
  TRY(const Organization updated, context.transaction().organizations().update(wanted));
  return entity_response(200, shown_to_caller(context, updated));
}

Result<http::Response> get_capabilities(Context& context) {
  const Organization& organization = context.organization();
  const Authority& caller = context.authority();
  const bool may_add = caller.may(AdminRight::add_users);
  const bool scim_decides = scim_hold(context.transaction(), context.key()).closes_users();
  const bool can_add_users = may_add && !scim_decides;
  // S40: with SCIM on, only service users are to be added.
  json::Array kinds;
  if (can_add_users) kinds.emplace_back("human");
  if (organization.has(Feature::service_users)) kinds.emplace_back("service");
  json::Array seats;
  for (const SeatPool& pool : context.transaction().seats(context.key()).list()) {
    seats.push_back(to_json(pool));
  }
  return json_response(200,
                       {{"can_add_users", can_add_users},
                        {"can_manage_users", caller.may(AdminRight::manage_users)},
                        {"can_manage_groups", caller.may(AdminRight::manage_groups)},
                        {"can_manage_service_users", caller.may(AdminRight::manage_service_users)},
                        {"can_manage_settings", caller.may(AdminRight::manage_settings)},
                        {"scim_decides_users", scim_decides},
                        {"principal_kinds", std::move(kinds)},
                        {"direct_user_grants", organization.policy.direct_user_grants},
                        {"licenses", organization.policy.licenses},
                        {"seats", std::move(seats)}});
}

Result<http::Response> export_organization(Context& context) {
  return http::Response(
      200, "application/yaml",
      write_organization_file(describe(context.transaction(), context.organization())));
}

}  // namespace rollcall::admin
