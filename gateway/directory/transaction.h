#pragma once

#include "gateway/base/id.h"
#include "gateway/directory/actor.h"
#include "gateway/directory/audit.h"
#include "gateway/directory/groups.h"
#include "gateway/directory/organizations.h"
#include "gateway/directory/tokens.h"
#include "gateway/directory/users.h"

#include <algorithm>
#include <cstdint>
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

  Transaction(sql::Session& session, HmacSha256& audit_chain, const Actor& actor, Timestamp now)
      : session_(session), audit_chain_(audit_chain), actor_(actor), now_(now) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  sql::Session& session() { return session_; }
  HmacSha256& audit_chain() { return audit_chain_; }
  /// True the first time for a group: its version rises once in a unit.
  bool first_change_of_group(std::int64_t position) {
    if (std::ranges::find(changed_groups_, position) != changed_groups_.end()) return false;
    changed_groups_.push_back(position);
    return true;
  }
  void note_token_change() { tokens_changed_ = true; }
  bool tokens_changed() const { return tokens_changed_; }

 private:
  sql::Session& session_;
  HmacSha256& audit_chain_;
  const Actor& actor_;
  Timestamp now_;
  std::vector<std::int64_t> changed_groups_;
  bool tokens_changed_ = false;
};

}  // namespace rollcall
