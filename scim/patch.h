#pragma once

#include "gateway/base/id.h"
#include "gateway/base/json.h"
#include "scim/attribute_path.h"
#include "scim/filter.h"
#include "scim/quirks.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace rollcall::scim {

enum class PatchOp { add, remove, replace };

/// One change of the document: target resolved, value canonical. A path-less operation has become
/// one change per attribute.
struct PatchChange {
  PatchOp op;
  AttributePath path;
  /// Of `attribute[filter]`; its paths are sub-attributes.
  std::optional<Filter> filter;
  /// Null unassigns (replace), does nothing (add); of a remove: the values to take out, null for
  /// all.
  json::Value value;
  /// A readOnly attribute in a path-less value: it must equal what is stored (Quirks).
  bool must_equal = false;
};

/// One change of a group's membership rows.
struct MemberChange {
  enum class Kind {
    add,
    remove,           // those of `users` that are members; others are passed over
    remove_matching,  // members for which `filter` holds over {value, $ref, type, display}
    replace,          // the members become exactly `users`; empty clears
  };
  Kind kind;
  std::vector<UserId> users;
  std::optional<Filter> filter;  // remove_matching only
  /// no_target if no row is removed (`replace members[…]`).
  bool must_match = false;
};

/// A compiled PatchOp message. The two lists are independent of each other, each is in order.
struct Patch {
  std::vector<PatchChange> document;
  std::vector<MemberChange> members;
};

constexpr std::size_t max_patch_operations = 10'000;
/// Changes of the document; a membership change is none.
constexpr std::size_t max_patch_changes = 1'000;
/// MemberChange::Kind::remove_matching: each looks at every member of the group.
constexpr std::size_t max_member_filters = 10;

/// Compiles a request body (RFC 7644 §3.5.2). invalid_syntax, invalid_path, invalid_filter,
/// invalid_value, mutability and no_target as table 9 of the RFC has them; payload_too_large beyond
/// the limits. The detail names the operation ("Operations[2]").
Result<Patch> parse_patch(json::Value body, const ResourceType& type, const Quirks& quirks);

/// Applies `patch.document` in order to a canonical document (user_document, group_document). True
/// if it differs afterwards. On an error `document` is untouched. too_many when filters and values
/// multiply beyond a budget of some milliseconds.
Result<bool> apply(const Patch& patch, json::Object& document, const ResourceType& type,
                   const Quirks& quirks);

}  // namespace rollcall::scim
