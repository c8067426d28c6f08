#pragma once

#include "gateway/admin/apply.h"
#include "gateway/admin/people_watch.h"
#include "gateway/crypto/key_ring.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace rollcall::admin {

/// Why an item of the file is kept as it is.
inline constexpr const char* scim_managed = "scim-managed";

/// What every section of one apply() shares.
struct ApplyWork {
  struct KnownUser {
    UserId id;
    std::int64_t position;
    bool added;
    bool deactivated;
  };

  Transaction& transaction;
  const KeyRing& keys;
  Organization organization;
  Plan& plan;
  Problems& problems;
  PeopleWatch people;
  /// Who the ids of the file's `users` are.
  std::unordered_map<std::string, KnownUser> users;

  OrganizationKey key() const { return organization.key; }
  void refuse(int line, const std::string& item, const Error& error);
};

// The sections, each after what it refers to. What is not declared is removed.

/// Name, plan and policy; those of a fresh organization are no change.
void apply_organization_settings(ApplyWork& work, const DeclaredOrganization& declared, bool fresh);
/// Behind the users come the numbers that were too low for those there were before.
enum class SeatTurn { before_users, behind_users };
void apply_seats(ApplyWork& work, const DeclaredOrganization& declared, SeatTurn turn);
void apply_connections(ApplyWork& work, const std::vector<DeclaredConnection>& declared);
void apply_scim(ApplyWork& work, const std::vector<DeclaredScimConnection>& declared);
/// Deployments, branch deployments and projects.
void apply_scopes(ApplyWork& work, const OrganizationFile& file);
void put_roles(ApplyWork& work, const std::vector<DeclaredRole>& declared);
/// After the grants: a role goes once nobody holds it.
void remove_roles(ApplyWork& work, const std::vector<DeclaredRole>& declared);
void apply_users(ApplyWork& work, const std::vector<DeclaredUser>& declared);
/// After apply_users: members are named by what the file calls them.
void apply_groups(ApplyWork& work, const std::vector<DeclaredGroup>& declared);
void apply_mappings(ApplyWork& work, const Group& group, const DeclaredGroup& declared);
void apply_license_mappings(ApplyWork& work, const std::vector<DeclaredLicenseMapping>& declared);
void apply_service_users(ApplyWork& work, const std::vector<DeclaredServiceUser>& declared);
/// The grants of users, groups and service users.
void apply_grants(ApplyWork& work, const OrganizationFile& file);

/// A grant as the organization gives it to users by default.
struct DefaultGrant {
  std::string role;
  Scope scope;
};
/// What a user has unless their grants say otherwise (spec/access 3.3a.4).
std::vector<DefaultGrant> default_grants(Transaction& transaction,
                                         const Organization& organization);

/// Says how many of `kind` SCIM manages, which apply() therefore does not remove.
void note_scim_managed(ApplyWork& work, const char* kind, std::int64_t count);
/// Creates the tokens of `names` that no living one of `present` has; `wanted` is all but the name.
/// `line` and `owner` are for a refusal and the plan.
void create_tokens(ApplyWork& work, const std::vector<std::string>& names,
                   const std::vector<Token>& present, NewToken wanted, int line,
                   const std::string& owner);

/// The object that a column of settings holds; what cannot be read equals nothing that is declared.
json::Object stored_object(const std::string& text);
/// Names of the members that differ: "jit, domains".
std::string changed_keys(const json::Object& before, const json::Object& after);

/// The first item that `key` gives this value for; null if there is none.
template <class Item, class Key, class Value>
const Item* find_by(const std::vector<Item>& items, Key key, const Value& value) {
  const auto found = std::ranges::find(items, value, key);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace rollcall::admin
