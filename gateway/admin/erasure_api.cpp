#include "gateway/admin/endpoints.h"
#include "gateway/directory/erasure.h"

namespace rollcall::admin {

/// The log is read before the write, which holds up the others only for what came since.
Result<http::Response> erase_user_data(const Services& services, const Call& call) {
  const auto id = UserId::parse(call.arguments.at(1));
  if (!id) return no_such("user");
  auto ask = ask_to_confirm(call, [&] { return json::Object{{"user", id->str()}}; });
  if (ask) return *std::move(ask);
  std::optional<OrganizationKey> organization;
  TRY(const PersonTraces traces,
      services.directory.read_now([&](Transaction& transaction) -> Result<PersonTraces> {
        TRY(const Organization found, transaction.organizations().get(call.organization()));
        organization = found.key;
        return find_traces(transaction, found.key, *id);
      }));
  TRY(const Erasure erased, services.directory.write_now(call.actor, [&](Transaction& transaction) {
    return erase_person(transaction, *organization, *id, traces);
  }));
  return json_response(
      200, {{"events", erased.events}, {"mails", erased.mails}, {"sign_ins", erased.traces}});
}

}  // namespace rollcall::admin
