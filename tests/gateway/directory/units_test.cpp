#include "tests/support/await.h"
#include "tests/support/directory.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

/// Keeps the writer busy with one unit, so that what is queued meanwhile becomes one batch.
class BusyWriter {
 public:
  explicit BusyWriter(Directory& directory)
      : thread_([this, &directory] {
          must(directory.write_now(test_actor(), [this](Transaction&) -> Result<> {
            started_.count_down();
            go_.wait();
            return {};
          }));
        }) {
    started_.wait();
  }
  ~BusyWriter() { thread_.join(); }
  void let_go() { go_.count_down(); }

 private:
  std::latch started_{1};
  std::latch go_{1};
  std::thread thread_;
};

class UnitsTest : public testing::Test {
 protected:
  static Result<User> add(Transaction& tx, const test::Tenant& tenant, const std::string& name) {
    return TestDirectory::users(tx, tenant)
        .add(test::user_profile(name), {.created_by = CreatedBy::scim});
  }
  static std::int64_t count(TestDirectory& directory, const test::Tenant& tenant) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::int64_t> {
      return TestDirectory::users(tx, tenant).count({});
    }));
  }
  static void wait_for_queue(TestDirectory& directory, std::size_t length) {
    while (directory->stats().write_queue < length) std::this_thread::yield();
  }
};

TEST_F(UnitsTest, OfOneBatchSucceedAndFailEachForItself) {
  TestDirectory directory;
  const auto tenant = directory.add_tenant("acme");
  BusyWriter busy(*directory);
  const auto commits = directory->stats().commits;
  std::vector<std::thread> threads;
  std::atomic<int> kept{0}, refused{0}, thrown{0};
  for (int i = 0; i < 30; ++i) {
    threads.emplace_back([&, i] {
      try {
        const auto result = directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
          CHECK_OK(add(tx, tenant, "user" + std::to_string(i)));
          if (i % 3 == 1) return Error(Fault::conflict, "refused");
          if (i % 3 == 2) throw std::runtime_error("bug");
          return {};
        });
        result ? ++kept : ++refused;
      } catch (const std::runtime_error& bug) {
        if (std::string_view(bug.what()) == "bug") ++thrown;
      }
    });
  }
  wait_for_queue(directory, 30);
  busy.let_go();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(kept, 10);
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(thrown, 10);
  EXPECT_EQ(count(directory, tenant), 10);
  // The busy unit and those behind it shared a commit or two.
  EXPECT_LE(directory->stats().commits - commits, 2U);
}

TEST_F(UnitsTest, BeyondTheQueueAreUnavailableAtOnce) {
  auto options = TestDirectory::default_options();
  options.write_queue = 2;
  TestDirectory directory(options);
  const auto tenant = directory.add_tenant("acme");
  BusyWriter busy(*directory);
  std::vector<std::thread> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.emplace_back([&, i] {
      must(directory->write_now(test_actor(), [&, i](Transaction& tx) {
        return add(tx, tenant, "queued" + std::to_string(i));
      }));
    });
  }
  wait_for_queue(directory, 2);
  const auto now = directory->write_now(
      test_actor(), [&](Transaction& tx) { return add(tx, tenant, "too much"); });
  ASSERT_FALSE(now);
  EXPECT_EQ(now.error().fault(), Fault::unavailable);
  const auto from_coroutine = test::run(
      directory->write(test_actor(), [&](Transaction& tx) { return add(tx, tenant, "too much"); }));
  ASSERT_FALSE(from_coroutine);
  EXPECT_EQ(from_coroutine.error().fault(), Fault::unavailable);
  busy.let_go();
  for (std::thread& thread : waiting) thread.join();
  EXPECT_EQ(count(directory, tenant), 2);
}

