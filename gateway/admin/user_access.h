#pragma once

#include "gateway/admin/context.h"

#include <map>
#include <vector>

namespace rollcall::admin {

/// The groups and roles of people, as one call shows them for several; remembers what it read of
/// groups.
class UserAccess {
 public:
  explicit UserAccess(Context& context) : context_(context) {}

  /// {"groups": [{id, name, origin, since}], "roles": [{role, scope, …, group?}]}: every role per
  /// scope, own ones and those through a group (S2).
  json::Object of(const User& user);

  std::vector<Membership> memberships_of(const User& user);
  struct GroupGrants {
    json::Object reference;
    std::vector<Grant> grants;
  };
  const GroupGrants& grants_of(const Membership& membership);

 private:
  Context& context_;
  std::map<GroupId, GroupGrants> groups_;
};

}  // namespace rollcall::admin
