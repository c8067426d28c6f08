#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class ServiceUsersTest : public testing::Test {
 protected:
  OrganizationKey make(std::string_view slug, std::optional<std::string> plan) {
    return must(directory->write_now(Actor{}, [&](Transaction& tx) -> Result<OrganizationKey> {
      TRY(const Organization made, tx.organizations().add(slug, Preset::dagster, plan));
      return made.key;
    }));
  }
  template <class Work>
  auto write(OrganizationKey organization, Work work) {
    return directory->write_now(Actor{}, [&](Transaction& tx) {
      ServiceUsers service_users = tx.service_users(organization);
      return work(service_users);
    });
  }
  Result<ServiceUser> add(OrganizationKey organization, std::string_view name,
                          std::string_view description = "") {
    return write(organization, [&](ServiceUsers& service_users) {
      return service_users.add(name, description, ServiceUserKind::service);
    });
  }
  Result<ServiceUser> get(OrganizationKey organization, const ServiceUserId& id) {
    return directory->read_now(
        [&](Transaction& tx) { return tx.service_users(organization).get(id); });
  }
  std::vector<std::string> names(std::string_view search, std::int64_t after = 0,
                                 std::size_t limit = 1000) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> names;
      for (const ServiceUser& each : tx.service_users(pro).list(search, after, limit)) {
        names.push_back(each.name);
      }
      return names;
    }));
  }
  Result<CreatedToken> add_token(OrganizationKey organization, const ServiceUser& owner) {
    NewToken wanted;
    wanted.kind = TokenKind::service_user;
    wanted.organization = organization;
    wanted.service_user = owner.id;
    wanted.name = "ci";
    return directory->write_now(Actor{}, [&](Transaction& tx) { return tx.tokens().add(wanted); });
  }
  std::optional<Token> find(const CreatedToken& created) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Token>> {
      return tx.tokens().find(token_hash(created.secret.reveal()));
    }));
  }
  std::vector<Token> tokens_of(const ServiceUser& owner) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Token>> {
      return tx.tokens().list_of_service_user(owner.position, 0, 10);
    }));
  }
  std::vector<AuditEvent> audit() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<AuditEvent>> {
      return tx.audit(pro).list(0, 1000);
    }));
  }

  TestDirectory directory;
  OrganizationKey pro = make("pro", "pro");
};

// S33
TEST_F(ServiceUsersTest, NeedAPlanThatHasThem) {
  const auto solo = make("solo", "solo");
  const auto refused = add(solo, "ci-bot");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::forbidden);
  EXPECT_EQ(refused.error().code(), "feature_not_in_plan");
  EXPECT_TRUE(add(make("unplanned", std::nullopt), "ci-bot"));
}

// S33
TEST_F(ServiceUsersTest, OfAPlanThatShrankCanOnlyBeRemoved) {
  const ServiceUser bot = must(add(pro, "ci-bot"));
  const CreatedToken created = must(add_token(pro, bot));
  must(directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
    TRY(Organization smaller, tx.organizations().get("pro"));
    smaller.plan = "solo";
    CHECK_OK(tx.organizations().update(smaller));
    return {};
  }));
  EXPECT_EQ(add_token(pro, bot).error().code(), "feature_not_in_plan");
  const auto renamed = write(pro, [&](ServiceUsers& service_users) {
    return service_users.update(bot, "cd-bot", std::nullopt);
  });
  EXPECT_EQ(renamed.error().code(), "feature_not_in_plan");
  must(write(pro, [&](ServiceUsers& service_users) { return service_users.remove(bot.id); }));
  EXPECT_FALSE(find(created)->alive(directory.clock().now()));
}

// S41
TEST_F(ServiceUsersTest, NamesAreUniqueInTheOrganizationWhateverTheCase) {
  const ServiceUser bot = must(add(pro, "CI-Bot"));
  const auto refused = add(pro, "ci-bot");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::uniqueness);
  EXPECT_EQ(refused.error().code(), "service_user_name_taken");
  EXPECT_TRUE(add(make("other", "pro"), "ci-bot"));
  const ServiceUser second = must(add(pro, "second"));
  const auto taken = write(pro, [&](ServiceUsers& service_users) {
    return service_users.update(second, "CI-BOT", std::nullopt);
  });
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().fault(), Fault::uniqueness);
  must(write(pro, [&](ServiceUsers& service_users) {
    return service_users.update(bot, "ci-bot", std::nullopt);
  }));
  EXPECT_EQ(must(get(pro, bot.id)).name, "ci-bot");
}

