#include "gateway/admin/endpoints.h"
#include "gateway/admin/show.h"
#include "gateway/http/problem.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

/// What the DNS has to show.
json::Object record_of(const Domain& domain) {
  return {{"type", "TXT"}, {"name", domain.record_name()}, {"value", domain.record_value()}};
}

json::Object to_json(const Domain& domain) {
  return {{"domain", domain.name},
          {"verified", shown(domain.verified)},
          {"method", domain.verified ? json::Value(domain.method) : json::Value()},
          {"checked", shown(domain.checked)},
          {"record", record_of(domain)}};
}

Domains domains_of(Context& context) { return context.transaction().domains(context.key()); }

}  // namespace

Result<http::Response> list_domains(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("domains");
  if (!query.valid()) return query.refusal();
  return context.page_of_all(
      "domains", domains_of(context).list(), page, [](const Domain& item) { return item.name; },
      [](const Domain& item) { return to_json(item); });
}

Result<http::Response> get_domain(Context& context) {
  TRY(const Domain domain, domains_of(context).get(context.argument(1)));
  return entity_response(200, to_json(domain));
}

Result<http::Response> put_domain(Context& context) {
  const auto present = domains_of(context).get(context.argument(1));
  if (present) CHECK_OK(context.match(to_json(*present)));
  TRY(Domain domain, domains_of(context).add(context.argument(1)));
  // Whoever runs the instance answers for what is theirs on it.
  if (context.authority().is_operator() && !domain.verified) {
    TRY(domain, domains_of(context).verify(domain.name, "operator"));
  }
  return entity_response(present ? 200 : 201, to_json(domain));
}

Result<http::Response> remove_domain(Context& context) {
  TRY(const Domain domain, domains_of(context).get(context.argument(1)));
  CHECK_OK(context.match(to_json(domain)));
  CHECK_OK(domains_of(context).remove(domain.name));
  return http::Response(204);
}

/// The DNS is asked between two units of work: nobody waits for it but the caller.
Result<http::Response> verify_domain(const Services& services, const Call& call) {
  const auto with_domains = [&](Transaction& transaction) -> Result<Domains> {
    TRY(const Organization organization, transaction.organizations().get(call.organization()));
    return transaction.domains(organization.key);
  };
  const std::string& name = call.arguments.at(1);
  TRY(const Domain domain, services.directory.read_now([&](Transaction& tx) -> Result<Domain> {
    TRY(Domains domains, with_domains(tx));
    return domains.get(name);
  }));
  TRY(const auto records, services.dns.text_records(domain.record_name()));
  const bool found = std::ranges::find(records, domain.record_value()) != records.end();
  TRY(const Domain checked,
      services.directory.write_now(call.actor, [&](Transaction& tx) -> Result<Domain> {
        TRY(Domains domains, with_domains(tx));
        if (found) return domains.verify(name, "dns");
        domains.note_check(name);
        return domains.get(name);
      }));
  const bool by_word = checked.verified && checked.method == "operator";
  if (found || by_word) return entity_response(200, to_json(checked));
  const Error error =
      Error(Fault::conflict, "There is no TXT record " + domain.record_name() + " with the value " +
                                 domain.record_value() + " yet.")
          .with_code("domain_not_verified");
  return http::problem(error, {{"record", record_of(checked)}});
}

}  // namespace rollcall::admin
