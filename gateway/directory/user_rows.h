#pragma once

#include "gateway/base/json.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/user.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

inline constexpr std::string_view user_columns =
    "u.position, u.id, u.user_name, u.display_name, u.state, u.created_by, u.scim_managed, "
    "u.declared_id, u.version, u.created, u.modified, d.document, d.schemas, d.emails, "
    "e.external_id, u.license, u.last_sign_in";
/// From a row of user_columns.
User user_of(const sql::Rows& row);

/// What the rows of one user are written by; the rules are those of Users.
class UserRows {
 public:
  UserRows(sql::Session& session, OrganizationKey organization,
           std::optional<ScimConnectionKey> scim_connection)
      : session_(session), organization_(organization), scim_connection_(scim_connection) {}

  /// Sets the position. Nothing, and nothing written, if the userName or, where given, the address
  /// (under fold()) is somebody's. What it gives says whether the organization has deployments.
  struct Inserted {
    bool deployments;
  };
  std::optional<Inserted> insert(User& user, const std::optional<std::string>& free_address);
  /// Everything that differs, a version later.
  enum class Updated { done, name_taken, not_found };
  Updated update(const User& current, const User& next);
  void remove(const User& user);

 private:
  void insert_emails(const std::vector<std::string>& keys, std::int64_t position);
  void update_emails(const User& current, const User& next);
  void write_external_id(std::int64_t position, const std::optional<std::string>& external_id);

  sql::Session& session_;
  OrganizationKey organization_;
  std::optional<ScimConnectionKey> scim_connection_;
};

/// "user/0190…", as audit events name it.
std::string object_of(const UserId& id);
/// What of `user` differs from `other`, as audit events show it; all of it without another.
json::Object shown(const User& user, const User* other);

}  // namespace rollcall
