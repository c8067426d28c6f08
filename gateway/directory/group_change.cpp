#include "gateway/directory/group_change.h"

#include "gateway/base/json.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <iterator>

namespace rollcall {
namespace {

constexpr std::size_t users_per_event = 100;

constexpr sql::Sql update_group{
    "UPDATE groups SET members = members + $2, version = version + $3, modified = $4 "
    "WHERE position = $1"};

}  // namespace

void note_group_change(Transaction& transaction, std::int64_t group_position,
                       std::int64_t members_added) {
  const bool first = transaction.first_change_of_group(group_position);
  transaction.session().execute(update_group,
                                {group_position, members_added, first, transaction.now()});
}

void audit_members(Transaction& transaction, OrganizationKey organization, const GroupId& group,
                   std::string_view type, const std::vector<UserId>& users) {
  const std::string object = "group/" + group.str();
  for (auto at = users.begin(); at != users.end();) {
    const auto left = static_cast<std::size_t>(std::distance(at, users.end()));
    const auto end = std::next(at, static_cast<std::ptrdiff_t>(std::min(left, users_per_event)));
    json::Array ids;
    for (; at != end; ++at) ids.emplace_back(at->str());
    transaction.audit(organization)
        .append(type, object, json::write(json::Object{{"users", std::move(ids)}}));
  }
}

}  // namespace rollcall
