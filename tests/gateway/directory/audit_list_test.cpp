#include "tests/gateway/directory/store_on_disk.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::TestDirectory;

/// A log of known events, one a minute: 1 user.added user/a, 2 user.changed user/a, 3 group.added
/// group/g, and so on for 30 events; by turns of "one" and "two".
class AuditList : public testing::Test {
 protected:
  static constexpr std::int64_t length = 30;

  AuditList() {
    constexpr std::array kinds{std::pair("user.added", "user/a"),
                               std::pair("user.changed", "user/a"),
                               std::pair("group.added", "group/g")};
    for (std::int64_t i = 0; i < length; ++i) {
      Actor actor;
      actor.id = i % 2 == 0 ? "one" : "two";
      const auto& [type, object] = kinds[static_cast<std::size_t>(i) % kinds.size()];
      append(actor, type, object);
      directory.clock().advance(1min);
    }
  }
  void append(const Actor& actor, const char* type, const char* object) {
    must(directory->write_now(actor, [&](Transaction& tx) -> Result<> {
      tx.audit(organization).append(type, object, "{}");
      return {};
    }));
  }
  AuditPage page(const AuditFilter& filter, AuditOrder order, std::optional<std::int64_t> position,
                 std::size_t limit) {
    return must(directory->read_now([&](Transaction& tx) -> Result<AuditPage> {
      return tx.audit(organization).list(filter, order, position, limit);
    }));
  }
  /// The sequences of all pages.
  std::vector<std::int64_t> all(const AuditFilter& filter,
                                AuditOrder order = AuditOrder::oldest_first,
                                std::size_t limit = 4) {
    std::vector<std::int64_t> sequences;
    std::optional<std::int64_t> position;
    do {
      const AuditPage one = page(filter, order, position, limit);
      EXPECT_LE(one.events.size(), limit);
      for (const AuditEvent& event : one.events) sequences.push_back(event.sequence);
      position = one.next;
    } while (position);
    return sequences;
  }
  std::vector<std::int64_t> every(std::int64_t first, std::int64_t step) {
    std::vector<std::int64_t> sequences;
    for (std::int64_t i = first; i <= length; i += step) sequences.push_back(i);
    return sequences;
  }
  Timestamp minute(std::int64_t sequence) {
    return directory.clock().now() - std::chrono::minutes(length - sequence + 1);
  }

  TestDirectory directory;
  OrganizationKey organization{7};
};

TEST_F(AuditList, WithoutAFilterHoldsEachEventOnce) {
  EXPECT_EQ(all({}), every(1, 1));
  auto newest_first = every(1, 1);
  std::ranges::reverse(newest_first);
  EXPECT_EQ(all({}, AuditOrder::newest_first), newest_first);
  EXPECT_EQ(all({}, AuditOrder::oldest_first, 30), every(1, 1));
}

// F30: filter by user, type, time
TEST_F(AuditList, EachConditionOfAFilterHolds) {
  EXPECT_EQ(all({.type = "user.added"}), every(1, 3));
  EXPECT_EQ(all({.type = "group.*"}), every(3, 3));
  EXPECT_EQ(all({.type = "*"}), every(1, 1));
  EXPECT_EQ(all({.type = "user.add"}), (std::vector<std::int64_t>{}));
  EXPECT_EQ(all({.object = "group/g"}), every(3, 3));
  EXPECT_EQ(all({.actor = "two"}), every(2, 2));
  EXPECT_EQ(all({.from = minute(10), .until = minute(12)}), (std::vector<std::int64_t>{10, 11}));
  EXPECT_EQ(all({.from = minute(29)}, AuditOrder::newest_first),
            (std::vector<std::int64_t>{30, 29}));
}

TEST_F(AuditList, ConditionsHoldTogether) {
  EXPECT_EQ(all({.type = "user.*", .object = "user/a", .actor = "one", .until = minute(9)}),
            (std::vector<std::int64_t>{1, 5, 7}));
}

TEST_F(AuditList, APercentOrUnderscoreInATypeIsItself) {
  EXPECT_TRUE(all({.type = "user%*"}).empty());
  EXPECT_TRUE(all({.type = "user_*"}).empty());
}

TEST_F(AuditList, NewEventsDoNotDisturbAWalk) {
  const AuditPage first = page({}, AuditOrder::newest_first, std::nullopt, 10);
  append({}, "user.added", "user/late");
  const AuditPage second = page({}, AuditOrder::newest_first, first.next, 10);
  EXPECT_EQ(first.events.back().sequence, 21);
  EXPECT_EQ(second.events.front().sequence, 20);
}

TEST_F(AuditList, OfNoEventsIsEmpty) {
  must(directory->read_now([](Transaction& tx) -> Result<> {
    for (const AuditOrder order : {AuditOrder::oldest_first, AuditOrder::newest_first}) {
      const AuditPage page = tx.audit(OrganizationKey(8)).list({}, order, std::nullopt, 10);
      EXPECT_TRUE(page.events.empty());
      EXPECT_FALSE(page.next);
    }
    return {};
  }));
}

