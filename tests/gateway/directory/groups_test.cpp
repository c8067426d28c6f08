#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class GroupsTest : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    return directory->write_now(test_actor(), [&](Transaction& tx) {
      Groups groups = TestDirectory::groups(tx, tenant);
      return work(groups);
    });
  }
  Result<Group> get(const GroupId& id) {
    return directory->read_now(
        [&](Transaction& tx) { return TestDirectory::groups(tx, tenant).get(id); });
  }
  Group add(const std::string& name) {
    return directory.add_group(tenant, test::group_profile(name));
  }
  std::vector<UserId> add_users(int count) {
    std::vector<UserId> ids;
    for (int i = 0; i < count; ++i) {
      ids.push_back(directory.add_user(tenant, test::user_profile("u" + std::to_string(i))).id);
    }
    return ids;
  }
  std::vector<UserId> members(const Group& group) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<UserId>> {
      Groups groups = TestDirectory::groups(tx, tenant);
      std::vector<UserId> ids;
      for (const GroupMember& member : groups.members(group, 0, 1000)) ids.push_back(member.user);
      EXPECT_EQ(groups.member_count(group), static_cast<std::int64_t>(ids.size()));
      return ids;
    }));
  }
  std::size_t add_members(const Group& group, const std::vector<UserId>& ids) {
    return must(
        write([&](Groups& groups) { return groups.add_members(group, ids, Origin::scim); }));
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
};

TEST_F(GroupsTest, KeepEverythingTheProfileStates) {
  GroupProfile profile = test::group_profile("Team A");
  profile.external_id = "G-1";
  const Group added = directory.add_group(tenant, profile);
  const Group found = must(get(added.id));
  EXPECT_EQ(found.profile.display_name, "Team A");
  EXPECT_EQ(found.profile.external_id, "G-1");
  EXPECT_EQ(found.profile.document, profile.document);
  EXPECT_EQ(found.profile.schemas, profile.schemas);
  EXPECT_TRUE(found.scim_managed);
  EXPECT_EQ(found.version, 1);
  EXPECT_EQ(found.created, directory.clock().now());
}

TEST_F(GroupsTest, RefuseADisplayNameThatDiffersInCaseOnly) {
  add("Team A");
  const auto again =
      write([](Groups& groups) { return groups.add(test::group_profile("TEAM a")); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::uniqueness);
  EXPECT_EQ(again.error().code(), "group_name_taken");
  const Group other = add("Team B");
  const auto renamed =
      write([&](Groups& groups) { return groups.update(other, test::group_profile("team a")); });
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code(), "group_name_taken");
}

TEST_F(GroupsTest, UpdateWritesOnlyWhatDiffers) {
  const Group group = add("Team A");
  directory.clock().advance(1s);
  EXPECT_EQ(
      must(write([&](Groups& groups) { return groups.update(group, group.profile); })).version, 1);
  GroupProfile profile = test::group_profile("Team B");
  profile.external_id = "G-2";
  const Group updated = must(write([&](Groups& groups) { return groups.update(group, profile); }));
  EXPECT_EQ(updated.version, 2);
  EXPECT_EQ(updated.modified, group.modified + 1s);
  EXPECT_EQ(must(get(group.id)).profile.display_name, "Team B");
  EXPECT_EQ(must(get(group.id)).profile.external_id, "G-2");
}

TEST_F(GroupsTest, MembersAreAddedOnceAndKeepTheirOrigin) {
  const Group group = add("Team A");
  const auto users = add_users(3);
  EXPECT_EQ(add_members(group, {users[0], users[1], users[0]}), 2U);
  directory.clock().advance(1s);
  EXPECT_EQ(
      must(write([&](Groups& groups) { return groups.add_members(group, users, Origin::manual); })),
      1U);
  EXPECT_EQ(members(group), users);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto rows = TestDirectory::groups(tx, tenant).members(group, 0, 10);
    EXPECT_EQ(rows[0].origin, Origin::scim);
    EXPECT_EQ(rows[0].since, group.created);
    EXPECT_EQ(rows[0].display_name, "User u0");
    EXPECT_EQ(rows[2].origin, Origin::manual);
    EXPECT_EQ(rows[2].since, group.created + 1s);
    const auto second_page = TestDirectory::groups(tx, tenant).members(group, rows[0].position, 1);
    EXPECT_EQ(second_page.front().user, users[1]);
    return {};
  }));
}

