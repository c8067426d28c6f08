#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

/// Forty users: one e-mail each and one shared by all, every second one in a group, every fifth
/// deactivated, one a second.
class SelectionTest : public testing::Test {
 protected:
  void SetUp() override {
    start = directory.clock().now();
    crowd = directory.add_group(tenant, test::group_profile("crowd"));
    for (int i = 0; i < 40; ++i) {
      UserProfile profile = test::user_profile("user" + std::to_string(i));
      profile.emails.push_back("shared@example.com");
      profile.external_id = "E" + std::to_string(i % 20);
      profile.active = i % 5 != 0;
      users.push_back(directory.add_user(tenant, profile));
      directory.add_user(other, test::user_profile("user" + std::to_string(i)));
      directory.clock().advance(1s);
    }
    must(directory->write_now(test_actor(), [&](Transaction& tx) {
      std::vector<UserId> members;
      for (std::size_t i = 0; i < users.size(); i += 2) members.push_back(users[i].id);
      return TestDirectory::groups(tx, tenant).add_members(*crowd, members, Origin::scim);
    }));
  }

  /// Whether a selection takes the user with this index.
  static bool takes(const UserSelection& selection, std::size_t i, const SelectionTest& test) {
    const User& user = test.users[i];
    return (!selection.id || *selection.id == user.id) &&
           (!selection.user_name || *selection.user_name == user.profile.user_name) &&
           (!selection.external_id || selection.external_id == user.profile.external_id) &&
           (!selection.email || std::ranges::count(user.profile.emails, *selection.email) > 0) &&
           (!selection.active || *selection.active == user.profile.active) &&
           (!selection.modified_since || user.modified >= *selection.modified_since) &&
           (!selection.member_of || (*selection.member_of == test.crowd->id && i % 2 == 0));
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
  test::Tenant other = directory.add_tenant("other");
  std::optional<Group> crowd;
  std::vector<User> users;
  Timestamp start;
};

TEST_F(SelectionTest, EveryCombinationOfConditionsGivesExactlyTheUsersThatMeetAll) {
  const std::vector<std::function<void(UserSelection&)>> conditions = {
      [&](UserSelection& s) { s.id = users[10].id; },
      [&](UserSelection& s) { s.user_name = "user10"; },
      [&](UserSelection& s) { s.external_id = "E10"; },
      [&](UserSelection& s) { s.email = "shared@example.com"; },
      [&](UserSelection& s) { s.active = false; },
      [&](UserSelection& s) { s.modified_since = start + 8s; },
      [&](UserSelection& s) { s.member_of = crowd->id; },
      [&](UserSelection& s) { s.active = true; },
  };
  for (unsigned mask = 0; mask < 1U << conditions.size(); ++mask) {
    UserSelection selection;
    selection.scim_connection = tenant.scim_connection;
    for (std::size_t c = 0; c < conditions.size(); ++c) {
      if (mask & (1U << c)) conditions[c](selection);
    }
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < users.size(); ++i) {
      if (takes(selection, i, *this)) expected.push_back(users[i].profile.user_name);
    }
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      Users all = TestDirectory::users(tx, tenant);
      std::vector<std::string> found;
      for (const User& user : all.list(selection, 0, 100)) {
        found.push_back(user.profile.user_name);
      }
      EXPECT_EQ(found, expected) << "mask " << mask;
      EXPECT_EQ(all.count(selection), static_cast<std::int64_t>(expected.size())) << mask;
      return {};
    }));
  }
}

