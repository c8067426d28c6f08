#pragma once

#include "gateway/directory/sql.h"
#include "gateway/directory/user.h"

#include <string_view>

namespace rollcall {

inline constexpr std::string_view user_columns =
    "u.position, u.id, u.user_name, u.display_name, u.state, u.created_by, u.scim_managed, "
    "u.declared_id, u.version, u.created, u.modified, d.document, d.schemas, d.emails, "
    "e.external_id";
/// From a row of user_columns.
User user_of(const sql::Rows& row);

}  // namespace rollcall
