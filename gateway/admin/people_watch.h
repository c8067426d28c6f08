#pragma once

#include "gateway/admin/plan.h"
#include "gateway/directory/transaction.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace rollcall::admin {

/// Finds out who gains and who loses what by a unit of work: remembers what each person has before
/// the first write that concerns them, and compares at the end. Beyond `most` people it only counts
/// them.
class PeopleWatch {
 public:
  static constexpr std::size_t most = 1000;

  PeopleWatch(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  // Each before the write.

  void watch(const User& user);
  void watch(const UserId& id, std::int64_t position);
  void watch_members(const Group& group);
  /// Who has a role on the scope, directly or through a group.
  void watch_holders(const Scope& scope);
  void watch_everyone();
  /// Behind the write that added them: had nothing before.
  void watch_new(const User& user);

  /// At the end: fills gains, loses and people_not_listed.
  void compare(Plan& plan);

 private:
  struct Held {
    std::map<GroupId, std::string> groups;
    /// Role and scope.
    std::set<std::pair<std::string, std::string>> roles;
    std::optional<License> license;
  };
  struct Person {
    UserId id;
    std::string name;
    Held before;
  };

  /// False if the person is remembered already, or only counted.
  bool admit(std::int64_t position);
  void watch_position(std::int64_t position);
  Held held(const UserId& id);
  void add_roles(const Subject& subject, Held& held);

  Transaction& transaction_;
  OrganizationKey organization_;
  std::vector<Person> people_;
  std::unordered_set<std::int64_t> listed_;
  std::unordered_set<std::int64_t> not_listed_;
  bool everyone_ = false;
};

}  // namespace rollcall::admin
