#include "gateway/sign_in/new_user.h"

#include "gateway/catalogue/license.h"
#include "gateway/directory/domains.h"
#include "gateway/directory/door.h"
#include "gateway/directory/transaction.h"
#include "gateway/sign_in/admission.h"
#include "gateway/sign_in/known_user.h"
#include "oidc/refusal.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

Error not_provisioned(std::string why) {
  return oidc::refuse("user_not_provisioned", std::move(why));
}

/// Every full deployment says NO_ACCESS to new users (S14, F27). With no deployment there is none
/// to say it.
bool takes_no_new_users(Transaction& transaction, const Organization& organization) {
  if (!organization.policy.default_deployment_roles) return false;
  auto deployments = transaction.scope_tree(organization.key).deployments();
  std::erase_if(deployments, [](const Deployment& at) { return at.kind != DeploymentKind::full; });
  return !deployments.empty() && std::ranges::none_of(deployments, [](const Deployment& at) {
    return at.default_role.has_value();
  });
}

/// The licence that a new user starts with (spec/access 3.3c).
std::optional<License> first_license(const Policy& policy) {
  return policy.licenses ? std::optional(License::developer) : std::nullopt;
}

Result<> check_seat(Transaction& transaction, const Organization& organization) {
  const auto pool = seat_pool_of(first_license(organization.policy), organization.policy.licenses);
  const SeatPool seats = transaction.seats(organization.key).get(pool);
  if (!seats.capacity() || seats.used < *seats.capacity()) return {};
  return oidc::refuse("seat_limit", "All seats of the organization are taken.");
}

Result<> check_address_for_new(Transaction& transaction, const SignInConnection& connection,
                               const Identity& identity) {
  if (!identity.email || !email_domain(*identity.email)) {
    return oidc::refuse("email_unverified", "The IdP gave no e-mail address that can be used.");
  }
  // Whoever can claim any address would get what an admin later gives its owner.
  if (!has_vouched_address(connection, identity)) {
    return oidc::refuse("email_unverified", "The IdP does not vouch for the address.");
  }
  if (transaction.service_users(connection.organization.key).find(*identity.email)) {
    return not_provisioned("The address is the name of a service user.");
  }
  return {};
}

}  // namespace

PersonNames names_of(const Identity& identity) {
  return {.given = identity.given_name,
          .family = identity.family_name,
          .display = identity.display_name};
}

Result<> check_may_be_made(Transaction& transaction, const SignInConnection& connection,
                           const Identity& identity) {
  const Organization& organization = transaction.organization(connection.organization.key);
  if (!connection.jit) return not_provisioned("The connection makes no users (jit).");
  if (scim_hold(transaction, organization.key).closes_users()) {
    return not_provisioned("SCIM is on: users are added in the identity provider.");
  }
  if (takes_no_new_users(transaction, organization)) {
    return not_provisioned("Every deployment says NO_ACCESS to new users.");
  }
  CHECK_OK(check_address_for_new(transaction, connection, identity));
  return check_seat(transaction, organization);
}

Result<User> make_user(Transaction& transaction, const SignInConnection& connection,
                       const Identity& identity) {
  const OrganizationKey key = connection.organization.key;
  NewUser wanted;
  wanted.created_by = CreatedBy::jit;
  wanted.license = first_license(transaction.organization(key).policy);
  wanted.invited = confirms_by_mail(transaction, key);
  auto made = transaction.users(key).add(
      profile_of_person(identity.email.value(), names_of(identity)), wanted);
  if (made) return made;
  // Only where another unit got in between: each of both was looked for.
  const std::string_view code = made.error().code();
  const std::string why = made.error().detail();
  if (code == "seat_limit" || code == "billing_seats") return oidc::refuse("seat_limit", why);
  if (code == "email_taken" || code == "user_name_taken") {
    return oidc::refuse("subject_conflict", why);
  }
  return made;
}

}  // namespace rollcall::sign_in
