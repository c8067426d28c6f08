#include "gateway/base/text.h"
#include "scim/patch_path.h"
#include "scim/projection.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

/// A path that resolves is one by its grammar, and resolves again from its canonical text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rollcall;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto* type : {&scim::user_type(), &scim::group_type()}) {
    if (const auto path = scim::resolve_path(text, *type)) {
      if (!scim::is_attribute_path(text)) std::abort();
      if (scim::resolve_path(path->str(), *type) != path) std::abort();
    }
    for (const auto mode : {ScimMode::lenient, ScimMode::strict}) {
      const auto target = scim::parse_patch_path(text, *type, scim::quirks_of(mode));
      if (!target && target.error().fault() != Fault::invalid_path &&
          target.error().fault() != Fault::invalid_filter) {
        std::abort();
      }
    }
    const std::string list(text);
    if (is_utf8(list)) (void)scim::Projection::parse({&list, 1}, {}, *type);
  }
  return 0;
}
