#pragma once

#include "gateway/admin/apply.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace rollcall::admin {

/// What every section of one apply() shares.
struct ApplyWork {
  Transaction& transaction;
  Organization organization;
  Plan& plan;
  Problems& problems;
  /// Who the ids of the file's `users` are.
  std::unordered_map<std::string, UserId> users;

  void refuse(int line, const std::string& item, const Error& error);
};

/// Says how many of `kind` SCIM manages, which apply() therefore does not remove.
void note_scim_managed(ApplyWork& work, const char* kind, std::int64_t count);

void apply_users(ApplyWork& work, const std::vector<DeclaredUser>& declared);
/// After apply_users: members are named by what the file calls them.
void apply_groups(ApplyWork& work, const std::vector<DeclaredGroup>& declared);

/// The object that a column of settings holds; what cannot be read equals nothing that is declared.
json::Object stored_object(const std::string& text);

}  // namespace rollcall::admin
