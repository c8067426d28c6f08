#include "gateway/admin/operations.h"

namespace rollcall::admin {
namespace {

std::string_view name(ActorKind kind) {
  switch (kind) {
    case ActorKind::scim_token:
      return "scim_token";
    case ActorKind::operator_token:
      return "operator_token";
    case ActorKind::operator_local:
      return "operator_local";
    case ActorKind::user:
      return "user";
    case ActorKind::service_user:
      return "service_user";
    case ActorKind::system:
      return "system";
  }
  return "system";
}

std::string_view name(Source source) {
  switch (source) {
    case Source::scim:
      return "scim";
    case Source::api:
      return "api";
    case Source::cli:
      return "cli";
    case Source::sso:
      return "sso";
    case Source::system:
      return "system";
  }
  return "system";
}

json::Object to_json(const AuditEvent& event) {
  auto detail = json::parse(event.detail);
  return {{"sequence", event.sequence},
          {"at", format_timestamp(event.at)},
          {"type", event.type},
          {"object", event.object},
          {"actor", json::Object{{"kind", name(event.actor.kind)},
                                 {"id", event.actor.id},
                                 {"address", event.actor.address}}},
          {"source", name(event.actor.source)},
          {"request_id", event.actor.request_id},
          {"detail", detail ? *std::move(detail) : json::Value(event.detail)}};
}

json::Object to_json(const AuditHead& head) {
  return {{"sequence", head.sequence}, {"link", head.link}};
}

/// The log the path names: an organization's, or the instance's.
Result<std::optional<OrganizationKey>> log_of(Transaction& transaction, const Call& call) {
  if (call.arguments.empty()) return std::optional<OrganizationKey>();
  TRY(const auto organization, transaction.organizations().get(call.organization()));
  return std::optional(organization.key);
}

}  // namespace

Result<http::Response> list_audit_events(Directory& directory, const Call& call) {
  Input query(call, Input::Part::query);
  const Page page = query.page("audit");
  if (!query.valid()) return query.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const auto log, log_of(transaction, call));
    auto list = transaction.audit(log).list(page.position(), page.limit + 1);
    const bool more = list.size() > page.limit;
    if (more) list.pop_back();
    json::Array items;
    for (const AuditEvent& event : list) items.push_back(to_json(event));
    return page_response("audit", std::move(items),
                         more ? std::to_string(list.back().sequence) : "");
  });
}

Result<http::Response> get_audit_head(Directory& directory, const Call& call) {
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const auto log, log_of(transaction, call));
    return json_response(200, to_json(transaction.audit(log).head()));
  });
}

Result<http::Response> verify_audit(Directory& directory, const Call& call) {
  Input body(call, Input::Part::body);
  std::optional<AuditHead> expected;
  if (!body.empty()) {
    body->require("sequence");
    body->require("link");
    expected.emplace();
    expected->sequence =
        body->integer("sequence", 0, std::numeric_limits<std::int64_t>::max()).value_or(0);
    // The head of a log without events has an empty link.
    if (expected->sequence > 0) expected->link = body->text("link", 64).value_or("");
    body->ignore("link");
  }
  if (!body.valid()) return body.refusal();
  return directory.read_now([&](Transaction& transaction) -> Result<http::Response> {
    TRY(const auto log, log_of(transaction, call));
    const AuditVerdict verdict = transaction.audit(log).verify(expected);
    json::Object object{
        {"valid", !verdict.broken_at}, {"events", verdict.events}, {"head", to_json(verdict.head)}};
    if (verdict.broken_at) {
      object.append("broken_at", *verdict.broken_at);
      object.append("reason", verdict.reason);
    }
    return json_response(200, std::move(object));
  });
}

}  // namespace rollcall::admin
