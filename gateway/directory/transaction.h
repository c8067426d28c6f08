#pragma once

#include "gateway/base/id.h"
#include "gateway/directory/access_epochs.h"
#include "gateway/directory/actor.h"
#include "gateway/directory/audit.h"
#include "gateway/directory/connection_secrets.h"
#include "gateway/directory/domains.h"
#include "gateway/directory/grants.h"
#include "gateway/directory/groups.h"
#include "gateway/directory/idempotency.h"
#include "gateway/directory/identities.h"
#include "gateway/directory/invitations.h"
#include "gateway/directory/mappings.h"
#include "gateway/directory/organizations.h"
#include "gateway/directory/outbox.h"
#include "gateway/directory/roles.h"
#include "gateway/directory/scope_tree.h"
#include "gateway/directory/seats.h"
#include "gateway/directory/service_users.h"
#include "gateway/directory/session_epochs.h"
#include "gateway/directory/sessions.h"
#include "gateway/directory/sign_in_attempts.h"
#include "gateway/directory/sign_in_traces.h"
#include "gateway/directory/tokens.h"
#include "gateway/directory/users.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rollcall {

class HmacSha256;
namespace sql {
class Session;
}

/// One transaction on one connection of the store, seen by one unit of work on one thread.
/// Everything a unit writes, audit rows included, commits or rolls back together.
class Transaction {
 public:
  Organizations organizations() { return Organizations(*this); }
  Tokens tokens() { return Tokens(*this); }
  Outbox outbox() { return Outbox(*this); }
  IdempotencyKeys idempotency_keys() { return IdempotencyKeys(*this); }
  Seats seats(OrganizationKey organization) { return {*this, organization}; }
  ScopeTree scope_tree(OrganizationKey organization) { return {*this, organization}; }
  Roles roles(OrganizationKey organization) { return {*this, organization}; }
  Grants grants(OrganizationKey organization) { return {*this, organization}; }
  ServiceUsers service_users(OrganizationKey organization) { return {*this, organization}; }
  Mappings mappings(OrganizationKey organization) { return {*this, organization}; }
  Invitations invitations(OrganizationKey organization) { return {*this, organization}; }
  Sessions sessions(OrganizationKey organization) { return {*this, organization}; }
  Identities identities(OrganizationKey organization) { return {*this, organization}; }
  Domains domains(OrganizationKey organization) { return {*this, organization}; }
  ConnectionSecrets connection_secrets(OrganizationKey organization) {
    return {*this, organization};
  }
  SignInAttempts sign_in_attempts() { return SignInAttempts(*this); }
  SignInTraces sign_in_traces() { return SignInTraces(*this); }
  Users users(OrganizationKey organization,
              std::optional<ScimConnectionKey> scim_connection = std::nullopt) {
    return {*this, organization, scim_connection};
  }
  Groups groups(OrganizationKey organization,
                std::optional<ScimConnectionKey> scim_connection = std::nullopt) {
    return {*this, organization, scim_connection};
  }
  /// The log of an organization, or of the instance.
  Audit audit(std::optional<OrganizationKey> organization) { return {*this, organization}; }

  /// One instant for the whole unit.
  Timestamp now() const { return now_; }
  const Actor& actor() const { return actor_; }

  // For the repositories and the store.

  Transaction(sql::Session& session, HmacSha256& audit_chain, const Actor& actor, Timestamp now,
              bool mail)
      : session_(session), audit_chain_(audit_chain), actor_(actor), now_(now), mail_(mail) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  sql::Session& session() { return session_; }
  HmacSha256& audit_chain() { return audit_chain_; }
  /// Whether the process sends mail.
  bool mail() const { return mail_; }
  /// True the first time for a group: its version rises once in a unit.
  bool first_change_of_group(std::int64_t position) {
    if (std::ranges::find(changed_groups_, position) != changed_groups_.end()) return false;
    changed_groups_.push_back(position);
    return true;
  }
  /// For a unit of many steps that asks at its end itself whether an admin is left (apply): until
  /// then no step is refused with last_admin.
  void defer_admin_check(bool deferred) { admin_check_deferred_ = deferred; }
  bool admin_check_deferred() const { return admin_check_deferred_; }
  void note_token_change() { tokens_changed_ = true; }
  bool tokens_changed() const { return tokens_changed_; }
  /// What changed of who may do what: cached decisions on it are stale after the commit.
  AccessChanges& access_changes() { return access_changes_; }
  const AccessChanges& access_changes() const { return access_changes_; }
  /// Sessions that ended or changed: cached copies are stale after the commit.
  SessionChanges& session_changes() { return session_changes_; }
  const SessionChanges& session_changes() const { return session_changes_; }

  /// The organization with its policy, read once in a transaction; a key that does not exist is a
  /// bug.
  const Organization& organization(OrganizationKey key);
  void forget_organization(OrganizationKey key);

 private:
  sql::Session& session_;
  HmacSha256& audit_chain_;
  const Actor& actor_;
  Timestamp now_;
  bool mail_;
  std::vector<std::int64_t> changed_groups_;
  std::vector<std::unique_ptr<Organization>> organizations_;
  AccessChanges access_changes_;
  SessionChanges session_changes_;
  bool tokens_changed_ = false;
  bool admin_check_deferred_ = false;
};

}  // namespace rollcall
