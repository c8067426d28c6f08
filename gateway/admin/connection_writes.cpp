#include "gateway/admin/connection_writes.h"

#include "gateway/sign_in/secret_place.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

/// One that is verified for another organization stays a claim: people are not sent here by it.
Result<> claim_domains(Transaction& transaction, OrganizationKey organization,
                       const DeclaredConnection& wanted, StatedBy stated_by) {
  const json::Value* stated = wanted.settings.find("domains");
  if (!stated || !stated->array()) return {};
  Domains domains = transaction.domains(organization);
  for (const json::Value& value : *stated->array()) {
    TRY(const Domain domain, domains.add(*value.string()));
    if (domain.verified || stated_by != StatedBy::operator_) continue;
    static_cast<void>(domains.verify(domain.name, "operator"));
  }
  return {};
}

/// Gives the names of those that changed.
std::vector<std::string> put_secrets(ConnectionSecrets secrets, const KeyRing& keys,
                                     const DeclaredConnection& wanted) {
  const std::vector<std::string> before = secrets.names(wanted.id);
  std::vector<std::string> changed;
  for (const DeclaredSecret& secret : wanted.secrets) {
    const bool wanted_gone = secret.text.empty();
    const bool present = std::ranges::find(before, secret.name) != before.end();
    if (wanted_gone ? present : secrets.set(keys, wanted.id, secret.name, secret.text)) {
      changed.emplace_back(secret.name);
    }
    if (wanted_gone) secrets.remove(wanted.id, secret.name);
  }
  return changed;
}

/// Secrets that the settings would send elsewhere than before, without stating them: they end.
/// Gives their names. `before` is the stored connection.
std::vector<std::string> end_misplaced(Transaction& transaction, OrganizationKey organization,
                                       const std::optional<Connection>& before,
                                       const DeclaredConnection& wanted) {
  if (!before) return {};
  const Organization& owner = transaction.organization(organization);
  Connection row = *before;
  const auto old = sign_in::read_connection(owner, row, {});
  row.settings = json::write(json::Value(wanted.settings));
  const auto now = sign_in::read_connection(owner, row, {});
  ConnectionSecrets secrets = transaction.connection_secrets(organization);
  std::vector<std::string> ended;
  for (const std::string& name : secrets.names(wanted.id)) {
    const bool stated =
        std::ranges::find(wanted.secrets, name, &DeclaredSecret::name) != wanted.secrets.end();
    if (stated || sign_in::keeps_secret(old, now, name)) continue;
    secrets.remove(wanted.id, name);
    ended.push_back(name);
  }
  return ended;
}

bool is_as_stated(Organizations organizations, OrganizationKey organization,
                  const DeclaredConnection& wanted) {
  const auto stored = organizations.connection(organization, wanted.id);
  if (!stored) return false;
  const auto settings = json::parse(stored->settings);
  return settings && *settings == json::Value(wanted.settings);
}

}  // namespace

Result<std::vector<std::string>> put_sign_in_connection(Transaction& transaction,
                                                        const KeyRing& keys,
                                                        OrganizationKey organization,
                                                        const DeclaredConnection& wanted,
                                                        StatedBy stated_by) {
  const auto before = transaction.organizations().connection(organization, wanted.id);
  const std::vector<std::string> ended = end_misplaced(transaction, organization, before, wanted);
  if (!is_as_stated(transaction.organizations(), organization, wanted)) {
    CHECK_OK(transaction.organizations().put_connection(
        {.organization = organization,
         .id = wanted.id,
         .settings = json::write(json::Value(wanted.settings))}));
  }
  CHECK_OK(claim_domains(transaction, organization, wanted, stated_by));
  auto changed = put_secrets(transaction.connection_secrets(organization), keys, wanted);
  changed.insert(changed.end(), ended.begin(), ended.end());
  return changed;
}

}  // namespace rollcall::admin
