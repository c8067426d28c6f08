#pragma once

#include "gateway/base/error.h"
#include "gateway/directory/group.h"
#include "gateway/directory/sql.h"

#include <string_view>

namespace rollcall {

inline constexpr std::string_view group_columns =
    "g.position, g.id, g.name, g.scim_managed, g.version, g.created, g.modified, d.document, "
    "d.schemas, e.external_id, g.assign_by_default, g.manual_members, g.adopted";

/// From a row of group_columns.
Group group_of(const sql::Rows& row);

/// uniqueness with code "group_name_taken".
Error group_name_taken();

}  // namespace rollcall
