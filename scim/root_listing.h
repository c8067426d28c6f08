#pragma once

#include "scim/listing.h"

#include <optional>

namespace rollcall::scim {

/// A query on the server root (RFC 7644 §3.4.2.1): users, then groups. A type whose schema does not
/// know an attribute of the filter has no match; at least one type must understand the query.
struct RootQuery {
  std::optional<ListQuery> users;
  std::optional<ListQuery> groups;
};

/// `parse` is called with each resource type and gives its ListQuery; the first error counts if
/// both fail.
template <class Parse>
Result<RootQuery> read_root_query(Parse parse) {
  RootQuery root;
  auto users = parse(user_type());
  auto groups = parse(group_type());
  if (!users && !groups) return std::move(users).error();
  if (users) root.users = *std::move(users);
  if (groups) root.groups = *std::move(groups);
  return root;
}

Task root_task(Context context, RootQuery query, PageAnchors& anchors);

}  // namespace rollcall::scim