TEST_F(ServiceUsersTest, NamesHave1To100Characters) {
  EXPECT_EQ(add(pro, "").error().fault(), Fault::invalid_value);
  EXPECT_EQ(add(pro, std::string(101, 'x')).error().fault(), Fault::invalid_value);
  EXPECT_TRUE(add(pro, std::string(100, 'x')));
}

// S42
TEST_F(ServiceUsersTest, DescriptionsAreOptionalAndEditable) {
  const ServiceUser plain = must(add(pro, "plain"));
  EXPECT_EQ(plain.description, "");
  EXPECT_EQ(must(add(pro, "told", "runs the nightly build")).description, "runs the nightly build");
  directory.clock().advance(1s);
  const auto describe = [&](const ServiceUser& current) {
    return must(write(pro, [&](ServiceUsers& service_users) {
      return service_users.update(current, std::nullopt, "now told");
    }));
  };
  const ServiceUser edited = describe(plain);
  EXPECT_EQ(edited.version, 2);
  EXPECT_EQ(edited.modified, directory.clock().now());
  EXPECT_EQ(must(get(pro, plain.id)).description, "now told");
  EXPECT_EQ(describe(edited).version, 2);
  EXPECT_EQ(audit().back().type, "service_user.changed");
  EXPECT_EQ(audit().back().detail,
            R"({"before":{"description":""},"after":{"description":"now told"}})");
}

// S37
TEST_F(ServiceUsersTest, TakeNoSeat) {
  must(directory->write_now(Actor{}, [&](Transaction& tx) {
    return tx.seats(pro).set(user_pool, std::optional<std::int64_t>(0), std::nullopt);
  }));
  EXPECT_TRUE(add(pro, "ci-bot"));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_EQ(tx.seats(pro).get(user_pool).used, 0);
    return {};
  }));
}

// S38
TEST_F(ServiceUsersTest, AreAsManyAsNeededAndPagedAndFoundByTheirFirstLetters) {
  must(write(pro, [&](ServiceUsers& service_users) -> Result<> {
    for (int i = 0; i < 1000; ++i) {
      CHECK_OK(service_users.add("Bot-" + std::to_string(i), "", ServiceUserKind::agent));
    }
    return {};
  }));
  must(add(make("other", "pro"), "bot-x"));
  std::size_t seen = 0;
  std::int64_t after = 0;
  for (std::size_t page = 300; page == 300; seen += page) {
    page = must(directory->read_now([&](Transaction& tx) -> Result<std::size_t> {
      const auto found = tx.service_users(pro).list("", after, 300);
      if (!found.empty()) after = found.back().position;
      return found.size();
    }));
  }
  EXPECT_EQ(seen, 1000U);
  EXPECT_EQ(names("bOT-99"), (std::vector<std::string>{"Bot-99", "Bot-990", "Bot-991", "Bot-992",
                                                       "Bot-993", "Bot-994", "Bot-995", "Bot-996",
                                                       "Bot-997", "Bot-998", "Bot-999"}));
  EXPECT_EQ(names("bot-9", 0, 2), (std::vector<std::string>{"Bot-9", "Bot-90"}));
  EXPECT_TRUE(names("ot-9").empty());
  EXPECT_TRUE(names("bot-%").empty());
}

// S36
TEST_F(ServiceUsersTest, CannotJoinGroups) {
  const ServiceUser bot = must(add(pro, "ci-bot"));
  const auto joined = directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
    TRY(const Group team, tx.groups(pro).add(test::group_profile("team")));
    const std::array<UserId, 1> members{UserId::parse(bot.id.str()).value()};
    CHECK_OK(tx.groups(pro).change_members(team, members, {}));
    return {};
  });
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().fault(), Fault::invalid_value);
}

// S12
TEST_F(ServiceUsersTest, AreNoUsersOfScim) {
  const test::Tenant tenant = directory.add_tenant("acme");
  const ServiceUser bot = must(add(tenant.organization, "ci-bot"));
  const UserId id = UserId::parse(bot.id.str()).value();
  must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, tenant);
    EXPECT_EQ(users.get(id).error().fault(), Fault::not_found);
    EXPECT_EQ(users.remove(id).error().fault(), Fault::not_found);
    EXPECT_TRUE(users.list({}, 0, 10).empty());
    EXPECT_EQ(users.count({}), 0);
    UserSelection named;
    named.user_name = "ci-bot";
    EXPECT_TRUE(users.list(named, 0, 10).empty());
    return {};
  }));
}

