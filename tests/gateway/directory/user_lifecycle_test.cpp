#include "tests/gateway/directory/people.h"

namespace rollcall {
namespace {

using test::code_of;
using test::must;
using test::user_profile;
using test::with_address;

class UserLifecycle : public test::People {
 protected:
  UserLifecycle() : People(Preset::dagster, "pro") {}
};

// S4, S15
TEST_F(UserLifecycle, AnAddressIsEnoughAndIsTakenInAnyCase) {
  const User ada = must(add("ada@acme.test"));
  EXPECT_EQ(ada.state, UserState::active);
  EXPECT_FALSE(ada.scim_managed);
  EXPECT_EQ(ada.created_by, CreatedBy::manual);
  const auto again = add("ADA@Acme.test");
  EXPECT_EQ(code_of(again), "email_taken");
  EXPECT_EQ(again.error().fault(), Fault::uniqueness);
  EXPECT_EQ(used(), 1) << "a refused add keeps no seat";
}

// S15
TEST_F(UserLifecycle, AnAddressIsOnePersonsEvenUnderAnotherUserName) {
  must(add("ada@acme.test"));
  UserProfile other = user_profile("ada.lovelace");
  other.emails = {"Ada@acme.test"};
  EXPECT_EQ(code_of(by_admin([&](Users& users) { return users.add(other, {}); })), "email_taken");
  const User bea = must(add("bea@acme.test"));
  UserProfile changed = bea.profile;
  changed.emails = {"ada@acme.test"};
  EXPECT_EQ(code_of(by_admin([&](Users& users) { return users.update(bea, changed); })),
            "email_taken");
  // A second address may be shared: a team's mailbox names nobody.
  changed.emails = {"bea@acme.test", "ada@acme.test"};
  must(by_admin([&](Users& users) { return users.update(bea, changed); }));
  UserProfile cy = with_address("cy@acme.test");
  cy.emails.push_back("bea@acme.test");
  must(by_admin([&](Users& users) { return users.add(cy, {}); }));
}

// S6, S7, F15
TEST_F(UserLifecycle, WithScimOnPeopleAreAddedByTheIdpAlone) {
  connect("{}");
  const auto refused = add("ada@acme.test");
  EXPECT_EQ(code_of(refused), "scim_enabled");
  EXPECT_EQ(refused.error().fault(), Fault::conflict);
  const User synced = must(provision(with_address("ada@acme.test")));
  EXPECT_TRUE(synced.scim_managed);
  EXPECT_EQ(synced.created_by, CreatedBy::scim);
  connect("{}", false);
  must(add("bea@acme.test"));
  connect(R"({"manual_users": true})");
  must(add("cy@acme.test"));
}

// S7: who a declarative file names is loaded as somebody who exists.
TEST_F(UserLifecycle, WithScimOnAFileStillLoadsWhoItDeclares) {
  connect("{}");
  const auto ada = add("ada@acme.test", {.declared_id = "ada", .notify = false});
  ASSERT_TRUE(ada) << ada.error().detail();
  EXPECT_EQ(ada->declared_id, "ada");
  EXPECT_EQ(code_of(add("bea@acme.test")), "scim_enabled");
}

// S13, S14, F27: NO_ACCESS gives nothing there.
TEST_F(UserLifecycle, ANewUserGetsTheDefaultRoleOfEachDeploymentAndEarlierOnesKeepTheirs) {
  add_deployment("prod");
  add_deployment("dev", "editor");
  add_deployment("vault", std::nullopt);
  const User ada = must(add("ada@acme.test"));
  const std::vector<std::string> defaults{"editor@deployment/dev", "viewer@all_branch_deployments",
                                          "viewer@deployment/prod"};
  EXPECT_EQ(grants_of(ada), defaults);
  connect(R"({"manual_users": true})");
  EXPECT_EQ(grants_of(must(provision(with_address("bea@acme.test")))), defaults);
}

// S1: without defaults a new user has nothing.
TEST_F(UserLifecycle, WithoutDefaultRolesANewUserHasNone) {
  add_deployment("prod");
  change_policy([](Policy& policy) { policy.default_deployment_roles = false; });
  EXPECT_TRUE(grants_of(must(add("ada@acme.test"))).empty());
}

// S28, X12
TEST_F(UserLifecycle, TheDefaultBranchRoleMayBeNone) {
  add_deployment("prod");
  change_policy([](Policy& policy) { policy.default_branch_role.reset(); });
  EXPECT_EQ(grants_of(must(add("ada@acme.test"))),
            std::vector<std::string>{"viewer@deployment/prod"});
}

// S16
TEST_F(UserLifecycle, ANewUserIsToldByMailOnceAndARefusedOneNot) {
  must(add("ada@acme.test"));
  ASSERT_EQ(mails().size(), 1U);
  EXPECT_EQ(mails().front().to, "ada@acme.test");
  EXPECT_EQ(mails().front().template_name, "user_added");
  EXPECT_FALSE(add("ADA@acme.test"));
  must(add("bea@acme.test", {.notify = false}));
  UserProfile no_address = user_profile("cy");
  no_address.emails.clear();
  must(by_admin([&](Users& users) { return users.add(no_address, {}); }));
  EXPECT_EQ(mails().size(), 1U);
  connect("{}");
  must(provision(with_address("dee@acme.test")));
  EXPECT_EQ(mails().size(), 2U);
  change_policy([](Policy& policy) { policy.notify_new_users = false; });
  must(provision(with_address("eve@acme.test")));
  EXPECT_EQ(mails().size(), 2U);
}

// S17, X7: before the first sign-in, and still there after it.
TEST_F(UserLifecycle, AnInvitedUserHasASeatAndKeepsGroupsAndRolesWhenActivated) {
  add_deployment("prod");
  const User ada = must(add("ada@acme.test", {.invited = true}));
  EXPECT_EQ(ada.state, UserState::invited);
  EXPECT_TRUE(ada.profile.active);
  EXPECT_EQ(used(), 1);
  grant(ada, "admin", *Scope::parse("deployment/prod"));
  const Group team = add_group("team");
  must(in([&](Transaction& tx) {
    const std::vector<UserId> one{ada.id};
    return tx.groups(organization).change_members(team, one, {});
  }));
  const User active = must(by_admin([&](Users& users) { return users.activate(ada); }));
  EXPECT_EQ(active.state, UserState::active);
  EXPECT_EQ(must(get(ada.id)).state, UserState::active);
  EXPECT_EQ(must(get(ada.id)).version, active.version);
  EXPECT_EQ(groups_of(ada), std::vector<std::string>{"team"});
  EXPECT_EQ(grants_of(ada).front(), "admin@deployment/prod");
  EXPECT_EQ(used(), 1);
}

// F57, 3.3e
TEST_F(UserLifecycle, ScimLinksAUserWhoIsHereAlready) {
  add_deployment("prod");
  const User ada = must(add("Ada@acme.test"));
  grant(ada, "admin", *Scope::parse("deployment/prod"));
  const auto before = grants_of(ada);
  connect("{}");
  UserProfile pushed = with_address("ada@acme.test");
  pushed.user_name = "ada.lovelace";
  pushed.external_id = "00u1";
  const User linked = must(provision(pushed));
  EXPECT_EQ(linked.id, ada.id);
  EXPECT_TRUE(linked.scim_managed);
  EXPECT_EQ(linked.profile.user_name, "ada.lovelace");
  EXPECT_EQ(must(get(ada.id)).profile.user_name, "ada.lovelace");
  EXPECT_EQ(grants_of(ada), before);
  EXPECT_EQ(used(), 1);
  const auto again = provision(pushed);
  EXPECT_EQ(again.error().fault(), Fault::uniqueness) << "already synced";
}

TEST_F(UserLifecycle, ScimLinksByUserNameWhenThereIsNoAddress) {
  const User ada = must(add("ada@acme.test"));
  connect("{}");
  UserProfile pushed = user_profile("ADA@acme.test");
  pushed.emails.clear();
  EXPECT_EQ(must(provision(pushed)).id, ada.id);
}

TEST_F(UserLifecycle, ScimLinksNobodyWhenTwoAreMeant) {
  must(add("ada@acme.test"));
  must(add("bea@acme.test"));
  connect("{}");
  UserProfile pushed = with_address("ada@acme.test");
  pushed.emails = {"bea@acme.test"};
  EXPECT_EQ(provision(pushed).error().fault(), Fault::uniqueness);
  EXPECT_EQ(used(), 2);
}

// A linked user has a seat already.
TEST_F(UserLifecycle, ScimLinksWhenNoSeatIsFree) {
  const User ada = must(add("ada@acme.test"));
  set_seats("user", 1);
  connect("{}");
  EXPECT_EQ(must(provision(with_address("ada@acme.test"))).id, ada.id);
  EXPECT_EQ(code_of(provision(with_address("bea@acme.test"))), "seat_limit");
}

// 3.3e
TEST_F(UserLifecycle, WhatScimManagesIsEditedThereWhileItIsOn) {
  connect("{}");
  const User ada = must(provision(with_address("ada@acme.test")));
  UserProfile renamed = ada.profile;
  renamed.display_name = "Ada";
  const auto edit = [&] {
    return by_admin([&](Users& users) -> Result<User> {
      TRY(const User current, users.get(ada.id));
      return users.update(current, renamed);
    });
  };
  EXPECT_EQ(code_of(edit()), "scim_enabled");
  EXPECT_EQ(code_of(by_admin([&](Users& users) { return users.remove(ada.id); })), "scim_enabled");
  connect("{}", false);
  must(edit());
  connect(R"({"manual_users": true})");
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  const auto gone = by_admin([&](Users& users) { return users.get(ada.id); });
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault(), Fault::not_found);
}

// F15: only unsynced users can be removed here.
TEST_F(UserLifecycle, WithScimOnWhoIsNotSyncedCanBeRemoved) {
  const User ada = must(add("ada@acme.test"));
  connect("{}");
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  EXPECT_FALSE(by_admin([&](Users& users) { return users.get(ada.id); }));
}

// 3.3f
TEST_F(UserLifecycle, DeactivatingKeepsOnlyWhatScimGave) {
  add_deployment("prod");
  connect("{}");
  const User ada = must(provision(with_address("ada@acme.test")));
  join(add_group("synced"), ada, Origin::scim);
  join(add_group("signed in"), ada, Origin::sso);
  join(add_group("by default"), ada, Origin::default_);
  grant(ada, "admin", *Scope::parse("deployment/prod"));
  const CreatedToken token = token_of(ada);
  const User off = must(set_active(ada, false));
  EXPECT_EQ(off.state, UserState::deactivated);
  EXPECT_FALSE(must(get(ada.id)).profile.active);
  EXPECT_FALSE(alive(token));
  EXPECT_TRUE(grants_of(ada).empty());
  EXPECT_EQ(groups_of(ada), std::vector<std::string>{"synced"});
  EXPECT_EQ(used(), 0);
  // Once more changes nothing.
  EXPECT_EQ(must(set_active(ada, false)).version, off.version);
  EXPECT_EQ(used(), 0);
}

// 3.3f
TEST_F(UserLifecycle, ActivatingAgainNeedsASeatAndStartsAsANewUser) {
  add_deployment("prod");
  connect("{}");
  const User ada = must(provision(with_address("ada@acme.test")));
  grant(ada, "admin", *Scope::parse("deployment/prod"));
  must(set_active(ada, false));
  must(provision(with_address("bea@acme.test")));
  set_seats("user", 1);
  EXPECT_EQ(code_of(set_active(ada, true)), "seat_limit");
  EXPECT_EQ(must(get(ada.id)).state, UserState::deactivated);
  set_seats("user", 2);
  EXPECT_EQ(must(set_active(ada, true)).state, UserState::active);
  EXPECT_EQ(used(), 2);
  EXPECT_EQ(grants_of(ada),
            (std::vector<std::string>{"viewer@all_branch_deployments", "viewer@deployment/prod"}));
}

TEST_F(UserLifecycle, WhoIsAddedDeactivatedHasNeitherSeatNorRolesNorMail) {
  add_deployment("prod");
  connect("{}");
  set_seats("user", 0);
  UserProfile profile = with_address("ada@acme.test");
  profile.active = false;
  const User ada = must(provision(profile));
  EXPECT_EQ(used(), 0);
  EXPECT_TRUE(grants_of(ada).empty());
  EXPECT_TRUE(mails().empty());
}

// A cached decision on the user is stale at once.
TEST_F(UserLifecycle, DeactivatingIsSeenByTheNextDecision) {
  connect("{}");
  const User ada = must(provision(with_address("ada@acme.test")));
  const auto before = directory->access_epochs().user(ada.position);
  must(set_active(ada, false));
  EXPECT_NE(directory->access_epochs().user(ada.position), before);
}

TEST_F(UserLifecycle, ASignInIsRememberedWithoutANewVersion) {
  const User ada = must(add("ada@acme.test"));
  EXPECT_FALSE(ada.last_sign_in);
  const Timestamp now = directory.clock().now();
  must(by_admin([&](Users& users) -> Result<> {
    users.set_last_sign_in(ada, now);
    return {};
  }));
  EXPECT_EQ(must(get(ada.id)).last_sign_in, now);
  EXPECT_EQ(must(get(ada.id)).version, ada.version);
}

class DbtUserLifecycle : public test::People {
 protected:
  DbtUserLifecycle() : People(Preset::dbt, "enterprise") {}
  Group everyone = add_group("Everyone", {.assign_by_default = true});
  Group other = add_group("Analysts");
};

// F45
TEST_F(DbtUserLifecycle, ANewUserJoinsTheDefaultGroups) {
  EXPECT_EQ(groups_of(must(add("ada@acme.test"))), std::vector<std::string>{"Everyone"});
  EXPECT_TRUE(groups_of(must(add("bea@acme.test", {.default_groups = false}))).empty());
}

// F56
TEST_F(DbtUserLifecycle, WithScimOnNobodyJoinsThem) {
  connect(R"({"manual_users": true})");
  EXPECT_TRUE(groups_of(must(provision(with_address("ada@acme.test")))).empty());
  EXPECT_TRUE(groups_of(must(add("bea@acme.test"))).empty());
}

}  // namespace
}  // namespace rollcall
