#pragma once

#include "gateway/directory/group.h"
#include "gateway/directory/sql.h"

#include <string_view>

namespace rollcall {

inline constexpr std::string_view group_columns =
    "g.position, g.id, g.name, g.scim_managed, g.version, g.created, g.modified, d.document, "
    "d.schemas, e.external_id";

/// From a row of group_columns.
Group group_of(const sql::Rows& row);

}  // namespace rollcall
