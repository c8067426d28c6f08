#include "gateway/admin/plan.h"

namespace rollcall::admin {
namespace {

json::Array items(const std::vector<PlanItem>& list) {
  json::Array array;
  for (const PlanItem& item : list) {
    json::Object object{{"kind", item.kind}, {"id", item.id}};
    if (!item.note.empty()) object.append("note", item.note);
    array.push_back(std::move(object));
  }
  return array;
}

json::Array holdings(const std::vector<Holding>& list) {
  json::Array array;
  for (const Holding& holding : list) {
    json::Object object{{"user", holding.user}};
    if (!holding.group.empty()) object.append("group", holding.group);
    if (!holding.role.empty()) object.append("role", holding.role);
    if (!holding.scope.empty()) object.append("scope", holding.scope);
    if (!holding.license.empty()) object.append("license", holding.license);
    array.push_back(std::move(object));
  }
  return array;
}

json::Object token_object(const PlannedToken& token) {
  json::Object object{{"id", token.id}};
  if (!token.scim_connection.empty()) object.append("scim_connection", token.scim_connection);
  if (!token.service_user.empty()) object.append("service_user", token.service_user);
  object.append("name", token.name);
  object.append("secret", token.secret.reveal());
  return object;
}

}  // namespace

json::Object to_json(const Plan& plan, bool secrets) {
  json::Array tokens;
  for (const PlannedToken& token : plan.created_tokens) {
    if (secrets) tokens.push_back(token_object(token));
  }
  return {{"organization", plan.organization},
          {"applied", secrets},
          {"added", items(plan.added)},
          {"changed", items(plan.changed)},
          {"removed", items(plan.removed)},
          {"kept", items(plan.kept)},
          {"gains", holdings(plan.gains)},
          {"loses", holdings(plan.loses)},
          {"people_not_listed", static_cast<std::int64_t>(plan.people_not_listed)},
          {"created_tokens", std::move(tokens)}};
}

}  // namespace rollcall::admin
