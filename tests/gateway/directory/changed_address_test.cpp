#include "tests/gateway/directory/people.h"

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::with_address;
using Emails = std::vector<std::string>;

/// An account that wants a new address confirmed, with an IdP.
class ChangedAddress : public test::People {
 protected:
  explicit ChangedAddress(Preset preset = Preset::dbt) : People(preset) {
    connect(R"({"manual_users": true})");
    change_policy([](Policy& policy) { policy.notify_new_users = false; });
  }

  /// As an IdP or an admin states it.
  static UserProfile profile(const std::string& user_name, const std::string& email) {
    UserProfile profile = with_address(email);
    profile.user_name = user_name;
    profile.document = R"("userName":")" + user_name + R"(","emails":[{"value":")" + email +
                       R"(","type":"work","primary":true}])";
    return profile;
  }
  Result<User> push(const User& user, const UserProfile& profile) {
    return by_scim([&](Users& users) -> Result<User> {
      TRY(const User current, users.get(user.id));
      return users.update(current, profile);
    });
  }
  Result<User> edit(const User& user, const UserProfile& profile) {
    return by_admin([&](Users& users) -> Result<User> {
      TRY(const User current, users.get(user.id));
      return users.update(current, profile);
    });
  }
  User stored(const User& user) { return must(get(user.id)); }
  User add(const UserProfile& profile) {
    return must(by_admin([&](Users& users) { return users.add(profile, {}); }));
  }
  Result<User> redeem(std::string_view secret) {
    return in([&](Transaction& tx) { return tx.invitations(organization).redeem(secret); });
  }
  bool asked(const User& user, ConfirmationKind kind, std::string_view email) {
    return must(directory->read_now([&](Transaction& tx) -> Result<bool> {
      return tx.invitations(organization).asked(user, kind, email);
    }));
  }
  std::string ask(const User& user, const std::string& email) {
    must(in([&](Transaction& tx) -> Result<> {
      tx.invitations(organization).ask(user, ConfirmationKind::email_change, email);
      return {};
    }));
    EXPECT_EQ(mails().back().template_name, "confirm_email");
    return secret_for(email);
  }
  /// The secret in the link that was last sent to the address.
  std::string secret_for(std::string_view email) {
    constexpr std::string_view path = "/confirm?token=";
    std::string secret;
    for (const Mail& mail : mails()) {
      if (mail.to == email) secret = mail.data.find("link_path")->string()->substr(path.size());
    }
    return secret;
  }
  std::size_t found_by(const std::string& email) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::size_t> {
      UserSelection selection;
      selection.email = email;
      return tx.users(organization).list(selection, 0, 10).size();
    }));
  }
};
class ChangedAddressInDagster : public ChangedAddress {
 protected:
  ChangedAddressInDagster() : ChangedAddress(Preset::dagster) {}
};

// F57
TEST_F(ChangedAddress, OfAnActiveUserStaysTheOldOneUntilConfirmedWhateverTheDoor) {
  for (const bool by_idp : {true, false}) {
    const std::string name = by_idp ? "ann" : "bea";
    const std::string fresh = "new-" + name + "@acme.test";
    const User ann = add(profile(name, name + "@acme.test"));
    const User answer =
        must(by_idp ? push(ann, profile(name, fresh)) : edit(ann, profile(name, fresh)));
    EXPECT_EQ(answer.profile.emails, Emails{name + "@acme.test"});
    EXPECT_EQ(answer.profile.document, ann.profile.document);
    EXPECT_EQ(stored(ann).profile.emails, answer.profile.emails);
    EXPECT_EQ(found_by(fresh), 0U);
    EXPECT_EQ(mails().back().to, fresh);
    EXPECT_EQ(mails().back().template_name, "confirm_email");
    must(redeem(secret_for(fresh)));
    EXPECT_EQ(stored(ann).profile.emails, Emails{fresh});
    EXPECT_EQ(stored(ann).profile.document, profile(name, fresh).document);
    EXPECT_EQ(found_by(name + "@acme.test"), 0U);
  }
  EXPECT_EQ(events("user.email_change.sent").size(), 2U);
  EXPECT_EQ(events("user.email_change.confirmed").size(), 2U);
}

