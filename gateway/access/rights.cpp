#include "gateway/access/rights.h"

#include "gateway/access/held_rights.h"

#include <array>

namespace rollcall::access {
namespace {

constexpr std::array<std::string_view, 6> reason_names{"grant",    "license", "default",
                                                       "no_grant", "ip_rule", "deactivated"};

}  // namespace

std::string_view name(Reason reason) { return reason_names[static_cast<std::size_t>(reason)]; }

Result<std::shared_ptr<const HeldRights>> read_held_rights(Transaction& transaction,
                                                           const Principal& principal) {
  auto rules = std::make_shared<const OrganizationRules>(transaction, principal.organization);
  TRY(auto holdings, read_holdings(transaction, principal, *rules));
  return std::make_shared<const HeldRights>(std::move(rules), std::move(holdings));
}

Result<RightsPtr> read_rights(Transaction& transaction, const Principal& principal) {
  TRY(RightsPtr rights, read_held_rights(transaction, principal));
  return rights;
}

}  // namespace rollcall::access
