#include "tests/gateway/directory/groups_fixture.h"

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::group_profile;
using test::must;

class GroupRules : public test::GroupsFixture {
 protected:
  using GroupsFixture::GroupsFixture;

  std::string_view refusal_of_adding(const std::string& name) {
    const auto added = by_hand([&](Groups& groups) { return groups.add(group_profile(name)); });
    return added ? "" : added.error().code();
  }
  void make_admins(const Group& group) {
    must(directory->write_now(operator_actor(), [&](Transaction& tx) {
      return tx.grants(tenant.organization)
          .put({.subject = {SubjectKind::group, group.position},
                .role = "organization_admin",
                .scope = {}});
    }));
  }
};
class GroupRulesOfStarter : public GroupRules {
 protected:
  GroupRulesOfStarter() : GroupRules(Preset::dagster, "starter") {}
};
class GroupRulesOfDbtStarter : public GroupRules {
 protected:
  GroupRulesOfDbtStarter() : GroupRules(Preset::dbt, "starter") {}
};

// S19, S68
TEST_F(GroupRules, AGroupMadeByHandIsNotOfScim) {
  const Group group = add_group("Team A");
  EXPECT_FALSE(group.scim_managed);
  EXPECT_FALSE(group.adopted);
  EXPECT_EQ(group.options, GroupOptions{});
  EXPECT_EQ(must(get(group)).profile.display_name, "Team A");
}

// S68
TEST_F(GroupRules, OptionsAreStoredAndAuditedAndRaiseTheVersionOnce) {
  const Group group = add_group("Team A");
  const GroupOptions options{.assign_by_default = true, .manual_members = ManualMembers::keep};
  directory.clock().advance(1s);
  const Group changed =
      must(by_hand([&](Groups& groups) { return groups.set_options(group, options); }));
  EXPECT_EQ(changed.options, options);
  EXPECT_EQ(changed.version, 2);
  EXPECT_EQ(must(get(group)).options, options);
  const Group again =
      must(by_hand([&](Groups& groups) { return groups.set_options(changed, options); }));
  EXPECT_EQ(again.version, 2);
  const auto changes = events("group.changed");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].detail,
            R"({"before":{"assign_by_default":false,"manual_members":"reconcile"},)"
            R"("after":{"assign_by_default":true,"manual_members":"keep"}})");
}

// S18
TEST_F(GroupRulesOfStarter, APlanWithoutGroupsRefusesToMakeThemAndToAddMembers) {
  EXPECT_EQ(refusal_of_adding("Team A"), "feature_not_in_plan");
  change_organization([](Organization& organization) { organization.plan = "pro"; });
  const Group group = add_group("Team A");
  const User bea = add_user("bea");
  const User cy = add_user("cy");
  must(change(group, {bea.id}));
  change_organization([](Organization& organization) { organization.plan = "starter"; });
  EXPECT_EQ(change(group, {cy.id}).error().code(), "feature_not_in_plan");
  EXPECT_EQ(must(change(group, {}, {bea.id})).removed, 1U);
  must(by_hand([&](Groups& groups) { return groups.remove(group.id); }));
}

// S18, F55
TEST_F(GroupRulesOfStarter, APlanWithoutScimRefusesGroupsThatAnIdpPushes) {
  const auto pushed = by_scim([&](Groups& groups) { return groups.add(group_profile("Team A")); });
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code(), "feature_not_in_plan");
}

// S60, F47
TEST_F(GroupRulesOfDbtStarter, WithoutRbacOnlyTheFixedGroupsExist) {
  for (const char* name : {"Owner", "member", "EVERYONE"}) {
    EXPECT_EQ(refusal_of_adding(name), "group_name_taken") << name;
    must(by_hand([&](Groups& groups) -> Result<> {
      GroupSelection selection;
      selection.display_name = name;
      return groups.remove(groups.list(selection, 0, 1).at(0).id);
    }));
    EXPECT_EQ(refusal_of_adding(name), "") << name;
  }
  EXPECT_EQ(refusal_of_adding("Analysts"), "feature_not_in_plan");
  change_organization([](Organization& organization) { organization.plan = "enterprise"; });
  const Group analysts = add_group("Analysts");
  change_organization([](Organization& organization) { organization.plan = "starter"; });
  EXPECT_EQ(change(analysts, {add_user("euclid").id}).error().code(), "feature_not_in_plan");
  const auto renamed =
      by_hand([&](Groups& groups) { return groups.update(analysts, group_profile("Scientists")); });
  EXPECT_EQ(renamed.error().code(), "feature_not_in_plan");
}

