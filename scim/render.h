#pragma once

#include "gateway/directory/transaction.h"
#include "scim/projection.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// Members of a group that a thread others wait for may render.
constexpr std::size_t few_members = 100;
constexpr std::size_t all_members = static_cast<std::size_t>(-1);

/// Appends the resource as JSON text under the projection. The stored document is spliced in
/// unparsed where the projection keeps it. False if the group has more than `most_members` members
/// and the projection wants them: the text then lacks `members`.
bool append_resource(std::string& out, Users& users, const User& user, const Projection& projection,
                     std::string_view base, std::size_t most_members);
bool append_resource(std::string& out, Groups& groups, const Group& group,
                     const Projection& projection, std::string_view base, std::size_t most_members);

/// The value of `User.groups` or `Group.members`, null if there is none; nothing if there are more
/// than `most_members` members.
std::optional<json::Value> derived_value(Users& users, const User& user, std::string_view base,
                                         std::size_t most_members);
std::optional<json::Value> derived_value(Groups& groups, const Group& group, std::string_view base,
                                         std::size_t most_members);

}  // namespace rollcall::scim
