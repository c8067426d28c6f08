#include "scim/quirks.h"

namespace rollcall::scim {
namespace {

/// The letter of RFC 7643 and 7644, which leaves unknown attributes of a body to the server.
Quirks strict() {
  Quirks quirks;
  quirks.coerce_boolean_strings = false;
  quirks.accept_unquoted_literals = false;
  quirks.accept_dotted_keys = false;
  quirks.find_extension_attributes = false;
  quirks.ignore_unknown_paths = false;
  quirks.ignore_schema_list = false;
  quirks.create_on_filtered_replace = false;
  quirks.remove_with_value_array = false;
  quirks.ignore_read_only_in_value = false;
  quirks.reshape_values = false;
  return quirks;
}

Quirks interop() {
  Quirks quirks = strict();
  quirks.ignore_unknown_attributes = false;
  quirks.replace_merges_complex = false;
  quirks.require_patch_path = true;
  return quirks;
}

}  // namespace

Quirks quirks_of(ScimMode mode) {
  switch (mode) {
    case ScimMode::lenient:
      return {};
    case ScimMode::strict:
      return strict();
    case ScimMode::interop:
      return interop();
  }
  return {};
}

}  // namespace rollcall::scim