TEST_F(UnitsTest, OfCoroutinesResumeOnTheirOwnThread) {
  TestDirectory directory;
  const auto tenant = directory.add_tenant("acme");
  struct Seen {
    std::thread::id before, after_write, after_scan, after_read;
  };
  const auto body = [](TestDirectory& store, test::Tenant of) -> Awaitable<Seen> {
    Seen seen;
    seen.before = std::this_thread::get_id();
    const auto add_alice = [of](Transaction& tx) { return add(tx, of, "alice"); };
    const auto count_users = [of](Transaction& tx) -> Result<std::int64_t> {
      return TestDirectory::users(tx, of).count({});
    };
    const auto added = co_await store->write(test_actor(), add_alice);
    EXPECT_TRUE(added);
    seen.after_write = std::this_thread::get_id();
    const auto scanned = co_await store->scan(count_users);
    EXPECT_EQ(*scanned, 1);
    seen.after_scan = std::this_thread::get_id();
    const auto read = co_await store->read(count_users);
    EXPECT_EQ(*read, 1);
    seen.after_read = std::this_thread::get_id();
    co_return seen;
  };
  const Seen seen = test::run(body(directory, tenant));
  EXPECT_EQ(seen.before, seen.after_write);
  EXPECT_EQ(seen.before, seen.after_scan);
  EXPECT_EQ(seen.before, seen.after_read);
}

TEST_F(UnitsTest, ThrowToTheCoroutineThatAsked) {
  TestDirectory directory;
  const auto bug = [](Transaction&) -> Result<int> { throw std::out_of_range("bug"); };
  EXPECT_THROW((void)test::run(directory->write(test_actor(), bug)), std::out_of_range);
  EXPECT_THROW((void)test::run(directory->read(bug)), std::out_of_range);
  EXPECT_THROW((void)test::run(directory->scan(bug)), std::out_of_range);
}

TEST_F(UnitsTest, ThatReadSeeOneSnapshot) {
  TestDirectory directory;
  const auto tenant = directory.add_tenant("acme");
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, tenant);
    EXPECT_TRUE(users.list({}, 0, 10).empty());
    directory.add_user(tenant, test::user_profile("alice"));
    EXPECT_TRUE(users.list({}, 0, 10).empty());
    EXPECT_EQ(users.count({}), 0);
    return {};
  }));
  EXPECT_EQ(count(directory, tenant), 1);
}

TEST_F(UnitsTest, ThatReadCannotWrite) {
  TestDirectory directory;
  const auto tenant = directory.add_tenant("acme");
  const auto written =
      directory->read_now([&](Transaction& tx) { return add(tx, tenant, "alice"); });
  EXPECT_FALSE(written);
  EXPECT_EQ(count(directory, tenant), 0);
}

TEST_F(UnitsTest, ThatScanTooLongAreTooMany) {
  auto options = TestDirectory::default_options();
  options.scan_deadline = 50ms;
  TestDirectory directory(options);
  const auto tenant = directory.add_tenant("acme");
  directory.add_user(tenant, test::user_profile("alice"));
  const auto forever = [&](Transaction& tx) -> Result<std::int64_t> {
    for (;;) TestDirectory::users(tx, tenant).list({}, 0, 10);
  };
  const auto scanned = test::run(directory->scan(forever));
  ASSERT_FALSE(scanned);
  EXPECT_EQ(scanned.error().fault(), Fault::too_many);
  EXPECT_NE(scanned.error().detail().find("filter"), std::string::npos);
  // The connection is as good as new.
  const auto count_users = [&](Transaction& tx) -> Result<std::int64_t> {
    return TestDirectory::users(tx, tenant).count({});
  };
  EXPECT_EQ(must(test::run(directory->scan(count_users))), 1);
}

TEST_F(UnitsTest, StillQueuedAtTheEndAreWritten) {
  std::vector<std::thread> threads;
  std::atomic<int> done{0};
  {
    TestDirectory directory;
    const auto tenant = directory.add_tenant("acme");
    BusyWriter busy(*directory);
    for (int i = 0; i < 10; ++i) {
      threads.emplace_back([&, tenant, i] {
        if (directory->write_now(test_actor(), [&](Transaction& tx) {
              return add(tx, tenant, "user" + std::to_string(i));
            })) {
          ++done;
        }
      });
    }
    wait_for_queue(directory, 10);
    busy.let_go();
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(done, 10);
}

}  // namespace
}  // namespace rollcall
