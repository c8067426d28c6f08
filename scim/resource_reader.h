#pragma once

#include "gateway/base/json.h"
#include "scim/schema.h"

#include <string>
#include <vector>

namespace rollcall::scim {

/// invalid_value naming the first required attribute of the type that is missing or blank.
Result<> check_required(const json::Object& document, const ResourceType& type);

/// The schemas whose attributes a canonical document holds, the core one first.
std::vector<std::string> schemas_of(const json::Object& document, const ResourceType& type);

}  // namespace rollcall::scim
