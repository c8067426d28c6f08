#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::TestDirectory;
using Emails = std::vector<std::string>;

Actor admin() {
  Actor actor;
  actor.kind = ActorKind::operator_local;
  actor.source = Source::api;
  return actor;
}

class InvitationsTest : public testing::Test {
 protected:
  OrganizationKey make(std::string_view slug, Preset preset) {
    return must(directory->write_now(admin(), [&](Transaction& tx) -> Result<OrganizationKey> {
      TRY(const Organization made, tx.organizations().add(slug, preset));
      return made.key;
    }));
  }
  template <class Work>
  auto write(Work work) {
    return directory->write_now(admin(), [&](Transaction& tx) {
      Invitations invitations = tx.invitations(acme);
      return work(invitations);
    });
  }
  template <class Work>
  auto read(Work work) {
    return must(directory->read_now([&](Transaction& tx) {
      using Answer = std::invoke_result_t<Work&, Transaction&>;
      return Result<Answer>(work(tx));
    }));
  }
  Result<std::vector<User>> invite(const Emails& emails, std::optional<License> license = {},
                                   const std::vector<GroupId>& groups = {}) {
    return write(
        [&](Invitations& invitations) { return invitations.invite(emails, license, groups); });
  }
  User invite_one(const std::string& email) { return must(invite({email})).front(); }
  Result<User> redeem(std::string_view secret) {
    return write([&](Invitations& invitations) { return invitations.redeem(secret); });
  }
  Result<Confirmation> peek(OrganizationKey organization, std::string_view secret) {
    return directory->read_now(
        [&](Transaction& tx) { return tx.invitations(organization).peek(secret); });
  }
  Result<User> get(const UserId& id) {
    return directory->read_now([&](Transaction& tx) { return tx.users(acme).get(id); });
  }
  std::vector<Mail> mails() {
    return read([&](Transaction& tx) { return tx.outbox().list(acme, 0, 1000); });
  }
  /// The secret in the link that was last sent to the address.
  std::string secret_for(std::string_view email) {
    constexpr std::string_view path = "/confirm?token=";
    std::string secret;
    for (const Mail& mail : mails()) {
      if (mail.to != email) continue;
      const std::string& link = *mail.data.find("link_path")->string();
      EXPECT_EQ(link.substr(0, path.size()), path);
      secret = link.substr(path.size());
    }
    return secret;
  }
  std::vector<Confirmation> waiting(std::int64_t after = 0, std::size_t limit = 100) {
    return read([&](Transaction& tx) { return tx.invitations(acme).list(after, limit); });
  }
  std::int64_t used(std::string_view pool) {
    return read([&](Transaction& tx) { return tx.seats(acme).get(pool).used; });
  }
  void set_seats(std::string_view pool, std::int64_t seats) {
    must(directory->write_now(admin(), [&](Transaction& tx) {
      return tx.seats(acme).set(pool, std::optional<std::int64_t>(seats), std::nullopt);
    }));
  }
  std::int64_t users() {
    return read([&](Transaction& tx) { return tx.users(acme).count({}); });
  }
  std::vector<std::string> events(std::string_view type) {
    auto list = read([&](Transaction& tx) { return tx.audit(acme).list(0, 1000); });
    std::vector<std::string> details;
    for (const AuditEvent& event : list) {
      if (event.type == type) details.push_back(event.detail);
    }
    return details;
  }

  TestDirectory directory;
  OrganizationKey acme = make("acme", Preset::dbt);
};

// S52, F48
TEST_F(InvitationsTest, MakeUsersWithTheLicenceAndGroupsChosenWhoAreToldByMail) {
  const Group group = must(directory->write_now(admin(), [&](Transaction& tx) {
    return tx.groups(acme).add(test::group_profile("Analysts"));
  }));
  const auto invited =
      must(invite({"ann@acme.test", "bea@acme.test"}, License::read_only, {group.id}));
  ASSERT_EQ(invited.size(), 2U);
  for (const User& each : invited) {
    const User user = must(get(each.id));
    EXPECT_EQ(user.state, UserState::invited);
    EXPECT_EQ(user.license, License::read_only);
    EXPECT_EQ(user.created_by, CreatedBy::manual);
    EXPECT_EQ(user.profile.display_name, user.profile.user_name);
    EXPECT_TRUE(user.profile.active);
    const auto groups = read([&](Transaction& tx) { return tx.users(acme).groups_of(user); });
    EXPECT_NE(std::ranges::find(groups, group.id, &UserGroup::group), groups.end());
  }
  EXPECT_EQ(invited[0].profile.document,
            R"("userName":"ann@acme.test","emails":[{"value":"ann@acme.test","primary":true}],)"
            R"("active":true)");
  EXPECT_EQ(used("read_only"), 2);
  ASSERT_EQ(mails().size(), 2U);
  EXPECT_EQ(mails()[0].to, "ann@acme.test");
  EXPECT_EQ(mails()[0].template_name, "invitation");
  EXPECT_NE(secret_for("ann@acme.test"), secret_for("bea@acme.test"));
}

// S52, F43
TEST_F(InvitationsTest, WithoutALicenceGiveADeveloperOne) {
  EXPECT_EQ(must(get(invite_one("ann@acme.test").id)).license, License::developer);
}

// F48
TEST_F(InvitationsTest, OfMoreThanThereAreSeatsInviteNobody) {
  set_seats("developer", 2);
  const auto refused = invite({"ann@acme.test", "bea@acme.test", "cleo@acme.test"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "seat_limit");
  EXPECT_EQ(users(), 0);
  EXPECT_EQ(used("developer"), 0);
  EXPECT_TRUE(mails().empty());
  EXPECT_TRUE(waiting().empty());
  EXPECT_TRUE(invite({"ann@acme.test", "bea@acme.test"}));
}

// S15, F48
TEST_F(InvitationsTest, WithOneBadAddressInviteNobody) {
  must(invite({"known@acme.test"}));
  struct Case {
    const char* bad;
    Fault fault;
  };
  const std::array<Case, 12> cases{{{"", Fault::invalid_value},
                                    {"ann", Fault::invalid_value},
                                    {"@acme.test", Fault::invalid_value},
                                    {"ann@", Fault::invalid_value},
                                    {"ann@acme@test", Fault::invalid_value},
                                    {"ann smith@acme.test", Fault::invalid_value},
                                    {"ann@acme.test\nBcc: all@acme.test", Fault::invalid_value},
                                    {"ann@acme.test,bea@acme.test", Fault::invalid_value},
                                    {"<ann@acme.test>", Fault::invalid_value},
                                    {"ann@.test", Fault::invalid_value},
                                    {"Known@ACME.test", Fault::uniqueness},
                                    {"New@acme.test", Fault::uniqueness}}};
  for (const auto& [bad, fault] : cases) {
    const auto refused = invite({"new@acme.test", bad});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().fault(), fault) << bad;
  }
  EXPECT_EQ(invite({}).error().fault(), Fault::invalid_value);
  EXPECT_EQ(users(), 1);
  EXPECT_EQ(mails().size(), 1U);
}

TEST_F(InvitationsTest, IntoAGroupOfAnotherOrganizationAreNotFound) {
  const auto other = make("other", Preset::dbt);
  const Group group = must(directory->write_now(admin(), [&](Transaction& tx) {
    return tx.groups(other).add(test::group_profile("Theirs"));
  }));
  const auto refused = invite({"ann@acme.test"}, std::nullopt, {group.id});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::not_found);
  EXPECT_EQ(users(), 0);
}

TEST_F(InvitationsTest, AreRedeemedOnceAndMakeTheUserActive) {
  const User ann = invite_one("ann@acme.test");
  const std::string secret = secret_for("ann@acme.test");
  const Confirmation seen = must(peek(acme, secret));
  EXPECT_EQ(seen.kind, ConfirmationKind::invitation);
  EXPECT_EQ(seen.user, ann.id);
  EXPECT_EQ(seen.email, "ann@acme.test");
  EXPECT_EQ(seen.by, "local operator");
  EXPECT_EQ(must(get(ann.id)).state, UserState::invited);
  const User active = must(redeem(secret));
  EXPECT_EQ(active.id, ann.id);
  EXPECT_EQ(active.state, UserState::active);
  EXPECT_EQ(must(get(ann.id)).state, UserState::active);
  EXPECT_EQ(must(get(ann.id)).version, active.version);
  EXPECT_EQ(redeem(secret).error().fault(), Fault::not_found);
  EXPECT_EQ(peek(acme, secret).error().fault(), Fault::not_found);
  EXPECT_EQ(used("developer"), 1);
}

TEST_F(InvitationsTest, AreGoodForSevenDays) {
  invite_one("ann@acme.test");
  invite_one("bea@acme.test");
  directory.clock().advance(std::chrono::days(7) - 1ms);
  EXPECT_TRUE(redeem(secret_for("ann@acme.test")));
  directory.clock().advance(1ms);
  const std::string late = secret_for("bea@acme.test");
  EXPECT_EQ(redeem(late).error().fault(), Fault::not_found);
  EXPECT_EQ(peek(acme, late).error().fault(), Fault::not_found);
  EXPECT_FALSE(read([&](Transaction& tx) { return Invitations::find(tx, late); }));
  // It can still be seen and sent again.
  EXPECT_EQ(waiting().size(), 1U);
}

TEST_F(InvitationsTest, KnowTheirOrganizationAndWorkInNoOther) {
  const auto other = make("other", Preset::dbt);
  invite_one("ann@acme.test");
  const std::string secret = secret_for("ann@acme.test");
  EXPECT_EQ(read([&](Transaction& tx) { return Invitations::find(tx, secret); }), acme);
  EXPECT_FALSE(read([&](Transaction& tx) { return Invitations::find(tx, "guessed"); }));
  EXPECT_EQ(peek(other, secret).error().fault(), Fault::not_found);
  const auto refused = directory->write_now(
      admin(), [&](Transaction& tx) { return tx.invitations(other).redeem(secret); });
  EXPECT_EQ(refused.error().fault(), Fault::not_found);
  EXPECT_TRUE(redeem(secret));
}

