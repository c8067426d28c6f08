#include "gateway/directory/door.h"

#include "gateway/directory/transaction.h"

namespace rollcall {

Door door_of(const Transaction& transaction,
             const std::optional<ScimConnectionKey>& scim_connection) {
  if (scim_connection) return Door::scim;
  switch (transaction.actor().source) {
    case Source::sso:
      return Door::sign_in;
    case Source::system:
      return Door::system;
    case Source::scim:
    case Source::api:
    case Source::cli:
      return Door::manual;
  }
  return Door::manual;
}

ScimHold scim_hold(Transaction& transaction, OrganizationKey organization) {
  ScimHold hold;
  const Preset preset = transaction.organization(organization).preset;
  for (const auto& connection : transaction.organizations().scim_connections(organization)) {
    if (!connection.enabled) continue;
    const ScimOptions options = read_scim_options(connection.options, preset);
    hold.enabled = true;
    hold.manual_users = hold.manual_users && options.manual_users;
    hold.controls_license = hold.controls_license || options.controls_license;
  }
  return hold;
}

AdminsKept::AdminsKept(Transaction& transaction, OrganizationKey organization)
    : transaction_(transaction),
      organization_(organization),
      before_(transaction.grants(organization).count_admins(1)) {}

Result<> AdminsKept::check(Door door) {
  if (before_ == 0) return {};
  auto kept = transaction_.grants(organization_).check_admin_left(before_);
  if (kept || door != Door::scim) return kept;
  transaction_.audit(organization_)
      .append("organization.no_admin",
              "organization/" + transaction_.organization(organization_).slug, "{}");
  return {};
}

}  // namespace rollcall