// F57
TEST_F(ChangedAddress, LetsTheUserNameAndAllElseChangeAtOnce) {
  const User ann = add(profile("old@acme.test", "old@acme.test"));
  UserProfile wanted = profile("new@acme.test", "new@acme.test");
  wanted.display_name = "Ann New";
  const User answer = must(push(ann, wanted));
  EXPECT_EQ(answer.profile.user_name, "new@acme.test");
  EXPECT_EQ(answer.profile.display_name, "Ann New");
  EXPECT_TRUE(answer.scim_managed);
  EXPECT_EQ(answer.profile.document, profile("new@acme.test", "old@acme.test").document);
}

// F57
TEST_F(ChangedAddress, SentAgainEachCycleIsAskedForOnceWhileTheLinkIsGood) {
  const User ann = add(profile("ann", "old@acme.test"));
  const UserProfile wanted = profile("ann", "new@acme.test");
  const User linked = must(push(ann, wanted));
  for (int cycle = 0; cycle < 3; ++cycle) {
    directory.clock().advance(40min);
    EXPECT_EQ(must(push(ann, wanted)).version, linked.version);
  }
  EXPECT_EQ(mails().size(), 1U);
  directory.clock().advance(std::chrono::days(7));
  EXPECT_FALSE(redeem(secret_for("new@acme.test")));
  EXPECT_EQ(must(push(ann, wanted)).profile.emails, Emails{"old@acme.test"});
  EXPECT_EQ(mails().size(), 2U);
  const User changed = must(redeem(secret_for("new@acme.test")));
  EXPECT_EQ(must(push(ann, wanted)).version, changed.version);
  EXPECT_EQ(mails().size(), 2U);
}

// F57
TEST_F(ChangedAddress, ThatChangesOnceMoreReplacesTheLink) {
  const User ann = add(profile("ann", "old@acme.test"));
  must(push(ann, profile("ann", "typo@acme.test")));
  must(push(ann, profile("ann", "new@acme.test")));
  EXPECT_FALSE(redeem(secret_for("typo@acme.test")));
  EXPECT_TRUE(redeem(secret_for("new@acme.test")));
}

// F57: the IdP looks for the user by the name that it gave.
TEST_F(ChangedAddress, LeavesTheUserNameOfAUserWhomScimManages) {
  const User ann = add(profile("old@acme.test", "old@acme.test"));
  must(push(ann, profile("old@acme.test", "new@acme.test")));
  const User changed = must(redeem(secret_for("new@acme.test")));
  EXPECT_EQ(changed.profile.user_name, "old@acme.test");
  EXPECT_EQ(changed.profile.emails, Emails{"new@acme.test"});
}

// F57
TEST_F(ChangedAddress, ThatIsTheUserNameAloneIsKeptBesideTheNewOne) {
  UserProfile bare = test::user_profile("old@acme.test");
  bare.emails.clear();
  const User ann = add(bare);
  UserProfile wanted = test::user_profile("new@acme.test");
  wanted.emails.clear();
  const User answer = must(push(ann, wanted));
  EXPECT_EQ(answer.profile.user_name, "new@acme.test");
  EXPECT_EQ(answer.profile.emails, Emails{"old@acme.test"});
  EXPECT_EQ(answer.profile.document,
            R"("userName":"new@acme.test","emails":[{"value":"old@acme.test","primary":true}])");
  EXPECT_EQ(must(push(ann, wanted)).version, answer.version);
  must(redeem(secret_for("new@acme.test")));
  EXPECT_EQ(must(push(ann, wanted)).profile.emails, Emails{});
}

// F57: otherwise taking it away and giving another would go round the rule.
TEST_F(ChangedAddress, ThatIsTakenAwayStays) {
  const User ann = add(profile("ann", "old@acme.test"));
  UserProfile without = profile("ann", "x");
  without.emails.clear();
  without.document = R"("userName":"ann")";
  EXPECT_EQ(must(push(ann, without)).profile.emails, Emails{"old@acme.test"});
  EXPECT_TRUE(mails().empty());
}

// F57
TEST_F(ChangedAddress, LeavesNothingOfTheNewOneButOtherAddresses) {
  const User ann = add(profile("ann", "old@acme.test"));
  UserProfile wanted = profile("ann", "new@acme.test");
  wanted.emails = {"new@acme.test", "home@acme.test", "Old@acme.test"};
  wanted.document = R"("userName":"ann","emails":[{"value":"home@acme.test","type":"home"},)"
                    R"({"value":"NEW@acme.test","type":"other"},{"value":"Old@acme.test"},)"
                    R"({"value":"new@acme.test","type":"work","primary":true}])";
  const User answer = must(push(ann, wanted));
  EXPECT_EQ(answer.profile.emails, (Emails{"old@acme.test", "home@acme.test"}));
  EXPECT_EQ(answer.profile.document,
            R"("userName":"ann","emails":[{"value":"home@acme.test","type":"home"},)"
            R"({"value":"old@acme.test","type":"work","primary":true}])");
}

// F57
TEST_F(ChangedAddress, ThatIsAnothersIsRefusedBeforeAnybodyIsAsked) {
  const User ann = add(profile("ann", "ann@acme.test"));
  add(profile("bea", "bea@acme.test"));
  EXPECT_EQ(push(ann, profile("ann", "BEA@acme.test")).error().fault(), Fault::uniqueness);
  EXPECT_TRUE(mails().empty());
}

// F57
TEST_F(ChangedAddress, ChangesItsLetterCaseAtOnce) {
  const User ann = add(profile("ann", "ann@acme.test"));
  EXPECT_EQ(must(push(ann, profile("ann", "Ann@acme.test"))).profile.emails,
            Emails{"Ann@acme.test"});
  EXPECT_TRUE(mails().empty());
}

// 3.3f: who starts again does so as a new user.
TEST_F(ChangedAddress, OfADeactivatedUserCountsAtOnce) {
  const User ann = add(profile("ann", "old@acme.test"));
  must(set_active(ann, false));
  UserProfile wanted = profile("ann", "new@acme.test");
  EXPECT_EQ(must(push(ann, wanted)).profile.emails, Emails{"new@acme.test"});
  EXPECT_TRUE(mails().empty());
}

// F48, F57
TEST_F(ChangedAddress, OfAnInvitedUserIsInvitedAnewAndTheOldLinkIsDead) {
  must(in([&](Transaction& tx) {
    return tx.invitations(organization).invite(Emails{"typo@acme.test"}, std::nullopt, {});
  }));
  const std::string old_link = secret_for("typo@acme.test");
  const User ann = must(directory->read_now([&](Transaction& tx) -> Result<User> {
    return tx.users(organization).list({}, 0, 1).at(0);
  }));
  must(edit(ann, profile("ann@acme.test", "ann@acme.test")));
  EXPECT_EQ(stored(ann).profile.emails, Emails{"ann@acme.test"});
  EXPECT_FALSE(redeem(old_link));
  EXPECT_EQ(mails().back().template_name, "invitation");
  EXPECT_EQ(must(redeem(secret_for("ann@acme.test"))).state, UserState::active);
}

// F57: a first address is proven by its own link, not by another one's.
TEST_F(ChangedAddress, IsNotProvenByTheLinkOfTheFirstOne) {
  const User ann = must(by_admin(
      [&](Users& users) { return users.add(profile("ann", "old@acme.test"), {.invited = true}); }));
  must(in([&](Transaction& tx) -> Result<> {
    tx.invitations(organization).ask(ann, ConfirmationKind::new_user, "old@acme.test");
    return {};
  }));
  must(edit(ann, profile("ann", "new@acme.test")));
  EXPECT_FALSE(redeem(secret_for("old@acme.test")));
  EXPECT_EQ(stored(ann).state, UserState::invited);
}