TEST_F(GroupsTest, VersionRisesOnceForAUnitAndOnlyWhenMembersChange) {
  const Group group = add("Team A");
  const auto users = add_users(4);
  directory.clock().advance(1s);
  must(write([&](Groups& groups) -> Result<> {
    TRY(const auto added, groups.add_members(group, users, Origin::scim));
    EXPECT_EQ(added, 4U);
    EXPECT_EQ(must(groups.remove_members(group, std::span(users).first(1))), 1U);
    TRY(const Group renamed, groups.update(group, test::group_profile("Team B")));
    EXPECT_EQ(renamed.version, 2);
    return {};
  }));
  EXPECT_EQ(must(get(group.id)).version, 2);
  EXPECT_EQ(must(get(group.id)).modified, group.modified + 1s);
  EXPECT_EQ(add_members(group, {users[1]}), 0U);
  EXPECT_EQ(must(get(group.id)).version, 2);
  must(write([&](Groups& groups) -> Result<> {
    EXPECT_EQ(must(groups.remove_members(group, std::span(users).first(1))), 0U);
    return {};
  }));
  EXPECT_EQ(must(get(group.id)).version, 2);
}

TEST_F(GroupsTest, MembersOfTheFirstUnitBelongToVersionOne) {
  const auto users = add_users(2);
  const Group group = must(write([&](Groups& groups) -> Result<Group> {
    TRY(const Group added, groups.add(test::group_profile("Team A")));
    CHECK_OK(groups.add_members(added, users, Origin::scim));
    return groups.get(added.id);
  }));
  EXPECT_EQ(group.version, 1);
}

TEST_F(GroupsTest, AnUnknownMemberIsNamedAndNothingIsAdded) {
  const auto other = directory.add_tenant("other");
  const User foreign = directory.add_user(other, test::user_profile("mallory"));
  const Group group = add("Team A");
  const auto users = add_users(1);
  const std::vector<UserId> wanted = {users[0], foreign.id};
  const auto added =
      write([&](Groups& groups) { return groups.add_members(group, wanted, Origin::scim); });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().fault(), Fault::invalid_value);
  EXPECT_NE(added.error().detail().find(foreign.id.str()), std::string::npos);
  EXPECT_TRUE(members(group).empty());
}

TEST_F(GroupsTest, ReplaceLeavesTheRowsThatStay) {
  const Group group = add("Team A");
  const auto users = add_users(5);
  add_members(group, {users[0], users[1], users[2]});
  directory.clock().advance(1s);
  const std::vector<UserId> wanted = {users[4], users[2], users[1], users[4]};
  EXPECT_EQ(must(write([&](Groups& groups) {
              return groups.replace_members(group, wanted, Origin::manual);
            })),
            2U);
  EXPECT_EQ(members(group), (std::vector<UserId>{users[1], users[2], users[4]}));
  EXPECT_EQ(must(get(group.id)).version, 3);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto rows = TestDirectory::groups(tx, tenant).members(group, 0, 10);
    EXPECT_EQ(rows[0].since, group.created);
    EXPECT_EQ(rows[0].origin, Origin::scim);
    EXPECT_EQ(rows[2].since, group.created + 1s);
    return {};
  }));
  EXPECT_EQ(must(write([&](Groups& groups) {
              return groups.replace_members(group, wanted, Origin::manual);
            })),
            0U);
  EXPECT_EQ(must(get(group.id)).version, 3);
  must(write([&](Groups& groups) { return groups.replace_members(group, {}, Origin::scim); }));
  EXPECT_TRUE(members(group).empty());
}

TEST_F(GroupsTest, RemovingAUserRaisesTheVersionOfItsGroups) {
  const Group team = add("Team A");
  const Group bystander = add("Team B");
  const auto users = add_users(2);
  add_members(team, users);
  add_members(bystander, {users[1]});
  directory.clock().advance(1s);
  must(directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::users(tx, tenant).remove(users[0]);
  }));
  EXPECT_EQ(members(team), std::vector<UserId>{users[1]});
  EXPECT_EQ(must(get(team.id)).version, 3);
  EXPECT_EQ(must(get(team.id)).modified, team.modified + 1s);
  EXPECT_EQ(must(get(bystander.id)).version, 2);
}

