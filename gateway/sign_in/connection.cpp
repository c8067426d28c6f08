#include "gateway/sign_in/connection.h"

#include "gateway/base/text.h"
#include "gateway/directory/domains.h"
#include "gateway/directory/transaction.h"
#include "gateway/sign_in/connection_settings.h"
#include "oidc/algorithms.h"
#include "oidc/entra_issuer.h"
#include "oidc/provider_metadata.h"

#include <algorithm>
#include <array>

namespace rollcall::sign_in {
namespace {

constexpr std::int64_t longest_skew = 300;
constexpr std::int64_t longest_age = std::int64_t{365} * 24 * 3600;
constexpr std::int64_t most_groups = 100'000;
constexpr std::string_view entra_host = "https://login.microsoftonline.com/";

/// okta and keycloak leave an empty claim out (product.md).
GroupsAbsent default_groups_absent(Vendor vendor) {
  const bool omits_empty = vendor == Vendor::okta || vendor == Vendor::keycloak;
  return omits_empty ? GroupsAbsent::empty : GroupsAbsent::keep;
}

GroupsAbsent read_groups_absent(const std::string& word, Vendor vendor) {
  if (word == "keep") return GroupsAbsent::keep;
  if (word == "empty") return GroupsAbsent::empty;
  if (word == "deny") return GroupsAbsent::deny;
  return default_groups_absent(vendor);
}

GroupsSource read_groups_source(const std::string& word) {
  if (word == "directory") return GroupsSource::directory;
  return word == "none" ? GroupsSource::none : GroupsSource::assertion;
}

/// The issuer of a vendor who has the same one for everybody, or for a tenant.
std::string default_issuer(Vendor vendor, const std::vector<std::string>& tenants) {
  if (vendor == Vendor::google) return "https://accounts.google.com";
  if (vendor != Vendor::entra || tenants.empty()) return {};
  const std::string tenant = tenants.size() == 1 ? tenants.front() : "organizations";
  return std::string(entra_host) + tenant + "/v2.0";
}

/// Empty if what was declared names none that we know.
std::vector<SignatureScheme> read_algorithms(const ConnectionSettings& settings) {
  if (!settings.has("algorithms")) {
    return {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pss_sha256,
            SignatureScheme::ecdsa_p256_sha256};
  }
  std::vector<SignatureScheme> schemes;
  for (const std::string& text : settings.texts("algorithms")) {
    if (const auto scheme = oidc::parse_signature_scheme(text)) schemes.push_back(*scheme);
  }
  return schemes;
}

oidc::ClientSettings read_client(const ConnectionSettings& settings, Vendor vendor) {
  oidc::ClientSettings client;
  client.tenants = settings.texts("tenants");
  client.issuer = settings.text("issuer", default_issuer(vendor, client.tenants));
  client.client_id = settings.text("client_id");
  client.scopes = settings.has("scopes") ? settings.texts("scopes") : oidc::default_scopes(vendor);
  client.auth = oidc::parse_client_auth(settings.text("token_auth"));
  client.algorithms = read_algorithms(settings);
  if (settings.text("response_mode") == "form_post") {
    client.response_mode = oidc::ResponseMode::form_post;
  }
  client.allow_insecure_loopback = settings.flag("allow_insecure_loopback", false);
  client.audiences = settings.texts("audiences");
  if (const auto skew = settings.number("clock_skew", 0, longest_skew)) {
    client.clock_skew = std::chrono::seconds(*skew);
  }
  if (const auto age = settings.number("max_age", 0, longest_age)) {
    client.max_age = std::chrono::seconds(*age);
  }
  client.acr_values = settings.texts("acr_values");
  client.encrypted_id_token = settings.flag("encrypted_id_token", false);
  client.logout_at_idp = settings.flag("logout_at_idp", true);
  return client;
}

/// Scheme and authority.
std::string origin_of(const std::string& url) {
  const auto scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(0, url.find('/', scheme + 3));
}

/// Where the vendor answers what groups somebody is in; empty if it is not known to.
std::string directory_url(const SignInConnection& connection) {
  switch (connection.vendor) {
    case Vendor::entra:
      return "https://graph.microsoft.com";
    case Vendor::google:
      return connection.include_nested ? "https://cloudidentity.googleapis.com"
                                       : "https://admin.googleapis.com";
    case Vendor::okta:
      return origin_of(connection.oidc.issuer);
    case Vendor::generic:
    case Vendor::onelogin:
    case Vendor::pingone:
    case Vendor::adfs:
    case Vendor::keycloak:
    case Vendor::jumpcloud:
      break;
  }
  return {};
}

void read_groups(const ConnectionSettings& settings, SignInConnection& connection) {
  connection.groups_source = read_groups_source(settings.text("groups_source"));
  connection.groups_absent = read_groups_absent(settings.text("groups_absent"), connection.vendor);
  connection.allow_groups = settings.texts("allow_groups");
  connection.fold_groups = settings.text("group_match") == "casefold";
  // F54: Entra's groups are asked for with those that they are in.
  connection.include_nested = settings.flag("include_nested", connection.vendor == Vendor::entra);
  if (const auto most = settings.number("max_groups", 1, most_groups)) {
    connection.max_groups = static_cast<std::size_t>(*most);
  }
  const ConnectionSettings directory = settings.block("directory");
  connection.directory.base_url = directory.text("url", directory_url(connection));
  connection.directory.plain_loopback = connection.oidc.allow_insecure_loopback;
  connection.directory_administrator = directory.text("administrator");
}

oidc::ClaimRules read_claims(const ConnectionSettings& settings, Vendor vendor) {
  const auto map = settings.map("attribute_map");
  const auto mapped = map.find("groups");
  const std::string groups = mapped == map.end() ? std::string() : mapped->second;
  return oidc::claim_rules(vendor, map, settings.text("groups_claim", groups),
                           settings.text("groups_separator"));
}

std::vector<std::string> read_domains(const ConnectionSettings& settings) {
  std::vector<std::string> domains;
  for (const std::string& text : settings.texts("domains")) {
    // What is no domain stays, and matches none: without it everybody could come in.
    domains.push_back(normal_domain(text).value_or(text));
  }
  return domains;
}

bool needs_secret(const std::optional<oidc::ClientAuth>& auth) {
  return auth != oidc::ClientAuth::private_key_jwt && auth != oidc::ClientAuth::none;
}

std::string problem_of_oidc(const oidc::ClientSettings& client, const Secrets& secrets) {
  if (client.issuer.empty()) return "oidc.issuer is missing.";
  if (client.client_id.empty()) return "oidc.client_id is missing.";
  if (client.algorithms.empty()) return "oidc.algorithms names none that is known.";
  if (needs_secret(client.auth) && !secrets.contains("client_secret")) {
    return "oidc.client_secret is missing.";
  }
  const auto discovery = oidc::discovery_url(client);
  return discovery ? std::string() : discovery.error().detail();
}

std::string problem_of_saml(const ConnectionSettings& settings) {
  const ConnectionSettings idp = settings.block("idp");
  const bool stated = !idp.text("entity_id").empty() && !idp.text("sso_url").empty() &&
                      !idp.texts("certificates").empty();
  const bool known =
      stated || !settings.text("metadata_url").empty() || !settings.text("metadata_file").empty();
  return known ? "" : "saml.metadata_url, or saml.idp with its certificates, is missing.";
}

/// Over what an admin gave; the keys of our own follow from the settings.
Sha256 digest_of(const Secrets& secrets) {
  std::string text;
  for (const auto& [name, secret] : secrets) {
    if (name == ec_signing_key || name == rsa_signing_key || name == encryption_key) continue;
    text += name + "=" + std::string(as_bytes(sha256(secret.reveal())));
  }
  return sha256(text);
}

ConnectionState state_of(const SignInConnection& connection, const ConnectionSettings& settings,
                         const Connection& row) {
  if (!settings.flag("enabled", true)) return ConnectionState::disabled;
  if (!connection.problem.empty()) return ConnectionState::incomplete;
  const bool tested = row.tested == connection.digest;
  return connection.organization.policy.require_connection_test && !tested
             ? ConnectionState::untested
             : ConnectionState::ready;
}

}  // namespace

std::string_view name(ConnectionState state) {
  switch (state) {
    case ConnectionState::ready:
      return "ready";
    case ConnectionState::incomplete:
      return "incomplete";
    case ConnectionState::disabled:
      return "disabled";
    case ConnectionState::untested:
      return "untested";
  }
  return "";
}

SignInConnection read_connection(const Organization& organization, const Connection& row,
                                 const Secrets& secrets) {
  const auto parsed = json::parse(row.settings);
  const json::Object none;
  const json::Object& declared = parsed && parsed->object() ? *parsed->object() : none;
  const ConnectionSettings settings(declared);
  const ConnectionSettings oidc = settings.block("oidc");
  SignInConnection connection{.organization = organization, .id = row.id};
  connection.protocol = settings.text("protocol") == "saml" ? Protocol::saml : Protocol::oidc;
  connection.vendor = parse_vendor(settings.text("vendor")).value_or(Vendor::generic);
  connection.jit = settings.flag("jit", false);
  connection.domains = read_domains(settings);
  if (oidc.text("email_verified_by", settings.text("email_verified_by")) == "domain") {
    connection.email_verified_by = EmailVerifiedBy::domain;
  }
  connection.oidc = read_client(oidc, connection.vendor);
  connection.claims = read_claims(settings, connection.vendor);
  read_groups(settings, connection);
  connection.digest = digest_of(declared, digest_of(secrets));
  connection.problem = connection.protocol == Protocol::oidc
                           ? problem_of_oidc(connection.oidc, secrets)
                           : problem_of_saml(settings.block("saml"));
  connection.state = state_of(connection, settings, row);
  return connection;
}

Secrets stored_secrets(Transaction& transaction, const KeyRing& keys, OrganizationKey organization,
                       std::string_view id) {
  ConnectionSecrets stored = transaction.connection_secrets(organization);
  Secrets secrets;
  for (const std::string& name : stored.names(id)) {
    if (auto secret = stored.get(keys, id, name)) secrets.emplace(name, *std::move(secret));
  }
  return secrets;
}

Result<SignInConnection> find_connection(Transaction& transaction, const KeyRing& keys,
                                         std::string_view organization, std::string_view id) {
  TRY(const Organization found, transaction.organizations().get(organization));
  const auto row = transaction.organizations().connection(found.key, id);
  if (!row) return Error(Fault::not_found, "There is no such connection.");
  return read_connection(found, *row, stored_secrets(transaction, keys, found.key, id));
}

bool has_one_tenant(const SignInConnection& connection) {
  return connection.vendor != Vendor::entra || !oidc::is_shared_issuer(connection.oidc.issuer) ||
         connection.oidc.tenants.size() == 1;
}

std::string login_url(std::string_view base, const SignInConnection& connection) {
  return std::string(base) + "/login?connection=" + connection.name();
}

std::string oidc_url(std::string_view base, const SignInConnection& connection,
                     std::string_view endpoint) {
  return std::string(base) + "/oidc/" + connection.name() + "/" + std::string(endpoint);
}

}  // namespace rollcall::sign_in
