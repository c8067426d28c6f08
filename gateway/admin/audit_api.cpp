#include "gateway/admin/csv.h"
#include "gateway/admin/endpoints.h"

#include <array>
#include <limits>

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
          {"detail", detail ? *std::move(detail) : json::Value(event.detail)},
          {"link", event.link}};
}

json::Object to_json(const AuditHead& head) {
  return {{"sequence", head.sequence}, {"link", head.link}};
}

/// The log the path names: an organization's, which its plan must have (F30), or the instance's.
Result<Audit> log_of(Context& context) {
  if (!context.has_organization()) return context.transaction().audit(std::nullopt);
  if (!context.authority().is_operator()) {
    CHECK_OK(require(context.organization(), Feature::audit));
  }
  return context.transaction().audit(context.key());
}

struct AuditQuery {
  AuditFilter filter;
  AuditOrder order = AuditOrder::oldest_first;
  Page page;
  std::optional<std::int64_t> position() const {
    return page.after.empty() ? std::nullopt : std::optional(page.position());
  }
};

AuditQuery read_query(Input& query) {
  constexpr std::array<std::string_view, 2> orders{"oldest_first", "newest_first"};
  AuditQuery wanted;
  wanted.page = query.page("audit");
  wanted.filter = {query->text("type", 100), query->text("object", 300), query->text("actor", 64),
                   query.instant("from"), query.instant("until")};
  if (query->word("order", orders) == "newest_first") wanted.order = AuditOrder::newest_first;
  return wanted;
}

std::string csv_line(const AuditEvent& event) {
  const std::array<std::string, 11> fields{std::to_string(event.sequence),
                                           format_timestamp(event.at),
                                           event.type,
                                           event.object,
                                           std::string(name(event.actor.kind)),
                                           event.actor.id,
                                           event.actor.address,
                                           std::string(name(event.actor.source)),
                                           event.actor.request_id,
                                           event.detail,
                                           event.link};
  std::string line;
  append_csv_line(line, fields);
  return line;
}

constexpr std::string_view csv_head =
    "\"sequence\",\"at\",\"type\",\"object\",\"actor_kind\",\"actor\",\"address\",\"source\","
    "\"request_id\",\"detail\",\"link\"\r\n";

}  // namespace

Result<http::Response> list_audit_events(Context& context) {
  Input query(context.call(), Input::Part::query);
  const AuditQuery wanted = read_query(query);
  if (!query.valid()) return query.refusal();
  TRY(Audit log, log_of(context));
  const AuditPage found =
      log.list(wanted.filter, wanted.order, wanted.position(), wanted.page.limit);
  json::Array items;
  for (const AuditEvent& event : found.events) items.push_back(to_json(event));
  return page_response(context.call(), "audit", std::move(items),
                       found.next ? std::to_string(*found.next) : "");
}

/// The next page's cursor comes as X-Next-Cursor; each line has its link of the chain.
Result<http::Response> export_audit_log(Context& context) {
  constexpr std::array<std::string_view, 2> formats{"ndjson", "csv"};
  Input query(context.call(), Input::Part::query);
  const AuditQuery wanted = read_query(query);
  const auto format = query->word("format", formats);
  if (!query.valid()) return query.refusal();
  TRY(Audit log, log_of(context));
  const AuditPage found =
      log.list(wanted.filter, wanted.order, wanted.position(), wanted.page.limit);
  const bool csv = format == "csv";
  std::string body(csv && wanted.page.after.empty() ? csv_head : "");
  for (const AuditEvent& event : found.events) {
    if (csv) {
      body += csv_line(event);
    } else {
      json::append(body, to_json(event));
      body += '\n';
    }
  }
  http::Response response(200, csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                          std::move(body));
  if (found.next) {
    response.with("X-Next-Cursor", cursor_of(context.call(), "audit", std::to_string(*found.next)));
  }
  return response;
}

Result<http::Response> get_audit_head(Context& context) {
  TRY(Audit log, log_of(context));
  return json_response(200, to_json(log.head()));
}

Result<http::Response> verify_audit(Context& context) {
  Input body(context.call(), Input::Part::body);
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
  TRY(Audit log, log_of(context));
  const AuditVerdict verdict = log.verify(expected);
  json::Object object{{"valid", !verdict.broken_at},
                      {"events", verdict.events},
                      {"dropped", verdict.dropped},
                      {"head", to_json(verdict.head)}};
  if (verdict.broken_at) {
    object.append("broken_at", *verdict.broken_at);
    object.append("reason", verdict.reason);
  }
  return json_response(200, std::move(object));
}

}  // namespace rollcall::admin
