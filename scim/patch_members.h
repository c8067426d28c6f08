#pragma once

#include "scim/patch.h"
#include "scim/patch_path.h"

#include <optional>
#include <vector>

namespace rollcall::scim {

/// Compiles one operation on a group's members. `value` is null if the operation has none.
Result<> compile_members(PatchOp op, const PatchTarget& target, const json::Value* value,
                         const Quirks& quirks, std::vector<MemberChange>& changes);

/// The equalities of a filter that is nothing but equalities joined by `and`, as the element that
/// they describe: type eq "work" → {"type": "work"}. Nothing for any other filter.
std::optional<json::Object> element_described_by(const Filter& filter);

}  // namespace rollcall::scim
