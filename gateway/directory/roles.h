#pragma once

#include "gateway/base/id.h"
#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/role.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// A custom role as its admin states it (F3). `permissions` are keys; `based_on` is the
/// built-in role of the same level whose permissions are added to its own.
struct CustomRole {
  std::string key = {};
  std::string name = {};
  std::string description = {};
  std::string icon = {};
  RoleLevel level = RoleLevel::deployment;
  std::optional<std::string> based_on = {};
  std::vector<std::string> permissions = {};
  std::int64_t version = 1;
};

/// Built-in and custom roles of one organization within one transaction. Custom ones need the
/// feature custom_roles (dbt: rbac); changes are audited ("role.added" …) and seen by the next
/// decision.
class Roles {
 public:
  Roles(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Built-in ones first, then custom ones by key.
  std::vector<Role> list();
  /// not_found if absent.
  Result<Role> get(std::string_view key);
  std::vector<CustomRole> custom();
  Result<CustomRole> get_custom(std::string_view key);

  /// uniqueness if the key is taken, built-in keys included; invalid_value for an unknown
  /// permission, a level that does not fit, a key that is not a–z, 0–9, '_' and '-' (1–63).
  Result<CustomRole> add(const CustomRole& wanted);
  /// conflict with code "builtin_role" for a built-in one. The level cannot change while granted.
  Result<CustomRole> update(const CustomRole& wanted);
  /// conflict with code "role_granted" while anyone holds it (F3); "builtin_role".
  Result<> remove(std::string_view key);

 private:
  /// Audits it, and lets cached decisions know.
  void note_change(std::string_view type, const std::string& key, json::Object detail);

  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall
