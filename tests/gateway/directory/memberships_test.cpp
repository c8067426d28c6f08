#include "tests/gateway/directory/groups_fixture.h"

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using Ids = std::vector<UserId>;

class Memberships : public test::GroupsFixture {
 protected:
  using GroupsFixture::GroupsFixture;
};
class DbtMemberships : public Memberships {
 protected:
  DbtMemberships() : Memberships(Preset::dbt, "enterprise") {}
};

// S78, S65
TEST_F(Memberships, MadeByHandAreOfOriginManual) {
  const Group group = add_group("Team A");
  const User bea = add_user("bea");
  const MembershipChange done = must(change(group, {bea.id}));
  EXPECT_EQ(done.added, 1U);
  EXPECT_TRUE(done.warnings.empty());
  const auto list = rows(group);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].user, bea.id);
  EXPECT_EQ(list[0].user_name, "User bea");
  EXPECT_EQ(list[0].group_name, "Team A");
  EXPECT_EQ(list[0].origin, Origin::manual);
  EXPECT_EQ(list[0].since, directory.clock().now());
  EXPECT_FALSE(list[0].connection || list[0].scim_connection || list[0].rule);
  EXPECT_EQ(must(change(group, {}, {bea.id})).removed, 1U);
  EXPECT_TRUE(get(group));  // S65: the last member leaving keeps the group
}

// S19
TEST_F(Memberships, EachChangeIsSeenByTheNextDecisionOfThatUser) {
  const Group group = add_group("Team A");
  const User bea = add_user("bea");
  const auto epoch = [&] { return directory->access_epochs().user(bea.position); };
  const auto first = epoch();
  must(change(group, {bea.id}));
  const auto second = epoch();
  EXPECT_GT(second, first);
  must(change(group, {bea.id}));
  EXPECT_EQ(epoch(), second);
  must(change(group, {}, {bea.id}));
  EXPECT_GT(epoch(), second);
}

// S51
TEST_F(Memberships, AreListedByUserAndByGroupPageByPage) {
  const User bea = add_user("bea");
  std::vector<GroupId> ids;
  for (int i = 0; i < 5; ++i) {
    const Group group = add_group("Team " + std::to_string(i));
    ids.push_back(group.id);
    must(change(group, {bea.id, add_user("u" + std::to_string(i)).id}));
  }
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Groups groups = tx.groups(tenant.organization);
    std::vector<GroupId> found;
    std::int64_t after = 0;
    for (auto page = groups.memberships_of(bea, after, 2); !page.empty();
         page = groups.memberships_of(bea, after, 2)) {
      for (const Membership& row : page) found.push_back(row.group);
      after = page.back().position;
    }
    EXPECT_EQ(found, ids);
    TRY(const Group first, groups.get(ids[0]));
    const auto page = groups.memberships_of(first, 0, 1);
    EXPECT_EQ(page.front().user, bea.id);
    const auto rest = groups.memberships_of(first, page.front().position, 10);
    EXPECT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest.front().user_name, "User u0");
    return {};
  }));
}

// S87, S88
TEST_F(Memberships, NobodyChangesTheirOwnAndMixedListsAreRefusedWhole) {
  const Group group = add_group("Team A");
  const Group other = add_group("Team B");
  const User uma = add_user("uma");
  const User vic = add_user("vic");
  must(change(other, {uma.id, vic.id}));
  const auto try_as = [&](const User& actor, const Group& target, const Ids& added,
                          const Ids& removed) {
    return by(as(actor),
              [&](Groups& groups) { return groups.change_members(target, added, removed); });
  };
  for (const auto& refused :
       {try_as(uma, group, {uma.id}, {}), try_as(uma, other, {}, {uma.id}),
        try_as(uma, group, {vic.id, uma.id}, {}), try_as(uma, other, {}, {vic.id, uma.id}),
        try_as(uma, other, {uma.id}, {vic.id})}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault(), Fault::forbidden);
    EXPECT_EQ(refused.error().code(), "self_membership");
  }
  EXPECT_TRUE(members(group).empty());
  EXPECT_EQ(members(other), (Ids{uma.id, vic.id}));
  EXPECT_EQ(must(try_as(vic, group, {uma.id}, {})).added, 1U);
  change_organization(
      [](Organization& organization) { organization.policy.forbid_self_membership = false; });
  EXPECT_EQ(must(try_as(uma, group, {}, {uma.id})).removed, 1U);
}

// S23
TEST_F(Memberships, AUserToAddAndToRemoveAtOnceIsRefused) {
  const Group group = add_group("Team A");
  const User bea = add_user("bea");
  const auto both = change(group, {bea.id}, {bea.id});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().fault(), Fault::invalid_value);
  EXPECT_TRUE(members(group).empty());
}

