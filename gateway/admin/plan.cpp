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

}  // namespace

json::Object to_json(const Plan& plan, bool secrets) {
  json::Array tokens;
  for (const PlannedToken& token : plan.created_tokens) {
    if (!secrets) break;
    tokens.push_back(json::Object{{"id", token.id},
                                  {"scim_connection", token.scim_connection},
                                  {"name", token.name},
                                  {"secret", token.secret.reveal()}});
  }
  return {{"organization", plan.organization},  {"applied", secrets},
          {"added", items(plan.added)},         {"changed", items(plan.changed)},
          {"removed", items(plan.removed)},     {"kept", items(plan.kept)},
          {"created_tokens", std::move(tokens)}};
}

}  // namespace rollcall::admin
