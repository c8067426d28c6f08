#pragma once

#include "scim/quirks.h"
#include "scim/schema.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// A resolved attribute reference: `name.familyName`, `urn:…:User:manager.value`, or a whole
/// extension.
struct AttributePath {
  /// Null for a core or common attribute.
  const Schema* extension = nullptr;
  /// Null when the whole extension is meant.
  const Attribute* attribute = nullptr;
  const Attribute* sub_attribute = nullptr;

  /// The innermost attribute named; the path must not be a whole extension.
  const Attribute& leaf() const { return sub_attribute ? *sub_attribute : *attribute; }
  /// In the schema's letter case, for messages.
  std::string str() const;

  friend bool operator==(const AttributePath&, const AttributePath&) = default;
};

/// Resolves `text` in any case against the type; the longest URN that is known wins (RFC 7644
/// §3.10). Nothing if no schema of the type knows it.
std::optional<AttributePath> resolve_path(std::string_view text, const ResourceType& type);
/// The same with what the mode tolerates (Quirks::find_extension_attributes).
std::optional<AttributePath> resolve_path(std::string_view text, const ResourceType& type,
                                          const Quirks& quirks);

/// True if `text` could be an attribute path at all: [URN ":"] name ["." name].
bool is_attribute_path(std::string_view text);
/// First character and others of an ATTRNAME; `$ref` is one.
bool starts_name(char c);
bool in_name(char c);

}  // namespace rollcall::scim
