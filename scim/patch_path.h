#pragma once

#include "scim/attribute_path.h"
#include "scim/filter.h"
#include "scim/quirks.h"

#include <optional>
#include <string_view>

namespace rollcall::scim {

/// What a PATCH path points at: attrPath, or attrPath "[" valFilter "]" ["." subAttr].
struct PatchTarget {
  AttributePath path;
  std::optional<Filter> filter;
};

/// Nothing for an attribute that no schema knows, where the mode ignores it. invalid_path, or
/// invalid_filter for what stands between the brackets.
Result<std::optional<PatchTarget>> parse_patch_path(std::string_view text, const ResourceType& type,
                                                    const Quirks& quirks);

}  // namespace rollcall::scim
