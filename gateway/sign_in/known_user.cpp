#include "gateway/sign_in/known_user.h"

#include "gateway/base/text.h"
#include "gateway/directory/transaction.h"
#include "gateway/sign_in/admission.h"
#include "oidc/refusal.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

/// More users than this with one address: the address names nobody.
constexpr std::size_t most_with_address = 100;

std::optional<User> user_at(Users users, std::int64_t position) {
  auto found = users.list({}, position - 1, 1);
  if (found.empty() || found.front().position != position) return std::nullopt;
  return std::move(found.front());
}

std::optional<User> find_by_identity(Transaction& transaction, const Identity& identity,
                                     OrganizationKey organization) {
  const auto linked = transaction.identities(organization)
                          .find(identity.connection, identity.issuer, identity.subject);
  return linked ? user_at(transaction.users(organization), linked->user_position) : std::nullopt;
}

/// An externalId is said by the IdP that the SCIM connection belongs to, which has to be this one.
std::optional<User> find_by_external_id(Transaction& transaction, const Identity& identity,
                                        const Organization& organization) {
  std::vector<User> found;
  for (const ScimConnection& scim :
       transaction.organizations().scim_connections(organization.key)) {
    if (read_scim_options(scim.options, organization.preset).connection != identity.connection) {
      continue;
    }
    UserSelection selection;
    selection.scim_connection = scim.key;
    selection.external_id = identity.subject;
    for (User& user : transaction.users(organization.key, scim.key).list(selection, 0, 2)) {
      if (user.scim_managed) found.push_back(std::move(user));
    }
  }
  // RFC 7643 §3.1 leaves it to the client that they are unique.
  if (found.size() != 1) return std::nullopt;
  return std::move(found.front());
}

/// Users whose primary address or userName it is. Those who are deactivated count only where
/// nobody else has it.
std::vector<User> users_with_address(Users users, const std::string& email) {
  const std::string key = fold(email);
  UserSelection by_address;
  by_address.email = email;
  std::vector<User> found = users.list(by_address, 0, most_with_address);
  std::erase_if(found, [&](const User& user) {
    return fold(primary_address(user.profile).value_or("")) != key;
  });
  UserSelection by_name;
  by_name.user_name = email;
  for (User& user : users.list(by_name, 0, 1)) {
    if (std::ranges::find(found, user.id, &User::id) == found.end()) {
      found.push_back(std::move(user));
    }
  }
  const auto is_dead = [](const User& user) { return user.state == UserState::deactivated; };
  if (!std::ranges::all_of(found, is_dead)) std::erase_if(found, is_dead);
  return found;
}

Result<std::optional<User>> find_by_address(Transaction& transaction,
                                            const SignInConnection& connection,
                                            const Identity& identity) {
  const std::optional<User> nobody;
  if (!identity.email || !email_domain(*identity.email)) return nobody;
  auto found = users_with_address(transaction.users(connection.organization.key), *identity.email);
  if (found.empty()) return nobody;
  if (!in_own_domain(connection, identity)) {
    return oidc::refuse("email_unverified",
                        "The address is a user's, and its domain none of the connection's.");
  }
  if (!has_vouched_address(connection, identity)) {
    return oidc::refuse("email_unverified",
                        "The address is a user's, and the IdP does not vouch for it.");
  }
  if (found.size() > 1) {
    return oidc::refuse("subject_conflict", "The address is that of several users.");
  }
  return std::optional(std::move(found.front()));
}

/// subject_conflict if the IdP knows the user as another subject already (spec/oidc 1.6).
Result<> check_unbound(Transaction& transaction, const Identity& identity, const User& user,
                       OrganizationKey organization) {
  const auto linked = transaction.identities(organization).list_of_user(user.position);
  const bool bound = std::ranges::any_of(linked, [&](const LinkedIdentity& other) {
    return other.connection == identity.connection && other.issuer == identity.issuer;
  });
  if (!bound) return {};
  return oidc::refuse("subject_conflict", "The IdP knows this user as another subject.");
}

Result<std::optional<KnownUser>> search(Transaction& transaction,
                                        const SignInConnection& connection,
                                        const Identity& identity) {
  const OrganizationKey key = connection.organization.key;
  if (auto user = find_by_identity(transaction, identity, key)) {
    return std::optional(KnownUser{*std::move(user), FoundBy::identity});
  }
  if (auto user = find_by_external_id(transaction, identity, transaction.organization(key))) {
    return std::optional(KnownUser{*std::move(user), FoundBy::external_id});
  }
  TRY(auto user, find_by_address(transaction, connection, identity));
  if (!user) return std::optional<KnownUser>();
  return std::optional(KnownUser{*std::move(user), FoundBy::address});
}

bool is_own_address(const User& user, const Identity& identity) {
  if (!identity.email) return false;
  const std::string key = fold(*identity.email);
  return fold(primary_address(user.profile).value_or("")) == key ||
         fold(user.profile.user_name) == key;
}

}  // namespace

std::string_view name(FoundBy by) {
  switch (by) {
    case FoundBy::identity:
      return "identity";
    case FoundBy::external_id:
      return "external_id";
    case FoundBy::address:
      return "address";
  }
  return "";
}

Result<std::optional<KnownUser>> find_user(Transaction& transaction,
                                           const SignInConnection& connection,
                                           const Identity& identity) {
  TRY(auto known, search(transaction, connection, identity));
  if (!known) return known;
  if (known->user.state == UserState::deactivated) {
    return oidc::refuse("user_deactivated", "The user is deactivated.");
  }
  if (known->by != FoundBy::identity) {
    CHECK_OK(check_unbound(transaction, identity, known->user, connection.organization.key));
  }
  return known;
}

Result<Standing> standing_of(Transaction& transaction, const SignInConnection& connection,
                             const Identity& identity, const KnownUser& known) {
  if (known.user.state != UserState::invited) return Standing::good;
  if (known.user.created_by == CreatedBy::jit &&
      confirms_by_mail(transaction, connection.organization.key)) {
    return Standing::to_confirm;
  }
  if (known.by == FoundBy::external_id ||
      (is_own_address(known.user, identity) && has_vouched_address(connection, identity))) {
    return Standing::to_activate;
  }
  return oidc::refuse("email_unverified",
                      "The user is invited, and the IdP does not vouch for the address.");
}

bool confirms_by_mail(Transaction& transaction, OrganizationKey organization) {
  return transaction.mail() && transaction.organization(organization).policy.verify_email_on_jit;
}

}  // namespace rollcall::sign_in
