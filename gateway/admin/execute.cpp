#include "gateway/admin/execute.h"

#include "gateway/admin/caller.h"
#include "gateway/admin/idempotency.h"
#include "gateway/http/problem.h"

namespace rollcall::admin {
namespace {

/// What a unit of work left behind beside its result.
struct Trace {
  /// An answer that is a refusal and so rolls back.
  std::optional<http::Response> refused;
  /// Whose log a refusal belongs to.
  std::optional<OrganizationKey> organization;
};

bool has_organization(const RouteTable::Route& route) {
  return route.pattern.find("{organization}") != std::string_view::npos;
}

/// The organization in the path, as its caller may see it: others are not found (S3).
Result<std::optional<Organization>> visible_organization(Transaction& transaction, const Call& call,
                                                         const RouteTable::Route& route) {
  if (!has_organization(route)) return std::optional<Organization>();
  auto organization = transaction.organizations().get(call.organization());
  if (!organization) return std::move(organization).error();
  if (call.principal && call.principal->organization != organization->key) {
    return no_such("organization");
  }
  return std::optional(*std::move(organization));
}

/// One call in one unit of work.
Result<http::Response> run(const Services& services, Transaction& transaction, const Call& call,
                           const Authority& authority, const RouteTable::Route& route,
                           Trace& trace) {
  const Target& target = route.target;
  TRY(auto organization, visible_organization(transaction, call, route));
  if (organization) trace.organization = organization->key;
  if (target.right) CHECK_OK(authority.need(*target.right));
  const IdempotentCall repeated(call);
  if (target.writes && repeated) {
    TRY(auto kept, repeated.find(transaction));
    if (kept) return *std::move(kept);
  }
  Context context(services, transaction, call, authority, std::move(organization));
  TRY(http::Response response, target.endpoint(context));
  if (response.status >= 400) {
    trace.refused = std::move(response);
    return Error(Fault::conflict, "Rolled back: the answer is a refusal.");
  }
  if (target.writes && repeated) repeated.keep(transaction, response);
  return response;
}

/// An input that is wrong in itself says nothing about its caller; what rules refused does.
bool worth_auditing(const Error& error) {
  return error.fault() == Fault::forbidden || error.fault() == Fault::conflict ||
         error.fault() == Fault::uniqueness || error.code() != name(error.fault());
}

void audit_refusal(const Services& services, const Call& call, const RouteTable::Route& route,
                   OrganizationKey organization, const Error& error) {
  static_cast<void>(
      services.directory.write_now(call.actor, [&](Transaction& transaction) -> Result<> {
        const std::string method(http::name(route.method));
        transaction.audit(organization)
            .append("request.refused", call.path,
                    json::write(json::Object{{"method", method}, {"code", error.code()}}));
        return {};
      }));
}

http::Response unmodified(http::Response response, const Call& call) {
  if (response.status != 200 || call.if_none_match.empty()) return response;
  std::string tag;
  for (const http::ResponseField& field : response.fields) {
    if (field.value == never_unmodified) return response;
    if (field.name == "ETag") tag = field.value;
  }
  if (tag.empty() || !names_tag(call.if_none_match, tag)) return response;
  return http::Response(304).with("ETag", std::move(tag));
}

http::Response execute_endpoint(const Services& services, const Call& call,
                                const Authority& authority, const RouteTable::Route& route) {
  Trace trace;
  const auto work = [&](Transaction& transaction) {
    trace = {};
    return run(services, transaction, call, authority, route, trace);
  };
  auto result = route.target.writes ? services.directory.write_now(call.actor, work)
                                    : services.directory.read_now(work);
  if (result) return unmodified(*std::move(result), call);
  if (trace.refused) return *std::move(trace.refused);
  if (route.target.writes && trace.organization && worth_auditing(result.error())) {
    audit_refusal(services, call, route, *trace.organization, result.error());
  }
  return http::problem(result.error());
}

/// `organization`: where the log for a refusal is written, once it is known.
Result<http::Response> run_operation(const Services& services, const Call& call,
                                     const Authority& authority, const RouteTable::Route& route,
                                     std::optional<OrganizationKey>& organization) {
  TRY(const auto visible, services.directory.read_now([&](Transaction& transaction) {
    return visible_organization(transaction, call, route);
  }));
  if (visible) organization = visible->key;
  if (route.target.right) CHECK_OK(authority.need(*route.target.right));
  return route.target.operation(services, call);
}

http::Response execute_operation(const Services& services, const Call& call,
                                 const Authority& authority, const RouteTable::Route& route) {
  std::optional<OrganizationKey> organization;
  auto result = run_operation(services, call, authority, route, organization);
  if (result) return *std::move(result);
  if (organization && worth_auditing(result.error())) {
    audit_refusal(services, call, route, *organization, result.error());
  }
  return http::problem(result.error());
}

}  // namespace

http::Response execute(const Services& services, const RouteTable::Route& route, Call call) {
  const Target& target = route.target;
  Authority authority;
  if (target.access != Access::anyone) {
    auto caller = identify_caller(services, call);
    if (!caller) return http::problem(caller.error());
    authority = *std::move(caller);
  }
  if (target.access == Access::operator_) {
    const auto allowed = authority.need_operator();
    if (!allowed) return http::problem(allowed.error());
  }
  if (target.endpoint) {
    call.prepare();
    return execute_endpoint(services, call, authority, route);
  }
  return execute_operation(services, call, authority, route);
}

}  // namespace rollcall::admin
