#pragma once

#include "gateway/directory/group.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// Changes the kept number of members; raises the group's version and time of change once in a
/// unit.
void note_group_change(Transaction& transaction, std::int64_t group_position,
                       std::int64_t members_added);

/// Writes "group.user.added" or "group.user.removed" events, of at most 100 users each.
void audit_members(Transaction& transaction, OrganizationKey organization, const GroupId& group,
                   std::string_view type, const std::vector<UserId>& users);

}  // namespace rollcall
