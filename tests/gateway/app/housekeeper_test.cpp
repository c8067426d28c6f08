#include "gateway/app/housekeeper.h"

#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <future>

namespace rollcall::app {
namespace {

using namespace std::chrono_literals;

TEST(Housekeeper, GoesOnAfterItsWorkThrew) {
  Log log(LogFormat::text, LogLevel::error);
  std::promise<void> twice;
  int calls = 0;
  {
    Housekeeper housekeeper(
        1ms,
        [&] {
          if (++calls == 2) twice.set_value();
          throw std::runtime_error("no");
        },
        log);
    EXPECT_EQ(twice.get_future().wait_for(10s), std::future_status::ready);
  }
  EXPECT_GE(calls, 2);
}

TEST(Housekeeper, EndsWithoutWaitingForItsPeriod) {
  Log log(LogFormat::text, LogLevel::error);
  const auto start = std::chrono::steady_clock::now();
  {
    Housekeeper housekeeper(1h, [] { ADD_FAILURE(); }, log);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(ForgetOld, DropsWhatIsPastItsTimeAndNothingElse) {
  test::TestDirectory directory;
  const test::Tenant kept = directory.add_tenant("kept");
  const test::Tenant shortened = directory.add_tenant("shortened");
  const auto write = [&](auto work) {
    test::must(directory->write_now(test::test_actor(),
                                    [&](Transaction& tx) -> Result<> { return work(tx); }));
  };
  write([&](Transaction& tx) -> Result<> {
    TRY(Organization organization, tx.organizations().get(shortened.organization));
    organization.policy.audit_retention_days = 365;
    CHECK_OK(tx.organizations().update(organization));
    for (int i = 0; i < 1200; ++i) tx.audit(shortened.organization).append("a.b", "c", "{}");
    tx.outbox().add(kept.organization, "a@example.com", "user_added", {});
    tx.outbox().sent(tx.outbox().due(1).front().position);
    tx.idempotency_keys().keep("caller", "key", {}, {200, "", "{}"});
    return {};
  });
  directory.clock().advance(std::chrono::days(366));
  directory.add_user(shortened, test::user_profile("alice"));
  forget_old(*directory);
  write([&](Transaction& tx) -> Result<> {
    const AuditVerdict rest = tx.audit(shortened.organization).verify();
    EXPECT_FALSE(rest.broken_at) << rest.reason;
    EXPECT_GE(rest.dropped, 1200);
    EXPECT_EQ(tx.audit(shortened.organization).list(0, 10).back().type, "user.added");
    EXPECT_EQ(tx.audit(kept.organization).verify().dropped, 0);
    EXPECT_TRUE(tx.outbox().list(kept.organization, 0, 10).empty());
    TRY(const auto answer, tx.idempotency_keys().find("caller", "key", {}));
    EXPECT_FALSE(answer);
    return {};
  });
}

TEST(ForgetOld, TellsOfSignInsThatNobodyEndedAndForgetsThemAfterAWeek) {
  test::TestDirectory directory;
  const test::Tenant tenant = directory.add_tenant("acme");
  const auto write = [&](auto work) {
    test::must(directory->write_now(test::test_actor(),
                                    [&](Transaction& tx) -> Result<> { return work(tx); }));
  };
  constexpr int many = 600;
  write([&](Transaction& tx) -> Result<> {
    for (int i = 0; i < many; ++i) {
      const std::string trace = "T" + std::to_string(i);
      tx.sign_in_attempts().add(
          {.state = sha256(trace),
           .browser = sha256("browser"),
           .organization = tenant.organization,
           .connection = "okta",
           .trace = trace,
           .created = tx.now(),
           .expires = tx.now() + 10min,
           .data = {{"return_to", "/secret"}, {"steps", json::Array{"sent to the IdP"}}}});
      tx.sign_in_attempts().first_use("okta", trace, tx.now() + 10min);
    }
    return {};
  });
  const auto traces = [&] {
    return test::must(directory->read_now([&](Transaction& tx) -> Result<std::vector<SignInTrace>> {
      return tx.sign_in_traces().list(tenant.organization, {}, std::nullopt, 1000).traces;
    }));
  };
  forget_old(*directory);
  EXPECT_TRUE(traces().empty());
  directory.clock().advance(10min);
  forget_old(*directory);
  const auto told = traces();
  ASSERT_EQ(told.size(), 100U) << "of each organization and call";
  EXPECT_EQ(told.front().outcome, SignInOutcome::abandoned);
  EXPECT_EQ(told.front().connection, "okta");
  EXPECT_EQ(told.front().at, directory.clock().now());
  EXPECT_EQ(told.front().document, (json::Object{{"steps", json::Array{"sent to the IdP"}}}));
  write([&](Transaction& tx) -> Result<> {
    EXPECT_TRUE(tx.sign_in_attempts().take_expired(1).empty());
    EXPECT_EQ(tx.sign_in_attempts().forget_used(1), 0);
    return {};
  });
  directory.clock().advance(std::chrono::days(7));
  forget_old(*directory);
  EXPECT_TRUE(traces().empty());
}

}  // namespace
}  // namespace rollcall::app