TEST_F(GroupsTest, RemoveTakesTheMembershipsAlong) {
  const Group group = add("Team A");
  const auto users = add_users(2);
  add_members(group, users);
  must(write([&](Groups& groups) { return groups.remove(group.id); }));
  EXPECT_EQ(get(group.id).error().fault(), Fault::not_found);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users all = TestDirectory::users(tx, tenant);
    TRY(const User user, all.get(users[0]));
    EXPECT_TRUE(all.groups_of(user).empty());
    EXPECT_EQ(TestDirectory::groups(tx, tenant).count({}), 0);
    return {};
  }));
  EXPECT_GT(add("Team A").position, group.position);
}

TEST_F(GroupsTest, AreListedForTheirMembers) {
  const auto users = add_users(1);
  const Group first = add("Team A");
  add("Team B");
  const Group third = add("Team C");
  add_members(first, users);
  add_members(third, users);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users all = TestDirectory::users(tx, tenant);
    TRY(const User user, all.get(users[0]));
    const auto of_user = all.groups_of(user);
    EXPECT_EQ(of_user.size(), 2U);
    EXPECT_EQ(of_user[0].group, first.id);
    EXPECT_EQ(of_user[1].display_name, "Team C");
    return {};
  }));
}

TEST_F(GroupsTest, EveryCombinationOfConditionsGivesExactlyTheGroupsThatMeetAll) {
  const auto users = add_users(1);
  const Timestamp start = directory.clock().now();
  std::vector<Group> groups;
  for (int i = 0; i < 12; ++i) {
    GroupProfile profile = test::group_profile("Team " + std::to_string(i));
    profile.external_id = "G" + std::to_string(i % 6);
    groups.push_back(directory.add_group(tenant, profile));
    if (i % 2 == 0) add_members(groups.back(), users);
    directory.clock().advance(1s);
  }
  const std::vector<std::function<void(GroupSelection&)>> conditions = {
      [&](GroupSelection& s) { s.id = groups[4].id; },
      [&](GroupSelection& s) { s.display_name = "TEAM 4"; },
      [&](GroupSelection& s) { s.external_id = "G4"; },
      [&](GroupSelection& s) { s.member = users[0]; },
      [&](GroupSelection& s) { s.modified_since = start + 4s; },
  };
  for (unsigned mask = 0; mask < 1U << conditions.size(); ++mask) {
    GroupSelection selection;
    selection.scim_connection = tenant.scim_connection;
    for (std::size_t c = 0; c < conditions.size(); ++c) {
      if (mask & (1U << c)) conditions[c](selection);
    }
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (selection.id && i != 4) continue;
      if (selection.display_name && i != 4) continue;
      if (selection.external_id && i % 6 != 4) continue;
      if (selection.member && i % 2 != 0) continue;
      if (selection.modified_since && i < 4) continue;
      expected.push_back(groups[i].profile.display_name);
    }
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      Groups all = TestDirectory::groups(tx, tenant);
      std::vector<std::string> found;
      for (const Group& group : all.list(selection, 0, 100)) {
        found.push_back(group.profile.display_name);
      }
      EXPECT_EQ(found, expected) << "mask " << mask;
      EXPECT_EQ(all.count(selection), static_cast<std::int64_t>(expected.size())) << mask;
      if (expected.size() > 1) {
        const auto before = all.position_before(selection, 1);
        EXPECT_EQ(all.list(selection, before, 1).front().profile.display_name, expected[1]);
      }
      return {};
    }));
  }
}

TEST_F(GroupsTest, OfAnotherOrganizationAreNotFound) {
  const auto other = directory.add_tenant("other");
  const Group group = add("Team A");
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Groups groups = TestDirectory::groups(tx, other);
    EXPECT_EQ(groups.get(group.id).error().fault(), Fault::not_found);
    EXPECT_TRUE(groups.list({}, 0, 10).empty());
    return {};
  }));
  EXPECT_FALSE(directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::groups(tx, other).remove(group.id);
  }));
  EXPECT_TRUE(get(group.id));
}

}  // namespace
}  // namespace rollcall
