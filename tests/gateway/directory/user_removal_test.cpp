#include "tests/gateway/directory/people.h"

namespace rollcall {
namespace {

using test::code_of;
using test::must;
using test::with_address;

class UserRemoval : public test::People {
 protected:
  UserRemoval() : People(Preset::dagster, "pro") {}
};

// S29, S31, F49
TEST_F(UserRemoval, RemovingTakesGrantsMembershipsTokensAndTheSeat) {
  add_deployment("prod");
  const Group team = add_group("team");
  const User ada = must(add("ada@acme.test"));
  connect(R"({"manual_users": true})");
  join(team, ada, Origin::sso);
  const CreatedToken token = token_of(ada);
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  EXPECT_EQ(get(ada.id).error().fault(), Fault::not_found);
  EXPECT_TRUE(grants_of(ada).empty());
  EXPECT_FALSE(alive(token));
  EXPECT_EQ(used(), 0);
  EXPECT_EQ(events("user.removed").size(), 1U);
  EXPECT_EQ(events("group.user.removed").size(), 1U);
  EXPECT_EQ(events("permission.removed").size(), 2U);
}

// S29: an open link of somebody who is gone opens nothing.
TEST_F(UserRemoval, RemovingTakesOpenInvitations) {
  const std::vector<std::string> emails{"ada@acme.test"};
  const auto invited = must(in([&](Transaction& tx) {
    return tx.invitations(organization).invite(emails, std::nullopt, {});
  }));
  must(by_admin([&](Users& users) { return users.remove(invited.front().id); }));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(tx.invitations(organization).list(0, 10).empty());
    return {};
  }));
}

// S30
TEST_F(UserRemoval, WhoComesBackIsANewUserWithDefaultsOnly) {
  add_deployment("prod");
  const User ada = must(add("ada@acme.test"));
  grant(ada, "admin", *Scope::parse("deployment/prod"));
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  const User back = must(in(
      [&](Transaction& tx) {
        return tx.users(organization)
            .add_or_link(with_address("ada@acme.test"), {.created_by = CreatedBy::jit});
      },
      test::sign_in_actor()));
  EXPECT_NE(back.id, ada.id);
  EXPECT_EQ(grants_of(back),
            (std::vector<std::string>{"viewer@all_branch_deployments", "viewer@deployment/prod"}));
}

// S30
TEST_F(UserRemoval, RemovalWarnsOfTheConnectionsThatCanBringTheUserBack) {
  const User ada = must(add("ada@acme.test"));
  must(in([&](Transaction& tx) {
    return tx.organizations().put_connection({organization, "okta", R"({"protocol":"saml"})"});
  }));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto warnings = tx.users(organization).removal_warnings(ada);
    EXPECT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings.front().find("\"okta\""), std::string::npos);
    return {};
  }));
}

// F48
TEST_F(UserRemoval, WhoIsAddedAgainHasTheOldNamesButNoRights) {
  UserProfile named = with_address("ada@acme.test");
  named.display_name = "Ada Lovelace";
  named.document = R"("userName":"ada@acme.test","name":{"givenName":"Ada"})";
  const User ada = must(by_admin([&](Users& users) { return users.add(named, {}); }));
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  UserProfile bare = with_address("ada@acme.test");
  bare.display_name = bare.user_name;
  bare.document = R"("userName":"ada@acme.test")";
  const User back = must(by_admin([&](Users& users) { return users.add(bare, {}); }));
  EXPECT_EQ(must(get(back.id)).profile.display_name, "Ada Lovelace");
  EXPECT_EQ(
      must(get(back.id)).profile.document,
      R"("userName":"ada@acme.test","displayName":"Ada Lovelace","name":{"givenName":"Ada"})");
  EXPECT_TRUE(grants_of(back).empty());
}

TEST_F(UserRemoval, NamesThatAreGivenStand) {
  const User ada = must(add("ada@acme.test"));
  must(by_admin([&](Users& users) { return users.remove(ada.id); }));
  UserProfile named = with_address("ada@acme.test");
  named.display_name = "Ada the Second";
  const User back = must(by_admin([&](Users& users) { return users.add(named, {}); }));
  EXPECT_EQ(back.profile.display_name, "Ada the Second");
}

// F11
TEST_F(UserRemoval, TheLastAdminIsNotRemovedByHand) {
  const User ada = must(add("ada@acme.test"));
  make_admin(ada);
  const auto remove = [&] { return by_admin([&](Users& users) { return users.remove(ada.id); }); };
  EXPECT_EQ(code_of(remove()), "last_admin");
  EXPECT_TRUE(get(ada.id));
  UserProfile off = ada.profile;
  off.active = false;
  EXPECT_EQ(code_of(by_admin([&](Users& users) { return users.update(ada, off); })), "last_admin");
  make_admin(must(add("bea@acme.test")));
  must(remove());
}

// X13
TEST_F(UserRemoval, ScimMayRemoveTheLastAdminAndAnAlertIsWritten) {
  connect("{}");
  const User ada = must(provision(with_address("ada@acme.test")));
  const User bea = must(provision(with_address("bea@acme.test")));
  make_admin(ada);
  make_admin(bea);
  must(set_active(ada, false));
  EXPECT_TRUE(events("organization.no_admin").empty());
  must(by_scim([&](Users& users) { return users.remove(bea.id); }));
  EXPECT_EQ(events("organization.no_admin").size(), 1U);
}

}  // namespace
}  // namespace rollcall
