#include "gateway/sign_in/admission.h"

#include "gateway/base/id.h"
#include "gateway/base/text.h"
#include "gateway/directory/domains.h"
#include "gateway/directory/ip_gate.h"
#include "gateway/directory/transaction.h"
#include "gateway/sign_in/connection_settings.h"
#include "oidc/refusal.h"

#include <algorithm>
#include <utility>

namespace rollcall::sign_in {
namespace {

std::optional<std::string> domain_of(const Identity& identity) {
  return identity.email ? email_domain(*identity.email) : std::nullopt;
}

/// "domain_not_allowed" for an address elsewhere, and for none where only some may come in.
Result<> check_domain(const SignInConnection& connection, const Identity& identity,
                      Occasion occasion) {
  if (connection.domains.empty() || in_own_domain(connection, identity)) return {};
  if (occasion == Occasion::renewal && !identity.email) return {};
  return oidc::refuse("domain_not_allowed", identity.email
                                                ? "The address is of none of the domains."
                                                : "The IdP gave no e-mail address.");
}

ClaimedGroups unknown(std::string why) {
  return {.state = ClaimedGroups::State::unknown, .values = {}, .problem = std::move(why)};
}

/// X11. Unknown ones stay so: never "no groups".
Result<ClaimedGroups> settle(const SignInConnection& connection, ClaimedGroups groups,
                             Occasion occasion) {
  if (connection.groups_source == GroupsSource::none) {
    return unknown("The connection reads no groups.");
  }
  if (groups.state != ClaimedGroups::State::absent) return groups;
  if (occasion == Occasion::renewal) return unknown("The IdP did not say the groups again.");
  switch (connection.groups_absent) {
    case GroupsAbsent::keep:
      break;
    case GroupsAbsent::empty:
      return ClaimedGroups{.state = ClaimedGroups::State::present};
    case GroupsAbsent::deny:
      return oidc::refuse("groups_absent_denied", "The claims name no groups.");
  }
  return unknown("The claims name no groups; what is known of them stays (groups_absent: keep).");
}

/// Names compare to the byte, those of GUID shape in lower case (product.md).
std::string comparable(const SignInConnection& connection, const std::string& group) {
  if (connection.fold_groups) return fold(group);
  return UserId::parse(group) ? ascii_lower(group) : group;
}

Result<> check_allowed(const SignInConnection& connection, const ClaimedGroups& groups,
                       Occasion occasion) {
  if (connection.allow_groups.empty()) return {};
  if (groups.state != ClaimedGroups::State::present) {
    if (occasion == Occasion::renewal) return {};
    return oidc::refuse("groups_absent_denied",
                        "Only some groups may come in, and they are unknown: " + groups.problem);
  }
  std::vector<std::string> allowed;
  for (const std::string& group : connection.allow_groups) {
    allowed.push_back(comparable(connection, group));
  }
  const bool member = std::ranges::any_of(groups.values, [&](const std::string& group) {
    return std::ranges::find(allowed, comparable(connection, group)) != allowed.end();
  });
  if (member) return {};
  return oidc::refuse("group_not_allowed", "None of the groups is one that may come in.");
}

}  // namespace

Result<> check_still_open(Transaction& transaction, const SignInConnection& connection) {
  const auto row =
      transaction.organizations().connection(connection.organization.key, connection.id);
  const auto settings = row ? json::parse(row->settings) : json::Value();
  const json::Object* members = settings ? settings->object() : nullptr;
  if (members != nullptr && ConnectionSettings(*members).flag("enabled", true)) return {};
  return oidc::refuse("connection_disabled", "The connection was disabled or removed meanwhile.");
}

Result<> check_address(Transaction& transaction, OrganizationKey key, std::string_view address) {
  const Organization& organization = transaction.organization(key);
  if (!organization.has(Feature::ip_rules)) return {};
  if (IpGate(organization.policy.ip_rules).admits(address)) return {};
  return oidc::refuse("ip_rule", "The organization's IP rules refuse this address.");
}

Result<Identity> admit(const SignInConnection& connection, Identity identity, Occasion occasion) {
  identity.connection = connection.id;
  CHECK_OK(check_domain(connection, identity, occasion));
  TRY(identity.groups, settle(connection, std::move(identity.groups), occasion));
  CHECK_OK(check_allowed(connection, identity.groups, occasion));
  return identity;
}

bool in_own_domain(const SignInConnection& connection, const Identity& identity) {
  const auto domain = domain_of(identity);
  return domain && std::ranges::find(connection.domains, *domain) != connection.domains.end();
}

bool has_vouched_address(const SignInConnection& connection, const Identity& identity) {
  if (!domain_of(identity)) return false;
  // A SAML assertion is the IdP's own word; it has no claim that says so.
  if (connection.protocol == Protocol::saml || identity.email_verified) return true;
  return connection.email_verified_by == EmailVerifiedBy::domain && has_one_tenant(connection) &&
         in_own_domain(connection, identity);
}

}  // namespace rollcall::sign_in