// F57, 3.4
TEST_F(ChangedAddressInDagster, CountsAtOnce) {
  const User ann = add(profile("old@acme.test", "old@acme.test"));
  const User answer = must(push(ann, profile("new@acme.test", "new@acme.test")));
  EXPECT_EQ(answer.profile.emails, Emails{"new@acme.test"});
  EXPECT_EQ(found_by("old@acme.test"), 0U);
  EXPECT_TRUE(mails().empty());
}

TEST(ChangedAddressWithoutMail, CountsAtOnceSinceNobodyCouldConfirmIt) {
  DirectoryOptions options = test::TestDirectory::default_options();
  options.mail = false;
  test::TestDirectory directory(options);
  must(directory->write_now(test::admin_actor(), [](Transaction& tx) -> Result<> {
    TRY(const Organization acme, tx.organizations().add("acme", Preset::dbt));
    Users users = tx.users(acme.key);
    TRY(const User ann, users.add(with_address("old@acme.test"), {}));
    TRY(const User changed, users.update(ann, with_address("new@acme.test")));
    EXPECT_EQ(changed.profile.emails, Emails{"new@acme.test"});
    return {};
  }));
}

// F57
TEST_F(ChangedAddress, KeepsItsPlaceAmongTheOthersWhenItIsConfirmed) {
  UserProfile profile = with_address("old@acme.test");
  profile.emails = {"old@acme.test", "home@acme.test"};
  profile.document = R"("userName":"old@acme.test","emails":[{"value":"home@acme.test"},)"
                     R"({"value":"old@acme.test","primary":true,"type":"work"}],"title":"Dr.")";
  const User ann = add(profile);
  const std::string secret = ask(ann, "new@acme.test");
  EXPECT_EQ(stored(ann).profile.emails.front(), "old@acme.test");
  must(redeem(secret));
  const User changed = stored(ann);
  EXPECT_EQ(changed.profile.emails, (Emails{"new@acme.test", "home@acme.test"}));
  EXPECT_EQ(changed.profile.user_name, "new@acme.test");
  EXPECT_EQ(changed.profile.document,
            R"("userName":"new@acme.test","emails":[{"value":"home@acme.test"},)"
            R"({"value":"new@acme.test","primary":true,"type":"work"}],"title":"Dr.")");
  EXPECT_EQ(redeem(secret).error().fault(), Fault::not_found);
}

TEST_F(ChangedAddress, LeavesAUserNameThatIsNoAddress) {
  const User ann = add(test::user_profile("ann"));
  must(redeem(ask(ann, "new@acme.test")));
  const User changed = stored(ann);
  EXPECT_EQ(changed.profile.user_name, "ann");
  EXPECT_EQ(changed.profile.emails, (Emails{"new@acme.test"}));
  EXPECT_EQ(changed.profile.document,
            R"("userName":"ann","emails":[{"value":"new@acme.test","primary":true}])");
}

TEST_F(ChangedAddress, ThatSomebodyElseTookMeanwhileIsRefusedAndTheLinkStays) {
  const User ann = add(profile("ann", "ann@acme.test"));
  const std::string secret = ask(ann, "new@acme.test");
  const User bea = add(profile("bea", "new@acme.test"));
  EXPECT_EQ(redeem(secret).error().fault(), Fault::uniqueness);
  must(by_admin([&](Users& users) { return users.remove(bea.id); }));
  EXPECT_TRUE(redeem(secret));
}

TEST_F(ChangedAddress, IsAskedForByKindAndAddress) {
  const User ann = add(profile("ann", "ann@acme.test"));
  EXPECT_FALSE(asked(ann, ConfirmationKind::email_change, "new@acme.test"));
  ask(ann, "new@acme.test");
  EXPECT_TRUE(asked(ann, ConfirmationKind::email_change, "new@acme.test"));
  EXPECT_FALSE(asked(ann, ConfirmationKind::email_change, "newer@acme.test"));
  EXPECT_FALSE(asked(ann, ConfirmationKind::invitation, "new@acme.test"));
  directory.clock().advance(std::chrono::days(7));
  EXPECT_FALSE(asked(ann, ConfirmationKind::email_change, "new@acme.test"));
}

}  // namespace
}  // namespace rollcall