TEST_F(SelectionTest, PagesFollowEachOtherWithoutGapOrRepetition) {
  UserSelection everyone;
  UserSelection members;
  members.member_of = crowd->id;
  UserSelection recent;
  recent.modified_since = start + 3s;
  for (const UserSelection& selection : {everyone, members, recent}) {
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      Users all = TestDirectory::users(tx, tenant);
      const std::vector<User> whole = all.list(selection, 0, 100);
      for (std::size_t offset = 0; offset < whole.size(); offset += 7) {
        const auto before = all.position_before(selection, static_cast<std::int64_t>(offset));
        const std::vector<User> page = all.list(selection, before, 7);
        EXPECT_EQ(page.size(), std::min<std::size_t>(7, whole.size() - offset));
        EXPECT_EQ(page.front().id, whole[offset].id);
        EXPECT_EQ(page.back().id, whole[offset + page.size() - 1].id);
      }
      const auto size = static_cast<std::int64_t>(whole.size());
      EXPECT_TRUE(all.list(selection, all.position_before(selection, size), 7).empty());
      EXPECT_TRUE(all.list(selection, all.position_before(selection, size + 50), 7).empty());
      return {};
    }));
  }
}

TEST_F(SelectionTest, AnUnknownGroupHasNoMembers) {
  UserSelection selection;
  selection.member_of =
      must(GroupId::parse("00000000-0000-7000-8000-000000000000")
               ? Result<GroupId>(*GroupId::parse("00000000-0000-7000-8000-000000000000"))
               : Result<GroupId>(Error(Fault::internal, "not an id")));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(TestDirectory::users(tx, tenant).list(selection, 0, 10).empty());
    EXPECT_EQ(TestDirectory::users(tx, tenant).count(selection), 0);
    return {};
  }));
}

TEST_F(SelectionTest, ExternalIdsCompareToTheByte) {
  UserSelection selection;
  selection.scim_connection = tenant.scim_connection;
  selection.external_id = "e10";
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(TestDirectory::users(tx, tenant).list(selection, 0, 10).empty());
    selection.external_id = "E10";
    selection.scim_connection = other.scim_connection;
    EXPECT_TRUE(TestDirectory::users(tx, tenant).list(selection, 0, 10).empty());
    return {};
  }));
}

TEST_F(SelectionTest, CountsFollowAdditionsAndRemovals) {
  const auto count = [&] {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::int64_t> {
      return TestDirectory::users(tx, tenant).count({});
    }));
  };
  EXPECT_EQ(count(), 40);
  for (const std::size_t i : {0U, 5U, 39U}) {
    must(directory->write_now(test_actor(), [&](Transaction& tx) {
      return TestDirectory::users(tx, tenant).remove(users[i].id);
    }));
  }
  EXPECT_EQ(count(), 37);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users all = TestDirectory::users(tx, tenant);
    const auto before = all.position_before({}, 4);
    EXPECT_EQ(all.list({}, before, 1).front().profile.user_name, "user6");
    return {};
  }));
}

// More rows than a block of the counters holds, in two organizations, with holes.
TEST(Paging, FindsTheNthRowAcrossBlocks) {
  TestDirectory directory;
  const auto tenant = directory.add_tenant("acme");
  const auto other = directory.add_tenant("other");
  std::vector<UserId> ids;
  must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    for (int i = 0; i < 3000; ++i) {
      TRY(const User user,
          TestDirectory::users(tx, tenant)
              .add(test::user_profile("u" + std::to_string(i)), {.created_by = CreatedBy::scim}));
      if (i % 3 == 0) {
        TRY(const User foreign,
            TestDirectory::users(tx, other).add(test::user_profile("u" + std::to_string(i)),
                                                {.created_by = CreatedBy::scim}));
        (void)foreign;
      }
      ids.push_back(user.id);
    }
    for (int i = 0; i < 3000; i += 7) {
      CHECK_OK(TestDirectory::users(tx, tenant).remove(ids[static_cast<std::size_t>(i)]));
    }
    return {};
  }));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, tenant);
    const std::vector<User> whole = users.list({}, 0, 5000);
    EXPECT_EQ(static_cast<std::int64_t>(whole.size()), users.count({}));
    for (std::size_t offset = 0; offset < whole.size(); offset += 101) {
      const auto before = users.position_before({}, static_cast<std::int64_t>(offset));
      EXPECT_EQ(users.list({}, before, 1).front().id, whole[offset].id);
    }
    return {};
  }));
}

}  // namespace
}  // namespace rollcall
