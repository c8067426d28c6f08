#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace rollcall {
namespace {

using test::must;
using test::test_actor;
using test::TestDirectory;
using Number = std::optional<std::int64_t>;

class SeatsTest : public testing::Test {
 protected:
  OrganizationKey make(std::string_view slug, Preset preset,
                       std::optional<std::string> plan = std::nullopt) {
    return must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<OrganizationKey> {
      TRY(const Organization made, tx.organizations().add(slug, preset, plan));
      return made.key;
    }));
  }
  template <class Work>
  Result<> write(OrganizationKey organization, Work work) {
    return directory->write_now(
        test_actor(), [&](Transaction& tx) -> Result<> { return work(tx.seats(organization)); });
  }
  Result<> reserve(OrganizationKey organization, std::string_view pool, std::int64_t count = 1) {
    return write(organization, [&](Seats seats) { return seats.reserve(pool, count); });
  }
  Result<> set(OrganizationKey organization, std::string_view pool,
               std::optional<Number> user_seats, std::optional<Number> billing_seats = {}) {
    return write(organization,
                 [&](Seats seats) { return seats.set(pool, user_seats, billing_seats); });
  }
  SeatPool pool(OrganizationKey organization, std::string_view name) {
    return must(directory->read_now(
        [&](Transaction& tx) -> Result<SeatPool> { return tx.seats(organization).get(name); }));
  }
  std::vector<SeatPool> list(OrganizationKey organization) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<SeatPool>> {
      return tx.seats(organization).list();
    }));
  }
  std::vector<AuditEvent> changes(OrganizationKey organization) {
    auto events = must(directory->read_now([&](Transaction& tx) -> Result<std::vector<AuditEvent>> {
      return tx.audit(organization).list(0, 1000);
    }));
    std::erase_if(events, [](const AuditEvent& event) { return event.type != "seats.changed"; });
    return events;
  }
  static std::string_view code(const Result<>& result) {
    return result ? "" : result.error().code();
  }

  TestDirectory directory;
};

TEST_F(SeatsTest, AreUnlimitedWithoutANumber) {
  const auto acme = make("acme", Preset::dagster);
  must(reserve(acme, user_pool, 100));
  EXPECT_EQ(pool(acme, user_pool).used, 100);
  EXPECT_FALSE(pool(acme, user_pool).capacity());
}

// S90, F12
TEST_F(SeatsTest, RunOutAtTheirNumberAndRaisedOnesAreUsableAtOnce) {
  const auto acme = make("acme", Preset::dagster);
  must(set(acme, user_pool, Number(2)));
  must(reserve(acme, user_pool, 2));
  EXPECT_EQ(code(reserve(acme, user_pool)), "seat_limit");
  EXPECT_EQ(pool(acme, user_pool).used, 2);
  must(set(acme, user_pool, Number(3)));
  must(reserve(acme, user_pool));
  EXPECT_EQ(pool(acme, user_pool).used, 3);
}

// S90
TEST_F(SeatsTest, CannotBeFewerThanAreInUse) {
  const auto acme = make("acme", Preset::dagster);
  must(reserve(acme, user_pool, 3));
  const auto refused = set(acme, user_pool, Number(2));
  EXPECT_EQ(code(refused), "seats_in_use");
  EXPECT_EQ(refused.error().fault(), Fault::conflict);
  must(set(acme, user_pool, Number(3)));
  EXPECT_EQ(pool(acme, user_pool).capacity(), 3);
}

// S92
TEST_F(SeatsTest, OfAPlanWithBillingSeatsNeedBothNumbersRaised) {
  const auto acme = make("acme", Preset::dbt, "team");
  must(set(acme, "developer", Number(5), Number(5)));
  must(reserve(acme, "developer", 5));
  must(set(acme, "developer", Number(6)));
  EXPECT_EQ(pool(acme, "developer").capacity(), 5);
  EXPECT_EQ(code(reserve(acme, "developer")), "billing_seats");
  must(set(acme, "developer", std::nullopt, Number(6)));
  must(reserve(acme, "developer"));
  EXPECT_EQ(code(reserve(acme, "developer")), "seat_limit");
  EXPECT_EQ(code(set(acme, "developer", std::nullopt, Number(5))), "seats_in_use");
}

