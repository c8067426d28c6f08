#pragma once

#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/base/vendor.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/crypto/private_key.h"
#include "gateway/directory/directory.h"
#include "gateway/sign_in/services.h"
#include "oidc/claims.h"
#include "oidc/client.h"
#include "oidc/directory_groups.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::sign_in {

enum class Protocol { saml, oidc };
/// What a missing groups claim means (product.md).
enum class GroupsAbsent { keep, empty, deny };
enum class GroupsSource { assertion, directory, none };
/// What vouches for an address beside the connection's domains (spec/oidc 1.6).
enum class EmailVerifiedBy { claim, domain };

/// Whether people can sign in through a connection. untested: the organization wants a passed test
/// of these very settings first.
enum class ConnectionState { ready, incomplete, disabled, untested };
/// "ready", "incomplete" …
std::string_view name(ConnectionState state);

/// A sign-in connection, read from what was declared; the vendor's defaults are filled in.
struct SignInConnection {
  Organization organization;
  std::string id;
  Protocol protocol = Protocol::oidc;
  Vendor vendor = Vendor::generic;
  ConnectionState state = ConnectionState::ready;
  /// What a sign-in lacks, for the administrator; empty if nothing.
  std::string problem = {};
  bool jit = false;
  /// Normal form (email_domain()).
  std::vector<std::string> domains = {};
  EmailVerifiedBy email_verified_by = EmailVerifiedBy::claim;
  GroupsSource groups_source = GroupsSource::assertion;
  GroupsAbsent groups_absent = GroupsAbsent::keep;
  /// If any, only members of one of these IdP groups may come in.
  std::vector<std::string> allow_groups = {};
  /// Names of IdP groups compare whatever the case (group_match: casefold).
  bool fold_groups = false;
  bool include_nested = false;
  std::size_t max_groups = 10'000;
  oidc::ClientSettings oidc = {};
  oidc::ClaimRules claims = {};
  /// Where groups are asked for beside the token; the administrator whom Google wants named.
  oidc::DirectoryApi directory = {};
  std::string directory_administrator = {};
  /// Of all settings and secrets: what a passed test stands for.
  Sha256 digest{};
  /// Of a test of what is not saved (test_sign_in.h): secrets that stand in place of the stored
  /// ones, by name, sealed for draft_purpose.
  std::map<std::string, std::string> draft_secrets = {};

  /// "organization/id", as /login?connection= names it.
  std::string name() const { return organization.slug + "/" + id; }
};

inline constexpr std::string_view draft_purpose = "connection draft";
/// Names of the keys of our own among the secrets.
inline constexpr std::string_view ec_signing_key = "signing_key";
inline constexpr std::string_view rsa_signing_key = "rsa_signing_key";
inline constexpr std::string_view encryption_key = "encryption_key";

/// A connection's secrets by name, opened.
using Secrets = std::map<std::string, Secret>;
/// Those that the store has.
Secrets stored_secrets(Transaction& transaction, const KeyRing& keys, OrganizationKey organization,
                       std::string_view id);

/// Never fails: what cannot be used gives the state incomplete. `secrets` say whether there is what
/// the settings need, and take part in the digest but for the keys of our own; "enabled" does not.
SignInConnection read_connection(const Organization& organization, const Connection& connection,
                                 const Secrets& secrets);
/// The connection with its secrets' digest, from the store; not_found.
Result<SignInConnection> find_connection(Transaction& transaction, const KeyRing& keys,
                                         std::string_view organization, std::string_view id);
/// Keys of our own that a connection's settings ask for: private_key_jwt signs, encrypted_id_token
/// decrypts.
struct OwnKeys {
  std::optional<PrivateKey> signing = std::nullopt;
  std::optional<PrivateKey> encryption = std::nullopt;
};
/// Takes its time: an RSA key costs a tenth of a second.
OwnKeys make_own_keys(const SignInConnection& connection);
/// Its credentials, opened, those of a draft before those of the store. A key of our own that is
/// not kept yet is taken from `fresh` and kept; without `fresh` it is not_found.
Result<oidc::ClientCredentials> open_credentials(Transaction& transaction, const KeyRing& keys,
                                                 const SignInConnection& connection,
                                                 const OwnKeys* fresh = nullptr);
/// The same; makes and writes keys only where one is missing.
Awaitable<Result<oidc::ClientCredentials>> load_credentials(Services services, Actor actor,
                                                            SignInConnection connection);

/// Whether all its people are of one tenant: always, but for Entra's shared endpoints.
bool has_one_tenant(const SignInConnection& connection);

/// Our own addresses for it; `base` is scheme and authority.
std::string login_url(std::string_view base, const SignInConnection& connection);
std::string oidc_url(std::string_view base, const SignInConnection& connection,
                     std::string_view endpoint);

}  // namespace rollcall::sign_in
