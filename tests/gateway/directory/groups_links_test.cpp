#include "tests/gateway/directory/groups_fixture.h"

#include <functional>

namespace rollcall {
namespace {

using test::group_profile;
using test::must;
using test::TestDirectory;
using Ids = std::vector<UserId>;
using Words = std::vector<std::string>;

class GroupLinks : public test::GroupsFixture {
 protected:
  Result<Group> post(const std::string& name, std::optional<std::string> external_id = {}) {
    GroupProfile profile = group_profile(name);
    profile.external_id = std::move(external_id);
    return by_scim([&](Groups& groups) { return groups.add(profile); });
  }
  void scim_deletes(const Group& group) {
    must(by_scim([&](Groups& groups) { return groups.remove(group.id); }));
  }
  bool scim_sees(const Group& group) {
    return static_cast<bool>(by_scim([&](Groups& groups) { return groups.get(group.id); }));
  }
  /// Names in the order of listing; the count, every n-th row and pages must agree.
  Words listed(const GroupSelection& selection = {}) {
    return must(by_scim([&](Groups& groups) -> Result<Words> {
      Words names;
      for (const Group& group : groups.list(selection, 0, 100)) {
        names.push_back(group.profile.display_name);
      }
      EXPECT_EQ(groups.count(selection), static_cast<std::int64_t>(names.size()));
      for (std::size_t n = 0; n < names.size(); ++n) {
        const auto before = groups.position_before(selection, static_cast<std::int64_t>(n));
        EXPECT_EQ(groups.list(selection, before, 1).front().profile.display_name, names[n]);
      }
      return names;
    }));
  }
};

// F57, F16
TEST_F(GroupLinks, APostOfTheNameOfAGroupMadeHereLinksIt) {
  const Group made = add_group("Team A");
  const User bea = add_user("bea");
  must(change(made, {bea.id}));
  const Group linked = must(post("team A", "G-1"));
  EXPECT_EQ(linked.id, made.id);
  EXPECT_TRUE(linked.scim_managed);
  EXPECT_TRUE(linked.adopted);
  EXPECT_EQ(linked.version, 3);
  EXPECT_EQ(linked.profile.display_name, "team A");
  EXPECT_EQ(linked.profile.external_id, "G-1");
  EXPECT_EQ(members(made), Ids{bea.id});
  EXPECT_EQ(post("Team A").error().code(), "group_name_taken");
}

// F57
TEST_F(GroupLinks, AnyFirstWriteThroughScimAdoptsAGroupMadeHere) {
  const Group made = add_group("Team A");
  const Group adopted =
      must(by_scim([&](Groups& groups) { return groups.update(made, made.profile); }));
  EXPECT_TRUE(adopted.scim_managed && adopted.adopted);
  EXPECT_FALSE(add_synced_group("Team B").adopted);
}

// S19; product.md "SCIM DELETE of a group"
TEST_F(GroupLinks, ADeletedGroupThatScimMadeIsGone) {
  const Group group = add_synced_group("Team A");
  scim_adds(group, {add_synced_user("bea").id});
  scim_deletes(group);
  EXPECT_EQ(get(group).error().fault(), Fault::not_found);
  EXPECT_NE(must(post("Team A")).id, group.id);
}

// product.md "SCIM DELETE of a group"
TEST_F(GroupLinks, ADeletedGroupWithMappingsStaysButNotForTheConnectionUntilItIsPostedAgain) {
  const Group group = add_synced_group("Team A");
  const Group other = add_synced_group("Team B");
  const User synced = add_synced_user("bea");
  const User own = add_user("cy");
  scim_adds(group, {synced.id});
  must(change(group, {own.id}));
  map(group, "ENG");
  scim_deletes(group);

  EXPECT_FALSE(scim_sees(group));
  EXPECT_EQ(listed(), Words{"Team B"});
  for (const auto& condition : std::vector<std::function<void(GroupSelection&)>>{
           [&](GroupSelection& s) { s.id = group.id; },
           [&](GroupSelection& s) { s.display_name = "Team A"; },
           [&](GroupSelection& s) { s.member = own.id; },
           [&](GroupSelection& s) { s.external_id = "G-1"; }}) {
    GroupSelection selection;
    selection.scim_connection = tenant.scim_connection;
    condition(selection);
    EXPECT_TRUE(listed(selection).empty());
  }
  EXPECT_EQ(by_scim([&](Groups& groups) { return groups.remove(group.id); }).error().fault(),
            Fault::not_found);
  const Group kept = must(get(group));
  EXPECT_FALSE(kept.scim_managed);
  EXPECT_EQ(members(group), Ids{own.id});

  const Group again = must(post("Team A", "G-2"));
  EXPECT_EQ(again.id, group.id);
  EXPECT_TRUE(again.scim_managed && again.adopted);
  EXPECT_EQ(again.profile.external_id, "G-2");
  EXPECT_EQ(listed(), (Words{"Team A", "Team B"}));
}

// product.md "SCIM DELETE of a group"
TEST_F(GroupLinks, WhatWasMadeHereOutlivesADeleteThroughScim) {
  const Group adopted = add_group("Team A");
  must(post("Team A"));
  const Group untouched = add_group("Team B");
  for (const Group& group : {adopted, untouched}) {
    scim_deletes(group);
    EXPECT_FALSE(scim_sees(group));
    EXPECT_TRUE(get(group));
  }
  EXPECT_TRUE(listed().empty());
  must(by_hand([&](Groups& groups) { return groups.remove(untouched.id); }));
  EXPECT_TRUE(listed().empty());
  EXPECT_EQ(must(post("Team A")).id, adopted.id);
}

// S3
TEST_F(GroupLinks, AGroupIsHiddenFromTheConnectionThatDeletedItAlone) {
  const Group group = add_group("Team A");
  must(post("Team A"));
  ScimConnection second = TestDirectory::default_connection();
  second.organization = tenant.organization;
  second.id = "second";
  const ScimConnection other = must(directory->write_now(operator_actor(), [&](Transaction& tx) {
    return tx.organizations().put_scim_connection(second);
  }));
  scim_deletes(group);
  must(directory->write_now(test::test_actor(), [&](Transaction& tx) -> Result<> {
    Groups groups = tx.groups(tenant.organization, other.key);
    EXPECT_EQ(groups.count({}), 1);
    CHECK_OK(groups.get(group.id));
    CHECK_OK(groups.add(group_profile("Team A")));
    return {};
  }));
  EXPECT_FALSE(scim_sees(group));
  EXPECT_EQ(must(post("Team A")).id, group.id);
}

// F16
TEST_F(GroupLinks, OfAGroupMadeHereScimSeesItsOwnUsersOnly) {
  const Group group = add_group("Team A");
  const User synced = add_synced_user("bea");
  const User own = add_user("cy");
  must(change(group, {synced.id, own.id}));
  const auto seen = [&] {
    return must(by_scim([&](Groups& groups) -> Result<Ids> {
      TRY(const Group found, groups.get(group.id));
      Ids ids;
      for (std::int64_t after = 0;;) {
        const auto page = groups.members(found, after, 1);
        if (page.empty()) return ids;
        ids.push_back(page.front().user);
        after = page.back().position;
      }
    }));
  };
  GroupSelection of_own;
  of_own.member = own.id;
  GroupSelection of_synced;
  of_synced.member = synced.id;
  EXPECT_EQ(seen(), Ids{synced.id});
  EXPECT_TRUE(listed(of_own).empty());
  EXPECT_EQ(listed(of_synced), Words{"Team A"});
  must(post("Team A"));
  EXPECT_EQ(seen(), (Ids{synced.id, own.id}));
  EXPECT_EQ(listed(of_own), Words{"Team A"});
}

// spec/access 3.3e
TEST_F(GroupLinks, ReplacingThroughScimLeavesMembersWhomTheIdpCannotKnow) {
  const Group group = add_synced_group("Team A");
  const User bea = add_synced_user("bea");
  const User cy = add_synced_user("cy");
  const User own = add_user("own");
  scim_adds(group, {bea.id});
  must(change(group, {own.id}));
  const Ids wanted = {cy.id};
  EXPECT_EQ(must(by_scim([&](Groups& groups) {
              return groups.replace_members(group, wanted, Origin::scim);
            })),
            2U);
  EXPECT_EQ(members(group), (Ids{cy.id, own.id}));
  EXPECT_EQ(must(by_scim(
                [&](Groups& groups) { return groups.replace_members(group, {}, Origin::scim); })),
            1U);
  EXPECT_EQ(members(group), Ids{own.id});
  const Ids named = {own.id};
  must(by_scim([&](Groups& groups) { return groups.remove_members(group, named); }));
  EXPECT_TRUE(members(group).empty());
}

}  // namespace
}  // namespace rollcall