TEST_F(AuditList, APageLooksAtABoundedNumberOfEvents) {
  must(directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
    Audit audit = tx.audit(organization);
    for (int i = 0; i < 21'000; ++i) audit.append("test.event", "x", "{}");
    audit.append("rare.event", "x", "{}");
    return {};
  }));
  const AuditFilter rare{.type = "rare.event"};
  const AuditPage first = page(rare, AuditOrder::oldest_first, std::nullopt, 10);
  EXPECT_TRUE(first.events.empty());
  EXPECT_EQ(first.next, 10'001);
  EXPECT_EQ(all(rare), (std::vector<std::int64_t>{21'031}));
  EXPECT_EQ(all({.object = "user/a"}, AuditOrder::newest_first).size(), 20U);
}

/// A log that retention shortens.
class AuditRetention : public testing::Test {
 protected:
  AuditRetention() {
    for (int day = 0; day < 10; ++day) {
      append(100);
      directory->clock().advance(24h);
    }
  }
  void append(int count) {
    must((**directory).write_now(Actor{}, [&](Transaction& tx) -> Result<> {
      Audit audit = tx.audit(tenant.organization);
      for (int i = 0; i < count; ++i) audit.append("test.event", "object/x", R"({"a":1})");
      return {};
    }));
  }
  std::int64_t drop(std::chrono::days older_than, std::size_t limit) {
    return must((**directory).write_now(Actor{}, [&](Transaction& tx) -> Result<std::int64_t> {
      return tx.audit(tenant.organization).drop_older(tx.now() - older_than, limit);
    }));
  }
  AuditVerdict verdict(const std::optional<AuditHead>& expected = std::nullopt) {
    return must((**directory).read_now([&](Transaction& tx) -> Result<AuditVerdict> {
      return tx.audit(tenant.organization).verify(expected);
    }));
  }
  AuditHead head() {
    return must((**directory).read_now([&](Transaction& tx) -> Result<AuditHead> {
      return tx.audit(tenant.organization).head();
    }));
  }
  void change(const std::string& sql) {
    directory.reset();
    store.change(sql);
    directory = store.open();
  }

  test::StoreOnDisk store;
  std::unique_ptr<TestDirectory> directory = store.open();
  test::Tenant tenant = directory->add_tenant("acme");
};

TEST_F(AuditRetention, DropsWhatIsOlderAndTheChainStillHolds) {
  const AuditHead whole = head();
  std::int64_t dropped = 0;
  while (const std::int64_t some = drop(std::chrono::days(4), 150)) dropped += some;
  EXPECT_EQ(dropped, whole.sequence - 400);
  const AuditVerdict rest = verdict(whole);
  EXPECT_FALSE(rest.broken_at) << rest.reason;
  EXPECT_EQ(rest.events, 400);
  EXPECT_EQ(rest.dropped, dropped);
  EXPECT_EQ(rest.head.sequence, whole.sequence);
  EXPECT_EQ(rest.head.link, whole.link);
  append(1);
  EXPECT_FALSE(verdict(whole).broken_at);
  must((**directory).read_now([&](Transaction& tx) -> Result<> {
    const AuditPage first =
        tx.audit(tenant.organization).list({}, AuditOrder::oldest_first, std::nullopt, 5);
    EXPECT_EQ(first.events.front().sequence, dropped + 1);
    const auto instance = tx.audit(std::nullopt).list(0, 100);
    EXPECT_EQ(instance.back().type, "audit.dropped");
    EXPECT_EQ(instance.back().object, "organization/acme");
    return {};
  }));
}

TEST_F(AuditRetention, KeepsTheNewestEventOfAll) {
  const AuditHead whole = head();
  directory->clock().advance(1000 * 24h);
  while (drop(std::chrono::days(1), 500) > 0) continue;
  EXPECT_EQ(verdict().events, 1);
  EXPECT_EQ(head().link, whole.link);
  EXPECT_FALSE(verdict(whole).broken_at);
}

TEST_F(AuditRetention, NothingOldNothingDropped) {
  EXPECT_EQ(drop(std::chrono::days(30), 500), 0);
  EXPECT_EQ(verdict().dropped, 0);
}

TEST_F(AuditRetention, AHeadFromBeforeProvesNothingAnyMore) {
  const AuditHead early{.sequence = 50, .link = std::string(64, '0')};
  EXPECT_EQ(verdict(early).broken_at, 50);
  drop(std::chrono::days(4), 500);
  EXPECT_FALSE(verdict(early).broken_at);
}

TEST_F(AuditRetention, AStartThatSomebodyElseMadeIsFound) {
  drop(std::chrono::days(4), 200);
  change(
      "DELETE FROM audit WHERE organization = 1 AND sequence <= 300;"
      "UPDATE audit_starts SET sequence = 300, link = (SELECT link FROM audit WHERE "
      "organization = 1 AND sequence = 301)");
  EXPECT_EQ(verdict().broken_at, 301);
}

TEST_F(AuditRetention, AStartThatIsTakenAwayIsFound) {
  drop(std::chrono::days(4), 200);
  change("DELETE FROM audit_starts");
  EXPECT_EQ(verdict().broken_at, 1);
}

TEST_F(AuditRetention, AnEventDroppedByHandIsFound) {
  drop(std::chrono::days(4), 200);
  change("DELETE FROM audit WHERE organization = 1 AND sequence = 201");
  EXPECT_EQ(verdict().broken_at, 201);
}

}  // namespace
}  // namespace rollcall
