#pragma once

#include <string_view>

namespace rollcall::scim {

// scim/schemas/*.json, embedded at configure time.
extern const std::string_view user_schema_text;
extern const std::string_view group_schema_text;
extern const std::string_view enterprise_schema_text;
extern const std::string_view licensed_schema_text;
extern const std::string_view common_schema_text;

}  // namespace rollcall::scim
