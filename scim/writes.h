#pragma once

#include "gateway/base/json.h"
#include "scim/kind.h"
#include "scim/patch.h"
#include "scim/resource.h"

namespace rollcall::scim {

// The parts of a write in which users and groups differ, overloaded for both.

struct UserBody {
  UserProfile profile;
  bool states_active = true;
};
/// invalid_value if the connection wants userName to be the work e-mail address and it is not.
Result<UserBody> read_body(json::Value body, const Client& client, const UserKind&);
Result<GroupBody> read_body(json::Value body, const Client& client, const GroupKind&);

/// A user of the same name or address whom SCIM does not manage yet becomes this one (F57).
Result<User> add(Users& users, const UserBody& body);
Result<Group> add(Groups& groups, const GroupBody& body);

/// PUT: what the body leaves out is unassigned, a group's members included (RFC 7644 §3.5.1), but a
/// deactivated user stays so.
Result<User> replace(Users& users, const User& current, const UserBody& body);
Result<Group> replace(Groups& groups, const Group& current, const GroupBody& body);

Result<User> patch(Users& users, const User& current, const Patch& patch, const Client& client);
Result<Group> patch(Groups& groups, const Group& current, const Patch& patch, const Client& client);

}  // namespace rollcall::scim
