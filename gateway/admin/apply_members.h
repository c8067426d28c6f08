#pragma once

#include "gateway/admin/apply_work.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace rollcall::admin {

/// Finds users by what a file calls them, each once: its own ids first.
class MemberNames {
 public:
  struct Member {
    UserId id;
    std::int64_t position;
  };

  explicit MemberNames(ApplyWork& work);
  std::optional<Member> find(const std::string& reference);

 private:
  std::optional<Member> look_up(const std::string& reference);

  Users users_;
  std::unordered_map<std::string, std::optional<Member>> members_;
};

/// Makes the group's own rows those of the file; rows that SCIM or a sign-in made stay theirs.
void apply_members(ApplyWork& work, const Group& group, const DeclaredGroup& declared,
                   MemberNames& names);

}  // namespace rollcall::admin
