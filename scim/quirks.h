#pragma once

#include "gateway/directory/organization.h"

namespace rollcall::scim {

/// What a connection's mode lets an IdP do beside the letter of the RFCs (spec/scim 2.4). The
/// defaults are those of the lenient mode: what Entra ID, Okta, JumpCloud and OneLogin really send.
struct Quirks {
  /// "True", "false" … where the schema says boolean. Entra.
  bool coerce_boolean_strings = true;
  /// `externalId eq jyoung`, `meta.resourceType eq User`. Entra's documentation, RFC 7644 itself.
  bool accept_unquoted_literals = true;
  /// "name.givenName" and "urn:…:User:department" as keys of a PATCH value. Entra.
  bool accept_dotted_keys = true;
  /// `manager eq "…"`, path `manager`: an attribute of an extension without the extension's URN,
  /// where the core schema has none of that name. Entra.
  bool find_extension_attributes = true;
  /// Attributes that no schema knows are dropped instead of refused with invalidSyntax.
  bool ignore_unknown_attributes = true;
  /// The same for the path of a PATCH operation, otherwise invalidPath.
  bool ignore_unknown_paths = true;
  /// Unknown URNs in `schemas`, or no `schemas` at all, are let pass. Entra's group POST.
  bool ignore_schema_list = true;
  /// `replace emails[type eq "work"].value` without such an element creates it. Entra.
  bool create_on_filtered_replace = true;
  /// `remove members` with a value array removes only those values; otherwise invalidValue. Entra,
  /// JumpCloud.
  bool remove_with_value_array = true;
  /// A readOnly attribute in a path-less PATCH value is dropped; otherwise it must equal what is
  /// stored. Okta's rename carries `id`.
  bool ignore_read_only_in_value = true;
  /// `replace` of a complex attribute keeps the sub-attributes that it does not name (RFC 7644
  /// §3.5.2.3).
  bool replace_merges_complex = true;
  /// A single value where an array belongs, a bare string where an object with `value` belongs, an
  /// array of one where an object belongs; "" clears such an attribute. Entra's `manager`.
  bool reshape_values = true;
  /// A PATCH operation needs a path (draft-zollner-scim-interop-profile).
  bool require_patch_path = false;
};

Quirks quirks_of(ScimMode mode);

}  // namespace rollcall::scim
