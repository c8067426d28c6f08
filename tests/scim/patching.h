#pragma once

#include "scim/patch.h"
#include "tests/scim/documents.h"

#include <string>
#include <string_view>

namespace rollcall::scim {

/// A PatchOp message around the operations given as JSON text.
inline json::Value patch_body(std::string_view operations) {
  return value(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
               std::string(operations) + "]}");
}

struct Patched {
  json::Object document;
  bool changed = false;
  std::optional<Fault> fault;
  std::string detail;

  /// One attribute as text; "" if it is absent.
  std::string operator[](std::string_view attribute) const {
    const json::Value* found = document.find(attribute);
    return found != nullptr ? json::write(*found) : "";
  }
  /// The same within the enterprise extension.
  std::string enterprise(std::string_view attribute) const {
    const json::Value* extension = document.find(enterprise_urn);
    const json::Value* found =
        extension != nullptr ? extension->object()->find(attribute) : nullptr;
    return found != nullptr ? json::write(*found) : "";
  }
};

/// Compiles and applies; on a failure the document is checked to be untouched.
inline Patched patched(json::Object document, std::string_view operations,
                       const Quirks& quirks = lenient(), const ResourceType& type = user_type()) {
  Patched result{document, false, std::nullopt, {}};
  const auto patch = parse_patch(patch_body(operations), type, quirks);
  if (!patch) {
    result.fault = patch.error().fault();
    result.detail = patch.error().detail();
    return result;
  }
  const auto applied = apply(*patch, result.document, type, quirks);
  if (applied) {
    result.changed = *applied;
  } else {
    result.fault = applied.error().fault();
    result.detail = applied.error().detail();
    EXPECT_EQ(json::write(result.document), json::write(document)) << operations;
  }
  return result;
}

inline std::optional<Fault> fault_of(std::string_view operations, const Quirks& quirks = lenient(),
                                     const ResourceType& type = user_type()) {
  return patched(barbara(), operations, quirks, type).fault;
}

}  // namespace rollcall::scim