// S91
TEST_F(SeatsTest, OfAPlanWithoutBillingSeatsNeedOneNumber) {
  const auto acme = make("acme", Preset::dbt, "enterprise");
  must(set(acme, "developer", Number(1)));
  must(reserve(acme, "developer"));
  EXPECT_EQ(code(reserve(acme, "developer")), "seat_limit");
  must(set(acme, "developer", Number(2)));
  must(reserve(acme, "developer"));
}

// S89
TEST_F(SeatsTest, OfAFreshOrganizationAreThoseOfItsPlan) {
  const auto acme = make("acme", Preset::dbt, "team");
  const Plan& plan = *find_plan(Preset::dbt, "team");
  ASSERT_FALSE(plan.base_seats.empty());
  for (const BaseSeats& base : plan.base_seats) {
    EXPECT_EQ(pool(acme, base.pool).user_seats, base.seats) << base.pool;
    EXPECT_EQ(pool(acme, base.pool).billing_seats, base.seats) << base.pool;
    EXPECT_EQ(pool(acme, base.pool).used, 0) << base.pool;
  }
}

// F42
TEST_F(SeatsTest, OfItAreAtMostOneWhateverWasBought) {
  const auto acme = make("acme", Preset::dbt);
  EXPECT_EQ(pool(acme, "it").capacity(), 1);
  EXPECT_EQ(code(set(acme, "it", Number(2))), "seat_limit");
  EXPECT_EQ(code(reserve(acme, "it", 2)), "seat_limit");
  must(reserve(acme, "it"));
  EXPECT_EQ(code(reserve(acme, "it")), "seat_limit");
  EXPECT_EQ(pool(acme, "it").used, 1);
}

TEST_F(SeatsTest, GivenBackAreFreeAgainAndNeverFewerThanNone) {
  const auto acme = make("acme", Preset::dagster);
  must(set(acme, user_pool, Number(1)));
  must(reserve(acme, user_pool));
  const auto release = [](std::int64_t count) {
    return [count](Seats seats) -> Result<> {
      seats.release(user_pool, count);
      return {};
    };
  };
  must(write(acme, release(1)));
  must(reserve(acme, user_pool));
  must(write(acme, release(5)));
  EXPECT_EQ(pool(acme, user_pool).used, 0);
}

TEST_F(SeatsTest, AreListedByTheOrganizationsLicencesUsedOrNot) {
  const auto names = [&](OrganizationKey organization) {
    std::vector<std::string> found;
    for (const SeatPool& each : list(organization)) found.push_back(each.pool);
    return found;
  };
  const auto hooli = make("hooli", Preset::dagster);
  const auto jaffle = make("jaffle", Preset::dbt);
  EXPECT_EQ(names(hooli), (std::vector<std::string>{"user"}));
  EXPECT_EQ(names(jaffle), (std::vector<std::string>{"developer", "analyst", "it", "read_only"}));
  must(reserve(jaffle, "analyst", 4));
  EXPECT_EQ(list(jaffle)[1].used, 4);
  EXPECT_EQ(pool(hooli, user_pool).used, 0);
  EXPECT_EQ(set(hooli, "developer", Number(1)).error().fault(), Fault::not_found);
}

TEST_F(SeatsTest, ChangesAreAuditedWithWhatDiffersOnly) {
  const auto acme = make("acme", Preset::dagster);
  must(set(acme, user_pool, Number(7)));
  must(set(acme, user_pool, Number(7)));
  must(set(acme, user_pool, Number()));
  EXPECT_EQ(set(acme, user_pool, Number(-1)).error().fault(), Fault::invalid_value);
  const auto events = changes(acme);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].object, "seats/user");
  EXPECT_EQ(events[0].detail, R"({"before":{"user_seats":null},"after":{"user_seats":7}})");
  EXPECT_EQ(events[1].detail, R"({"before":{"user_seats":7},"after":{"user_seats":null}})");
}

// S90
TEST_F(SeatsTest, TheLastOneIsTakenByExactlyOneOfManyAtOnce) {
  const auto acme = make("acme", Preset::dagster);
  must(set(acme, user_pool, Number(1)));
  std::array<bool, 8> won{};
  {
    std::vector<std::jthread> threads;
    for (bool& mine : won) {
      threads.emplace_back([&] { mine = static_cast<bool>(reserve(acme, user_pool)); });
    }
  }
  EXPECT_EQ(std::ranges::count(won, true), 1);
  EXPECT_EQ(pool(acme, user_pool).used, 1);
}

}  // namespace
}  // namespace rollcall
