#include "scim/root_listing.h"

#include "scim/kind.h"

#include <algorithm>
#include <utility>

namespace rollcall::scim {

Task root_task(Context context, RootQuery query, PageAnchors& anchors) {
  Task task{Task::Run::scan, {}, {}};
  task.work = [context = std::move(context), query = std::move(query),
               &anchors](Transaction& transaction) -> Result<Rendered> {
    const std::int64_t start = (query.users ? *query.users : *query.groups).start_index;
    Page page;
    if (query.users) {
      TRY(page, list<UserKind>(transaction, context, *query.users, anchors));
    }
    if (query.groups) {
      ListQuery rest = *query.groups;
      rest.start_index = std::max<std::int64_t>(1, start - page.total);
      rest.count -= page.items;
      TRY(const auto groups, list<GroupKind>(transaction, context, rest, anchors));
      if (page.items > 0 && groups.items > 0) page.resources += ',';
      page.resources += groups.resources;
      page.total += groups.total;
      page.items += groups.items;
    }
    return Rendered{list_response(page, start)};
  };
  return task;
}

}  // namespace rollcall::scim
