#include "gateway/crypto/random.h"
#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

class SignInAttemptsTest : public testing::Test {
 protected:
  template <class Work>
  auto with(Work work) {
    using Given = std::invoke_result_t<Work, SignInAttempts&>;
    return must(directory->write_now(sign_in_actor(), [&](Transaction& tx) -> Result<Given> {
      SignInAttempts attempts = tx.sign_in_attempts();
      return work(attempts);
    }));
  }
  SignInAttempt add(std::optional<Sha256> of) {
    const Timestamp now = directory.clock().now();
    SignInAttempt attempt{.state = random_hash(),
                          .browser = of,
                          .organization = tenant.organization,
                          .connection = "okta",
                          .trace = "ABCD-EFGH-JKMN",
                          .created = now,
                          .expires = now + 10min,
                          .data = {{"return_to", "/"}, {"steps", json::Array{"start"}}}};
    with([&](SignInAttempts& all) {
      all.add(attempt);
      return true;
    });
    return attempt;
  }
  std::optional<SignInAttempt> consume(const Sha256& state, const Sha256& by) {
    return with([&](SignInAttempts& all) { return all.consume(state, by); });
  }
  bool exists(const Sha256& state) {
    return with([&](SignInAttempts& all) { return all.find(state).has_value(); });
  }
  bool first_use(std::string_view issuer, std::string_view id, std::chrono::milliseconds lasts) {
    return with([&](SignInAttempts& all) {
      return all.first_use(issuer, id, directory.clock().now() + lasts);
    });
  }

  TestDirectory directory;
  Tenant tenant = directory.add_tenant("acme");
  Sha256 browser = random_hash();
};

TEST_F(SignInAttemptsTest, AreConsumedOnceByTheirBrowser) {
  const SignInAttempt attempt = add(browser);
  const auto taken = consume(attempt.state, browser);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->state, attempt.state);
  EXPECT_EQ(taken->browser, browser);
  EXPECT_EQ(taken->organization, tenant.organization);
  EXPECT_EQ(taken->connection, "okta");
  EXPECT_EQ(taken->trace, attempt.trace);
  EXPECT_EQ(taken->created, attempt.created);
  EXPECT_EQ(taken->expires, attempt.expires);
  EXPECT_EQ(taken->data, attempt.data);
  EXPECT_FALSE(consume(attempt.state, browser));
  EXPECT_FALSE(exists(attempt.state));
}

// spec/oidc 7: a state that another browser presents is an attack on whoever began.
TEST_F(SignInAttemptsTest, StayWhenAnotherBrowserPresentsThem) {
  const SignInAttempt attempt = add(browser);
  EXPECT_FALSE(consume(attempt.state, random_hash()));
  EXPECT_FALSE(consume(random_hash(), browser));
  EXPECT_TRUE(exists(attempt.state));
  EXPECT_TRUE(consume(attempt.state, browser));
}

TEST_F(SignInAttemptsTest, ALinkThatNoBrowserOpenedIsNobodysToConsume) {
  const SignInAttempt link = add(std::nullopt);
  EXPECT_FALSE(consume(link.state, browser));
  EXPECT_FALSE(consume(link.state, Sha256{}));
  EXPECT_EQ(with([&](SignInAttempts& all) { return all.find(link.state)->browser; }), std::nullopt);
}

TEST_F(SignInAttemptsTest, AreNothingFromTheirExpiryOn) {
  const SignInAttempt attempt = add(browser);
  directory.clock().advance(10min - 1ms);
  EXPECT_TRUE(exists(attempt.state));
  directory.clock().advance(1ms);
  EXPECT_FALSE(exists(attempt.state));
  EXPECT_FALSE(consume(attempt.state, browser));
}

TEST_F(SignInAttemptsTest, OfTwoCallersAtOnceOneWins) {
  for (int round = 0; round < 20; ++round) {
    const SignInAttempt attempt = add(browser);
    std::atomic<int> won = 0;
    {
      std::vector<std::jthread> callers;
      for (int i = 0; i < 4; ++i) {
        callers.emplace_back([&] {
          if (consume(attempt.state, browser)) ++won;
        });
      }
    }
    EXPECT_EQ(won, 1);
  }
}

TEST_F(SignInAttemptsTest, ThoseThatExpiredAreTakenOnceInBoundedSteps) {
  for (int i = 0; i < 3; ++i) add(browser);
  directory.clock().advance(5min);
  const SignInAttempt young = add(browser);
  directory.clock().advance(5min);
  const auto take = [&] { return with([](SignInAttempts& all) { return all.take_expired(2); }); };
  EXPECT_EQ(take().size(), 2U);
  const auto last = take();
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last.front().trace, "ABCD-EFGH-JKMN");
  EXPECT_TRUE(take().empty());
  EXPECT_TRUE(exists(young.state));
}

// OpenID Connect Back-Channel Logout 1.0 §2.6 step 8: a jti comes once.
TEST_F(SignInAttemptsTest, AnIdIsUsedOnceForEachIssuerUntilItExpires) {
  EXPECT_TRUE(first_use("a", "1", 5min));
  EXPECT_FALSE(first_use("a", "1", 5min));
  EXPECT_TRUE(first_use("b", "1", 5min));
  EXPECT_TRUE(first_use("a", "2", 5min));
  directory.clock().advance(5min - 1ms);
  EXPECT_FALSE(first_use("a", "1", 5min));
  directory.clock().advance(1ms);
  EXPECT_TRUE(first_use("a", "1", 5min));
  EXPECT_FALSE(first_use("a", "1", 5min));
}

TEST_F(SignInAttemptsTest, UsedIdsAreForgottenOnceTheyAreOver) {
  for (const char* id : {"1", "2", "3"}) first_use("a", id, 5min);
  first_use("a", "lasting", 1h);
  directory.clock().advance(5min);
  const auto forget = [&] { return with([](SignInAttempts& all) { return all.forget_used(2); }); };
  EXPECT_EQ(forget(), 2);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(forget(), 0);
  EXPECT_FALSE(first_use("a", "lasting", 1h));
}

}  // namespace
}  // namespace rollcall::test
