#pragma once

#include "gateway/directory/group.h"
#include "gateway/directory/user.h"
#include "scim/filter.h"

namespace rollcall::scim {

/// What of a filter the directory answers by index. Every match of the filter is in the selection.
template <class Selection>
struct Lowered {
  Selection selection;
  /// Nothing remains: the selection holds matches only. Otherwise matches() decides on each row.
  bool exact = true;
  /// No resource can match (an id that is none of ours).
  bool nothing = false;
};

/// The caller sets `selection.scim_connection`, within which externalId is looked for.
Lowered<UserSelection> lower_user_filter(const Filter& filter);
Lowered<GroupSelection> lower_group_filter(const Filter& filter);

}  // namespace rollcall::scim
