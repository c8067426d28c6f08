// Users who are made at their first sign-in: spec/access 3.3a.4.
#include "tests/gateway/sign_in/sign_ins.h"

#include <algorithm>

namespace rollcall::sign_in::test {
namespace {

using SignInJit = SignIns;
using SignInJitOfDbt = DbtSignIns;

Identity newcomer() {
  Identity identity = person("7", "new@acme.test");
  identity.given_name = "Nora";
  identity.family_name = "Neu";
  return identity;
}

// S8: no row, no session, nothing written.
TEST_F(SignInJit, NeedsTheConnectionsLeave) {
  declare({{"jit", false}, {"vendor", "google"}, {"domains", json::Array{}}});
  const auto before = audited();
  EXPECT_EQ(code_of(enter(newcomer())), "user_not_provisioned");
  EXPECT_EQ(user_count(), 0);
  EXPECT_EQ(audited(), before);
  must(add("new@acme.test"));
  declare({{"jit", false}});
  EXPECT_TRUE(must(enter(newcomer())).session);
}

TEST_F(SignInJit, MakesAUserWithNamesAndASession) {
  const SignedIn entered = must(enter(newcomer()));
  ASSERT_TRUE(entered.session);
  const User user = must(get(entered.user.id));
  EXPECT_EQ(user.created_by, CreatedBy::jit);
  EXPECT_EQ(user.state, UserState::active);
  EXPECT_FALSE(user.scim_managed);
  EXPECT_EQ(user.profile.user_name, "new@acme.test");
  EXPECT_EQ(user.profile.emails, std::vector<std::string>{"new@acme.test"});
  EXPECT_EQ(user.profile.display_name, "Nora Neu");
  EXPECT_NE(user.profile.document.find(R"("name":{"givenName":"Nora","familyName":"Neu"})"),
            std::string::npos)
      << user.profile.document;
  EXPECT_EQ(used(), 1);
  EXPECT_EQ(events("user.added").size(), 1U);
  EXPECT_EQ(events("identity.linked").size(), 1U);
  EXPECT_EQ(events("login.sso.succeeded").size(), 1U);
}

// S13, S14, F27: the deployment's own default, and one on all branch deployments.
TEST_F(SignInJit, GivesTheDefaultRoles) {
  add_deployment("prod");
  add_deployment("dev", "editor");
  add_deployment("vault", std::nullopt);
  const SignedIn entered = must(enter(newcomer()));
  EXPECT_EQ(grants_of(entered.user),
            (std::vector<std::string>{"editor@deployment/dev", "viewer@all_branch_deployments",
                                      "viewer@deployment/prod"}));
}

// F27: NO_ACCESS on every deployment stops accounts being made; on one of them it does not.
TEST_F(SignInJit, IsStoppedByNoAccessEverywhere) {
  add_deployment("vault", std::nullopt);
  EXPECT_EQ(code_of(enter(newcomer())), "user_not_provisioned");
  add_deployment("prod");
  EXPECT_TRUE(must(enter(newcomer())).session);
}

// X15: a SCIM-deleted user with a live session at the IdP cannot walk back in.
TEST_F(SignInJit, IsOffWhileScimDecides) {
  connect(R"({"manual_users":false})");
  EXPECT_EQ(code_of(enter(newcomer())), "user_not_provisioned");
  connect(R"({"manual_users":true})");
  EXPECT_TRUE(must(enter(newcomer())).session);
}
TEST_F(SignInJit, IsOffForWhomScimRemoved) {
  const User bea = provisioned("bea@acme.test", "00u1");
  must(enter(person("00u1", "bea@acme.test")));
  must(by_scim([&](Users& users) { return users.remove(bea.id); }));
  EXPECT_EQ(code_of(enter(person("00u1", "bea@acme.test"))), "user_not_provisioned");
  connect("{}", false);
  EXPECT_TRUE(must(enter(person("00u1", "bea@acme.test"))).session);
}

// 3.3d: the last seat is one user's.
TEST_F(SignInJit, NeedsASeat) {
  set_seats("user", 1);
  must(enter(newcomer()));
  EXPECT_EQ(code_of(enter(person("8", "late@acme.test"))), "seat_limit");
  EXPECT_EQ(user_count(), 1);
  EXPECT_EQ(used(), 1);
  EXPECT_TRUE(must(enter(newcomer())).session);
}

TEST_F(SignInJit, NeedsAnAddressThatIsVouchedFor) {
  declare({{"domains", json::Array{}}});
  Identity identity = newcomer();
  identity.email.reset();
  EXPECT_EQ(code_of(enter(identity)), "email_unverified");
  for (const char* address : {"new", "a@b@acme.test", "\"new\"@acme.test", "new@acme.test,x@y"}) {
    identity.email = address;
    EXPECT_EQ(code_of(enter(identity)), "email_unverified") << address;
  }
  identity.email = "new@acme.test";
  identity.email_verified = false;
  EXPECT_EQ(code_of(enter(identity)), "email_unverified");
  EXPECT_EQ(user_count(), 0);
  identity.email_verified = true;
  EXPECT_TRUE(must(enter(identity)).session);
}

// S12, S35: an assertion that carries the name of a service user makes nobody.
TEST_F(SignInJit, IsNoServiceUser) {
  must(in([&](Transaction& tx) {
    return tx.service_users(organization).add("bot@acme.test", "", ServiceUserKind::service);
  }));
  EXPECT_EQ(code_of(enter(person("bot", "bot@acme.test"))), "user_not_provisioned");
  EXPECT_EQ(code_of(enter(person("bot", "BOT@acme.test"))), "user_not_provisioned");
  EXPECT_EQ(user_count(), 0);
}

// S16: one message, and none for a refusal.
TEST_F(SignInJit, TellsTheNewUser) {
  must(enter(newcomer()));
  ASSERT_EQ(mails().size(), 1U);
  EXPECT_EQ(mails()[0].template_name, "user_added");
  must(enter(newcomer()));
  EXPECT_EQ(mails().size(), 1U);
}

// F48: with an address that came back, the names are those of before; the rights are not (F48).
TEST_F(SignInJit, RestoresTheNamesOfARemovedUser) {
  const User first = must(enter(newcomer())).user;
  must(by_admin([&](Users& users) { return users.remove(first.id); }));
  const SignedIn again = must(enter(person("7", "new@acme.test")));
  EXPECT_EQ(again.user.profile.display_name, "Nora Neu");
}

// verify_email_on_jit: no session until the address is confirmed (jaffle.yaml).
TEST_F(SignInJitOfDbt, WaitsForTheConfirmation) {
  declare({{"domains", json::Array{"acme.test"}}});
  const GroupOptions by_default{.assign_by_default = true};
  add_group("Everybody", by_default);
  const SignedIn first = must(enter(newcomer()));
  EXPECT_FALSE(first.session);
  EXPECT_EQ(first.user.state, UserState::invited);
  EXPECT_EQ(first.user.license, License::developer);
  ASSERT_EQ(mails().size(), 1U);
  EXPECT_EQ(mails()[0].template_name, "confirm_email");
  EXPECT_EQ(mails()[0].to, "new@acme.test");
  EXPECT_EQ(events("user.jit.email.sent").size(), 1U);
  const auto joined = groups_of(first.user);
  EXPECT_NE(std::ranges::find(joined, "Everybody"), joined.end());

  // Again, while the link is out: no second one.
  EXPECT_FALSE(must(enter(newcomer())).session);
  EXPECT_EQ(mails().size(), 1U);
  // It ran out: a new one.
  directory.clock().advance(std::chrono::days(8));
  EXPECT_FALSE(must(enter(newcomer())).session);
  ASSERT_EQ(mails().size(), 2U);

  const std::string path = *mails()[1].data.find("link_path")->string();
  must(in([&](Transaction& tx) {
    return tx.invitations(organization).redeem(path.substr(path.find('=') + 1));
  }));
  EXPECT_TRUE(must(enter(newcomer())).session);
  EXPECT_EQ(events("login.sso.succeeded").size(), 1U);
}

// Once nothing is to be confirmed any more, the IdP's word is enough.
TEST_F(SignInJitOfDbt, IsActiveOnceThePolicyIsOff) {
  const User waiting = must(enter(newcomer())).user;
  change_policy([](Policy& policy) { policy.verify_email_on_jit = false; });
  Identity unverified = newcomer();
  unverified.email_verified = false;
  EXPECT_EQ(code_of(enter(unverified)), "email_unverified");
  Identity elsewhere = person("7", "other@acme.test");
  EXPECT_EQ(code_of(enter(elsewhere)), "email_unverified");
  const SignedIn entered = must(enter(newcomer()));
  EXPECT_EQ(entered.user.id, waiting.id);
  EXPECT_EQ(entered.user.state, UserState::active);
  EXPECT_TRUE(entered.session);
}

// X8: a new user for whose licence there is no seat is refused.
TEST_F(SignInJitOfDbt, NeedsASeatOfItsLicence) {
  set_seats("developer", 0);
  EXPECT_EQ(code_of(enter(newcomer())), "seat_limit");
}

// S17: an invited user's first sign-in redeems the invitation, rights and all.
TEST_F(SignInJitOfDbt, ActivatesWhoWasInvited) {
  const std::vector<std::string> emails{"new@acme.test"};
  const User invited = must(in([&](Transaction& tx) {
                         return tx.invitations(organization).invite(emails, License::read_only, {});
                       })).front();
  const SignedIn entered = must(enter(newcomer()));
  EXPECT_EQ(entered.user.id, invited.id);
  EXPECT_EQ(entered.user.state, UserState::active);
  EXPECT_EQ(entered.user.license, License::read_only);
  EXPECT_TRUE(entered.session);
}

// SCIM knows who it is by the externalId: no address has to be vouched for.
TEST_F(SignInJitOfDbt, ActivatesWhoWasInvitedAndProvisioned) {
  const std::vector<std::string> emails{"new@acme.test"};
  const User invited = must(in([&](Transaction& tx) {
                         return tx.invitations(organization).invite(emails, {}, {});
                       })).front();
  ASSERT_EQ(provisioned("new@acme.test", "7").id, invited.id);
  Identity identity = newcomer();
  identity.email_verified = false;
  const SignedIn entered = must(enter(identity));
  EXPECT_EQ(entered.user.id, invited.id);
  EXPECT_EQ(entered.user.state, UserState::active);
}

// A test sign-in says the same and writes nothing.
TEST_F(SignInJit, IsRehearsedWithoutAWrite) {
  const auto before = audited();
  EXPECT_FALSE(must(try_out(newcomer())));
  Identity unverified = newcomer();
  unverified.email_verified = false;
  EXPECT_EQ(code_of(try_out(unverified)), "email_unverified");
  set_seats("user", 0);
  EXPECT_EQ(code_of(try_out(newcomer())), "seat_limit");
  set_seats("user", 9);
  declare({{"jit", false}});
  EXPECT_EQ(code_of(try_out(newcomer())), "user_not_provisioned");
  const User bea = must(add("bea@acme.test"));
  const auto found = must(try_out(person("1", "bea@acme.test")));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, bea.id);
  EXPECT_TRUE(identities_of(bea).empty());
  EXPECT_EQ(events("identity.linked").size(), 0U);
  EXPECT_EQ(events("user.added").size(), 1U);
  must(enter(person("1", "bea@acme.test")));
  EXPECT_EQ(code_of(try_out(person("2", "bea@acme.test"))), "subject_conflict");
  connect("{}");
  must(set_active(bea, false));
  EXPECT_EQ(code_of(try_out(person("1", "bea@acme.test"))), "user_deactivated");
}

}  // namespace
}  // namespace rollcall::sign_in::test