TEST_F(InvitationsTest, AreRedeemedByExactlyOneOfManyAtOnce) {
  invite_one("ann@acme.test");
  const std::string secret = secret_for("ann@acme.test");
  std::array<bool, 8> won{};
  {
    std::vector<std::jthread> threads;
    for (bool& mine : won) {
      threads.emplace_back([&] { mine = static_cast<bool>(redeem(secret)); });
    }
  }
  EXPECT_EQ(std::ranges::count(won, true), 1);
  EXPECT_EQ(events("user.invite.redeemed").size(), 1U);
}

// F48
TEST_F(InvitationsTest, SentAgainReplaceTheLink) {
  const User ann = invite_one("ann@acme.test");
  const std::string first = secret_for("ann@acme.test");
  directory.clock().advance(std::chrono::days(6));
  const auto resend = [&](const User& user) {
    return write([&](Invitations& invitations) { return invitations.resend(user); });
  };
  must(resend(ann));
  const std::string second = secret_for("ann@acme.test");
  EXPECT_NE(first, second);
  EXPECT_EQ(redeem(first).error().fault(), Fault::not_found);
  EXPECT_EQ(waiting().size(), 1U);
  directory.clock().advance(std::chrono::days(6));
  const User active = must(redeem(second));
  EXPECT_EQ(resend(active).error().fault(), Fault::not_found);
}

// F48
TEST_F(InvitationsTest, TakenBackRemoveTheUserAndTheLink) {
  const User ann = invite_one("ann@acme.test");
  const std::string secret = secret_for("ann@acme.test");
  const auto revoke = [&](const User& user) {
    return write([&](Invitations& invitations) { return invitations.revoke(user); });
  };
  must(revoke(ann));
  EXPECT_EQ(get(ann.id).error().fault(), Fault::not_found);
  EXPECT_EQ(redeem(secret).error().fault(), Fault::not_found);
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(used("developer"), 0);
  const User again = invite_one("ann@acme.test");
  EXPECT_NE(again.id, ann.id);
  const User active = must(redeem(secret_for("ann@acme.test")));
  EXPECT_EQ(revoke(active).error().fault(), Fault::not_found);
  EXPECT_TRUE(get(active.id));
}

TEST_F(InvitationsTest, OfAUserWhoWasDeactivatedSinceAreDead) {
  const User ann = invite_one("ann@acme.test");
  const std::string secret = secret_for("ann@acme.test");
  must(directory->write_now(admin(), [&](Transaction& tx) {
    UserProfile profile = ann.profile;
    profile.active = false;
    return tx.users(acme).update(ann, std::move(profile));
  }));
  EXPECT_EQ(redeem(secret).error().fault(), Fault::not_found);
  EXPECT_EQ(must(get(ann.id)).state, UserState::deactivated);
}

TEST_F(InvitationsTest, AreListedAPageAtATime) {
  must(invite({"ann@acme.test", "bea@acme.test", "cleo@acme.test"}));
  const auto first = waiting(0, 2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].email, "ann@acme.test");
  const auto rest = waiting(first[1].position, 2);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].email, "cleo@acme.test");
  const auto other = make("other", Preset::dbt);
  EXPECT_TRUE(read([&](Transaction& tx) { return tx.invitations(other).list(0, 10); }).empty());
}

// F61
TEST_F(InvitationsTest, AreAuditedWithoutTheirSecret) {
  invite_one("ann@acme.test");
  const std::string secret = secret_for("ann@acme.test");
  must(redeem(secret));
  EXPECT_EQ(events("user.invite.added"), (Emails{R"({"after":{"email":"ann@acme.test"}})"}));
  EXPECT_EQ(events("user.invite.redeemed"), (Emails{R"({"after":{"email":"ann@acme.test"}})"}));
  for (const AuditEvent& event :
       read([&](Transaction& tx) { return tx.audit(acme).list(0, 1000); })) {
    EXPECT_EQ(event.detail.find(secret), std::string::npos);
  }
}

TEST_F(InvitationsTest, NameThePersonWhoInvites) {
  const User ann = must(redeem([&] {
    invite_one("ann@acme.test");
    return secret_for("ann@acme.test");
  }()));
  Actor person;
  person.kind = ActorKind::user;
  person.id = ann.id.str();
  person.source = Source::api;
  must(directory->write_now(person, [&](Transaction& tx) {
    return tx.invitations(acme).invite(Emails{"bea@acme.test"}, std::nullopt, {});
  }));
  EXPECT_EQ(*mails().back().data.find("invited_by")->string(), "ann@acme.test");
}

}  // namespace
}  // namespace rollcall
