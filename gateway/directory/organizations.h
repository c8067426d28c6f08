#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/organization.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// invalid_value that names the plans there are.
Error no_such_plan(Preset preset, std::string_view plan);
/// The seats that a fresh organization starts with (S89).
void add_base_seats(Transaction& transaction, OrganizationKey organization, Preset preset,
                    const std::optional<std::string>& plan);

/// invalid_value unless 1–63 letters, digits, dashes.
Result<> check_connection_id(std::string_view id);

/// Organizations, their sign-in connections and their SCIM connections. Changes write audit rows.
class Organizations {
 public:
  explicit Organizations(Transaction& transaction) : transaction_(transaction) {}

  /// By slug, any case; not_found if absent.
  Result<Organization> get(std::string_view slug);
  Result<Organization> get(OrganizationKey key);
  std::vector<Organization> list();
  /// invalid_value for a slug that is reserved or not letters, digits, dashes (1–63), a plan that
  /// the preset does not have; uniqueness if taken. Starts with the plan's base seats and fixed
  /// groups.
  Result<Organization> add(std::string_view slug, Preset preset = Preset::none,
                           std::optional<std::string> plan = std::nullopt);
  /// Name, plan and policy become those of `wanted`; preset and slug never change. Audited with
  /// what differs; ip_rules and license events by their own names (F61). A smaller plan removes
  /// nobody. conflict with code "last_admin" if nobody would be an admin any more (F11).
  Result<Organization> update(const Organization& wanted);

  std::vector<Connection> connections(OrganizationKey organization);
  std::optional<Connection> connection(OrganizationKey organization, std::string_view id);
  /// Adds or replaces by id, but for `tested`. True if something changed. The sessions of one that
  /// comes with "enabled": false end.
  Result<bool> put_connection(const Connection& connection);
  /// That a test sign-in passed with settings of this digest. Audited ("connection.tested").
  void note_tested(OrganizationKey organization, std::string_view id, const Sha256& digest);
  /// With its sessions, sign-ins on their way, identities and secrets.
  Result<> remove_connection(OrganizationKey organization, std::string_view id);

  std::vector<ScimConnection> scim_connections(OrganizationKey organization);
  std::optional<ScimConnection> scim_connection(ScimConnectionKey key);
  /// Adds or replaces by (organization, id); `key` and `organization_slug` of the argument are
  /// ignored.
  Result<ScimConnection> put_scim_connection(const ScimConnection& connection);
  /// With its external ids; its tokens are revoked.
  Result<> remove_scim_connection(OrganizationKey organization, std::string_view id);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall
