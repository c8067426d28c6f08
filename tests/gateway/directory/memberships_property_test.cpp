#include "tests/gateway/directory/groups_fixture.h"

#include <map>
#include <random>
#include <set>

namespace rollcall {
namespace {

using test::group_profile;
using test::must;
using Ids = std::vector<UserId>;

/// What one row was at one time.
struct Row {
  Origin origin;
  Timestamp since;
  friend bool operator==(const Row&, const Row&) = default;
};
using Rows = std::map<UserId, Row>;

/// Random writes by every door, each compared with what the rules say of it.
class MembershipProperty : public test::GroupsFixture,
                           public testing::WithParamInterface<unsigned> {
 protected:
  MembershipProperty() {
    for (int i = 0; i < 8; ++i) {
      const std::string name = "u" + std::to_string(i);
      const User user = i % 2 == 0 ? add_synced_user(name) : add_user(name);
      users_.push_back(user.id);
      if (i % 2 == 0) synced_.insert(user.id);
    }
    for (int i = 0; i < 4; ++i) {
      const std::string name = "g" + std::to_string(i);
      groups_.push_back(i % 2 == 0 ? add_synced_group(name).id : add_group(name).id);
    }
  }

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  Ids some_users() {
    Ids ids;
    for (std::size_t n = below(4); n > 0; --n) ids.push_back(users_[below(users_.size())]);
    return ids;
  }
  Rows rows_of(const Group& group) {
    Rows rows;
    for (const Membership& row : GroupsFixture::rows(group)) {
      rows[row.user] = {row.origin, row.since};
    }
    return rows;
  }
  bool managed(const Group& group) {
    return must(
        with_mappings([&](Mappings& mappings) -> Result<bool> { return mappings.managed(group); }));
  }

  /// Manual: exactly the rows that were named change, and new ones are of origin manual.
  void by_people(const Group& group) {
    const Rows before = rows_of(group);
    const Ids added = some_users();
    Ids removed = some_users();
    std::erase_if(removed,
                  [&](const UserId& id) { return std::ranges::find(added, id) != added.end(); });
    const auto done = change(group, added, removed);
    if (!done) {
      EXPECT_EQ(done.error().code(), "scim_enabled");
      EXPECT_EQ(rows_of(group), before);
      return;
    }
    Rows expected = before;
    for (const UserId& id : added) expected.try_emplace(id, Row{Origin::manual, now()});
    for (const UserId& id : removed) expected.erase(id);
    EXPECT_EQ(rows_of(group), expected);
  }
  void scim_replaces(const Group& group) {
    const Ids wanted = some_users();
    Rows expected = rows_of(group);
    std::erase_if(expected, [&](const auto& row) {
      return synced_.contains(row.first) && std::ranges::find(wanted, row.first) == wanted.end();
    });
    for (const UserId& id : wanted) expected.try_emplace(id, Row{Origin::scim, now()});
    must(by_scim(
        [&](Groups& groups) { return groups.replace_members(group, wanted, Origin::scim); }));
    EXPECT_EQ(rows_of(group), expected);
  }
  void scim_changes(const Group& group) {
    const Ids users = some_users();
    Rows expected = rows_of(group);
    if (below(2) == 0) {
      scim_adds(group, users);
      for (const UserId& id : users) expected.try_emplace(id, Row{Origin::scim, now()});
    } else {
      must(by_scim([&](Groups& groups) { return groups.remove_members(group, users); }));
      for (const UserId& id : users) expected.erase(id);
    }
    EXPECT_EQ(rows_of(group), expected);
  }
  /// Touches no row, whether it makes the group managed or unmanaged.
  void change_mappings(const Group& group) {
    const Rows before = rows_of(group);
    must(with_mappings([&](Mappings& mappings) -> Result<> {
      const auto present = mappings.of(group);
      if (!present.empty() && below(2) == 0) return mappings.remove(present.front().id);
      auto added = mappings.add(group, "*", MappingKind::exact, "G" + std::to_string(below(3)));
      if (!added) EXPECT_EQ(added.error().fault(), Fault::uniqueness);
      return {};
    }));
    EXPECT_EQ(rows_of(group), before);
    EXPECT_EQ(must(get(group)).version, group.version);
  }
  /// Deletes it through SCIM; what must stay keeps all but SCIM's own rows until it is linked
  /// again.
  void scim_deletes(std::size_t place) {
    const Group group = must(by_hand([&](Groups& groups) { return groups.get(groups_[place]); }));
    const bool stays = group.adopted || !group.scim_managed || managed(group);
    Rows expected = rows_of(group);
    std::erase_if(expected, [](const auto& row) { return row.second.origin == Origin::scim; });
    must(by_scim([&](Groups& groups) { return groups.remove(group.id); }));
    if (stays) EXPECT_EQ(rows_of(group), expected);
    check_counts();
    const Group again = must(by_scim(
        [&](Groups& groups) { return groups.add(group_profile(group.profile.display_name)); }));
    EXPECT_EQ(again.id == group.id, stays);
    EXPECT_EQ(rows_of(again), stays ? expected : Rows());
    groups_[place] = again.id;
  }
  void check_counts() {
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      for (Groups groups : {tx.groups(tenant.organization),
                            tx.groups(tenant.organization, tenant.scim_connection)}) {
        const auto list = groups.list({}, 0, 100);
        EXPECT_EQ(groups.count({}), static_cast<std::int64_t>(list.size()));
        for (const Group& group : list) {
          if (!group.scim_managed) continue;
          EXPECT_EQ(groups.member_count(group),
                    static_cast<std::int64_t>(groups.members(group, 0, 100).size()));
        }
      }
      return {};
    }));
  }
  Timestamp now() { return directory.clock().now(); }

  std::mt19937 random_{GetParam()};
  Ids users_;
  std::set<UserId> synced_;
  std::vector<GroupId> groups_;
};

// S78, S79, S81, S82
TEST_P(MembershipProperty, HoldsAfterEveryWriteOfEveryDoor) {
  for (int step = 0; step < 150 && !HasFailure(); ++step) {
    directory.clock().advance(std::chrono::seconds(1));
    const std::size_t place = below(groups_.size());
    const Group group = must(by_hand([&](Groups& groups) { return groups.get(groups_[place]); }));
    const Rows before = rows_of(group);
    const std::size_t choice = below(8);
    switch (choice) {
      case 0:
      case 1:
        by_people(group);
        break;
      case 2:
        scim_replaces(group);
        break;
      case 3:
        scim_changes(group);
        break;
      case 4:
        change_mappings(group);
        break;
      case 5:
        set_scim(below(2) == 0, below(2) == 0);
        break;
      case 6:
        scim_deletes(place);
        break;
      default:
        break;
    }
    if (choice < 4) {
      const Group after = must(get(group));
      EXPECT_EQ(after.version, group.version + (rows_of(group) == before ? 0 : 1)) << choice;
    }
    check_counts();
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, MembershipProperty, testing::Values(1U, 2U, 3U, 4U, 5U, 6U));

}  // namespace
}  // namespace rollcall