// S19
TEST_F(GroupRules, AGroupThatGoesTakesGrantsMappingsAndMembersAlong) {
  const Group group = add_group("Team A");
  make_admins(group);
  map(group, "ENG");
  const User ada = add_user("ada");
  const Group admins = add_group("Admins");
  make_admins(admins);
  must(change(admins, {ada.id}));
  must(change(group, {ada.id}));
  const auto epoch = directory->access_epochs().shared();
  must(by_hand([&](Groups& groups) { return groups.remove(group.id); }));
  EXPECT_GT(directory->access_epochs().shared(), epoch);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(tx.grants(tenant.organization).of({SubjectKind::group, group.position}).empty());
    EXPECT_TRUE(tx.mappings(tenant.organization).list(0, 10).empty());
    const auto left = tx.groups(tenant.organization).memberships_of(ada, 0, 10);
    EXPECT_EQ(left.size(), 1U);
    return {};
  }));
  EXPECT_EQ(events("group.mapping.removed").size(), 1U);
}

// F11, X13
TEST_F(GroupRules, PeopleCannotTakeTheLastAdminWithAGroup) {
  const Group admins = add_group("Admins");
  make_admins(admins);
  const User ada = add_user("ada");
  must(change(admins, {ada.id}));
  const auto gone = by_hand([&](Groups& groups) { return groups.remove(admins.id); });
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault(), Fault::conflict);
  EXPECT_EQ(gone.error().code(), "last_admin");
  EXPECT_EQ(change(admins, {}, {ada.id}).error().code(), "last_admin");
  EXPECT_EQ(members(admins), std::vector<UserId>{ada.id});
  const User bea = add_user("bea");
  must(change(admins, {bea.id}, {ada.id}));
  EXPECT_EQ(members(admins), std::vector<UserId>{bea.id});
}

// X13
TEST_F(GroupRules, ScimMayTakeTheLastAdminAndThatIsAudited) {
  const Group admins = add_synced_group("Admins");
  const User ada = add_synced_user("ada");
  scim_adds(admins, {ada.id});
  make_admins(admins);
  const std::vector<UserId> leaving = {ada.id};
  must(by_scim([&](Groups& groups) { return groups.remove_members(admins, leaving); }));
  EXPECT_TRUE(members(admins).empty());
  EXPECT_EQ(events("organization.no_admin").size(), 1U);
  scim_adds(admins, {ada.id});
  must(by_scim([&](Groups& groups) { return groups.remove(admins.id); }));
  EXPECT_EQ(get(admins).error().fault(), Fault::not_found);
  EXPECT_EQ(events("organization.no_admin").size(), 2U);
}

// F16, F56
TEST_F(GroupRules, AGroupOfScimIsRenamedAndRemovedByHandOnlyWithManualGroups) {
  const Group group = add_synced_group("Team A");
  const auto rename = [&] {
    return by_hand([&](Groups& groups) {
      return groups.update(must(groups.get(group.id)), group_profile("Team B"));
    });
  };
  set_scim(true, false);
  EXPECT_EQ(rename().error().code(), "scim_enabled");
  EXPECT_EQ(rename().error().fault(), Fault::conflict);
  EXPECT_EQ(by_hand([&](Groups& groups) { return groups.remove(group.id); }).error().code(),
            "scim_enabled");
  set_scim(true, true);
  EXPECT_EQ(must(rename()).profile.display_name, "Team B");
  // F15: switched off, SCIM holds nothing back.
  set_scim(false, false);
  must(by_hand([&](Groups& groups) { return groups.remove(group.id); }));
}

// F45
TEST_F(GroupRules, NewUsersJoinTheDefaultGroupsOnce) {
  const Group everyone = add_group("Everyone");
  const Group other = add_group("Other");
  must(by_hand(
      [&](Groups& groups) { return groups.set_options(everyone, {.assign_by_default = true}); }));
  const User bea = add_user("bea");
  for (int i = 0; i < 2; ++i) {
    must(by_hand([&](Groups& groups) -> Result<> {
      groups.join_default_groups(bea);
      return {};
    }));
  }
  const auto joined = rows(everyone);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].origin, Origin::default_);
  EXPECT_EQ(joined[0].rule, "assign_by_default");
  EXPECT_TRUE(rows(other).empty());
  EXPECT_EQ(must(get(everyone)).version, 3);
}

}  // namespace
}  // namespace rollcall