// S11, S12
TEST_F(ServiceUsersTest, AreManagedHereWhileScimIsOn) {
  const test::Tenant tenant = directory.add_tenant("acme");
  const ServiceUser bot = must(add(tenant.organization, "ci-bot"));
  must(write(tenant.organization, [&](ServiceUsers& service_users) {
    return service_users.update(bot, "cd-bot", "edited");
  }));
  EXPECT_TRUE(add_token(tenant.organization, bot));
  must(write(tenant.organization,
             [&](ServiceUsers& service_users) { return service_users.remove(bot.id); }));
  EXPECT_FALSE(get(tenant.organization, bot.id));
}

// S44, F59, X6
TEST_F(ServiceUsersTest, HaveNoTokenUntilOneIsMadeAndNoneOnceItIsRevoked) {
  const ServiceUser bot = must(add(pro, "ci-bot"));
  EXPECT_TRUE(tokens_of(bot).empty());
  const CreatedToken created = must(add_token(pro, bot));
  EXPECT_EQ(created.secret.reveal().substr(0, 4), "rct_");
  const auto found = find(created);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, TokenKind::service_user);
  EXPECT_EQ(found->service_user->id, bot.id);
  EXPECT_EQ(found->service_user->position, bot.position);
  EXPECT_FALSE(found->user);
  EXPECT_TRUE(found->alive(directory.clock().now()));
  EXPECT_EQ(tokens_of(bot).size(), 1U);
  EXPECT_EQ(audit().back().type, "service_token.created");
  const auto epoch = directory->token_epoch();
  must(directory->write_now(Actor{},
                            [&](Transaction& tx) { return tx.tokens().revoke(found->id); }));
  EXPECT_GT(directory->token_epoch(), epoch);
  EXPECT_FALSE(find(created)->alive(directory.clock().now()));
  EXPECT_EQ(audit().back().type, "service_token.revoked");
  EXPECT_EQ(audit().back().detail, R"({"before":{"name":"ci"}})");
}

// S43
TEST_F(ServiceUsersTest, HoldGrantsUntilTheyAreRemovedWithThemAndTheirTokens) {
  const ServiceUser bot = must(add(pro, "ci-bot"));
  const Subject subject{SubjectKind::service_user, bot.position};
  must(directory->write_now(Actor{}, [&](Transaction& tx) {
    return tx.grants(pro).put({subject, "organization_admin", Scope{}});
  }));
  const CreatedToken created = must(add_token(pro, bot));
  const auto grants = [&] {
    return must(directory->read_now(
        [&](Transaction& tx) -> Result<std::size_t> { return tx.grants(pro).of(subject).size(); }));
  };
  EXPECT_EQ(grants(), 1U);
  must(write(pro, [&](ServiceUsers& service_users) { return service_users.remove(bot.id); }));
  EXPECT_EQ(grants(), 0U);
  EXPECT_FALSE(find(created)->alive(directory.clock().now()));
  EXPECT_FALSE(find(created)->service_user);
  EXPECT_EQ(audit().back().type, "service_user.removed");
  EXPECT_EQ(get(pro, bot.id).error().fault(), Fault::not_found);
}

TEST_F(ServiceUsersTest, OfAnotherOrganizationAreNotFound) {
  const auto other = make("other", "pro");
  const ServiceUser bot = must(add(other, "ci-bot"));
  EXPECT_EQ(get(pro, bot.id).error().fault(), Fault::not_found);
  const auto removed =
      write(pro, [&](ServiceUsers& service_users) { return service_users.remove(bot.id); });
  EXPECT_EQ(removed.error().fault(), Fault::not_found);
  EXPECT_EQ(add_token(pro, bot).error().fault(), Fault::not_found);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_FALSE(tx.service_users(pro).at(bot.position));
    EXPECT_FALSE(tx.service_users(pro).find("ci-bot"));
    EXPECT_EQ(tx.service_users(other).at(bot.position)->id, bot.id);
    EXPECT_EQ(tx.service_users(other).find("CI-bot")->id, bot.id);
    return {};
  }));
}

}  // namespace
}  // namespace rollcall