// S36, S12
TEST_F(Memberships, ServiceUsersAndStrangersAreNoMembers) {
  const ServiceUser bot = must(directory->write_now(operator_actor(), [&](Transaction& tx) {
    return tx.service_users(tenant.organization).add("ci-bot", "", ServiceUserKind::service);
  }));
  const auto elsewhere = add_tenant("other", Preset::none, {});
  const User stranger = directory.add_user(elsewhere, test::user_profile("mallory"));
  const Group group = add_group("Team A");
  const Group synced = add_synced_group("Team B");
  const User bea = add_user("bea");
  for (const UserId& id : {UserId::parse(bot.id.str()).value(), stranger.id}) {
    const auto added = change(group, {bea.id, id});
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().fault(), Fault::invalid_value);
    EXPECT_NE(added.error().detail().find(id.str()), std::string::npos);
    const Ids one = {id};
    EXPECT_FALSE(
        by_scim([&](Groups& groups) { return groups.add_members(synced, one, Origin::scim); }));
  }
  EXPECT_TRUE(members(group).empty());
  EXPECT_TRUE(members(synced).empty());
}

// S84, S73
TEST_F(Memberships, OnAManagedGroupCarryAWarningThatTheNextSignInDecides) {
  const Group group = add_group("Team A");
  const User bea = add_user("bea");
  map(group, "ENG");
  const MembershipChange added = must(change(group, {bea.id}));
  ASSERT_EQ(added.warnings.size(), 1U);
  EXPECT_NE(added.warnings[0].find("1 of these memberships"), std::string::npos);
  EXPECT_NE(added.warnings[0].find("next sign-in"), std::string::npos);
  EXPECT_EQ(must(change(group, {}, {bea.id})).warnings.size(), 1U);
  EXPECT_TRUE(must(change(group, {}, {bea.id})).warnings.empty());
}

// product.md "Managed is per group"
TEST_F(Memberships, KeptManualRowsNeedNoWarning) {
  Group group = add_group("Team A");
  map(group, "ENG");
  group = must(by_hand([&](Groups& groups) {
    return groups.set_options(group, {.manual_members = ManualMembers::keep});
  }));
  EXPECT_TRUE(must(change(group, {add_user("bea").id})).warnings.empty());
}

struct AuthorityCase {
  bool synced_user;
  bool synced_group;
  bool mapped;
  bool scim_on;
  bool manual_groups;
  std::string_view refusal;
  std::size_t warnings;
};
class MembershipAuthority : public Memberships,
                            public testing::WithParamInterface<AuthorityCase> {};

// S78, F16, F56
TEST_P(MembershipAuthority, DecidesWhatPeopleMayChange) {
  const AuthorityCase& c = GetParam();
  const User user = c.synced_user ? add_synced_user("bea") : add_user("bea");
  const Group group = c.synced_group ? add_synced_group("Team A") : add_group("Team A");
  if (c.mapped) map(group, "ENG");
  set_scim(c.scim_on, c.manual_groups);
  const auto added = change(group, {user.id});
  EXPECT_EQ(added ? "" : added.error().code(), c.refusal);
  if (!added) {
    EXPECT_EQ(added.error().fault(), Fault::conflict);
    scim_adds(group, {user.id});
    EXPECT_EQ(change(group, {}, {user.id}).error().code(), c.refusal);
    EXPECT_EQ(members(group), Ids{user.id});
  } else {
    EXPECT_EQ(added->warnings.size(), c.warnings);
    EXPECT_EQ(must(change(group, {}, {user.id})).warnings.size(), c.warnings);
  }
}
INSTANTIATE_TEST_SUITE_P(
    All, MembershipAuthority,
    testing::Values(AuthorityCase{false, false, false, true, false, "", 0},
                    AuthorityCase{true, false, false, true, false, "", 0},
                    AuthorityCase{false, true, false, true, false, "", 0},
                    AuthorityCase{true, true, false, true, false, "scim_enabled", 0},
                    AuthorityCase{true, true, true, true, false, "scim_enabled", 0},
                    AuthorityCase{true, true, false, true, true, "", 1},
                    AuthorityCase{true, true, false, false, false, "", 0},
                    AuthorityCase{false, true, true, true, false, "", 1},
                    AuthorityCase{true, false, true, true, false, "", 0}));

// F46, X14
TEST_F(DbtMemberships, AUserWhoIsLeftWithoutAGroupIsNamedInAWarning) {
  const Group first = add_group("Team A");
  const Group second = add_group("Team B");
  const User bea = add_user("bea");
  must(change(first, {bea.id}));
  must(change(second, {bea.id}));
  EXPECT_TRUE(must(change(first, {}, {bea.id})).warnings.empty());
  const auto last = must(change(second, {}, {bea.id}));
  ASSERT_EQ(last.warnings.size(), 1U);
  EXPECT_EQ(last.warnings[0], "1 user is in no group now.");
}

// S23
TEST_F(Memberships, PeopleHaveNoOtherWayThanTheCheckedOne) {
  const Group group = add_group("Team A");
  const Ids one = {add_user("bea").id};
  EXPECT_THROW(
      (void)by_hand([&](Groups& groups) { return groups.add_members(group, one, Origin::manual); }),
      std::logic_error);
  EXPECT_THROW((void)by_hand([&](Groups& groups) { return groups.remove_members(group, one); }),
               std::logic_error);
  EXPECT_TRUE(members(group).empty());
}

}  // namespace
}  // namespace rollcall
