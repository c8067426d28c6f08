#include "tests/support/directory.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <thread>

namespace rollcall {
namespace {

using test::must;
using test::test_actor;
using test::TestDirectory;

constexpr int loops = 3;
constexpr int sessions = 8;
constexpr int turns = 12;

struct Stage {
  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
  Group team = directory.add_group(tenant, test::group_profile("team"));
  std::atomic<int> finished{0};
};

/// What an IdP does: adds a user, finds it, puts it into the group, looks at a page; takes every
/// third out.
Awaitable<> provision(Stage& stage, std::string prefix) {
  const test::Tenant tenant = stage.tenant;
  const Group team = stage.team;
  for (int i = 0; i < turns; ++i) {
    const std::string name = prefix + "-" + std::to_string(i);
    const auto add = [tenant, name](Transaction& tx) {
      return TestDirectory::users(tx, tenant)
          .add(test::user_profile(name), {.created_by = CreatedBy::scim});
    };
    const Result<User> added = co_await stage.directory->write(test_actor(), add);
    EXPECT_TRUE(added);
    const UserId id = added->id;
    const auto find = [tenant, id](Transaction& tx) {
      return TestDirectory::users(tx, tenant).get(id);
    };
    const Result<User> found = co_await stage.directory->read(find);
    EXPECT_TRUE(found) << "a reader does not see its own acknowledged write";
    const auto join = [tenant, team, id](Transaction& tx) {
      const std::vector<UserId> members(1, id);
      return TestDirectory::groups(tx, tenant).add_members(team, members, Origin::scim);
    };
    const Result<std::size_t> joined = co_await stage.directory->write(test_actor(), join);
    EXPECT_EQ(*joined, 1U);
    const auto page = [tenant](Transaction& tx) -> Result<std::size_t> {
      return TestDirectory::users(tx, tenant).list({}, 0, 20).size();
    };
    const Result<std::size_t> listed = co_await stage.directory->scan(page);
    EXPECT_GE(*listed, 1U);
    if (i % 3 != 0) continue;
    const auto leave = [tenant, id](Transaction& tx) {
      return TestDirectory::users(tx, tenant).remove(id);
    };
    const Result<> left = co_await stage.directory->write(test_actor(), leave);
    EXPECT_TRUE(left);
  }
  ++stage.finished;
}

TEST(Concurrency, ManySessionsOnManyLoopsLeaveOneConsistentStore) {
  Stage stage;
  std::vector<std::thread> threads;
  for (int loop = 0; loop < loops; ++loop) {
    threads.emplace_back([&stage, loop] {
      boost::asio::io_context context(1);
      for (int session = 0; session < sessions; ++session) {
        const std::string prefix = std::to_string(loop) + "-" + std::to_string(session);
        boost::asio::co_spawn(context, provision(stage, prefix),
                              [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
      }
      context.run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stage.finished, loops * sessions);
  constexpr std::int64_t left = loops * sessions * turns * 2 / 3;
  must(stage.directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, stage.tenant);
    EXPECT_EQ(users.count({}), left);
    EXPECT_EQ(users.list({}, 0, 1000).size(), static_cast<std::size_t>(left));
    EXPECT_EQ(TestDirectory::groups(tx, stage.tenant).member_count(stage.team), left);
    const AuditVerdict verdict = tx.audit(stage.tenant.organization).verify();
    EXPECT_FALSE(verdict.broken_at) << verdict.reason;
    return {};
  }));
}

// Each adds its own member to the same group; all must be there (spec/reliability 4.2).
TEST(Concurrency, MembersAddedAtOnceAreAllThere) {
  Stage stage;
  constexpr int members = 60;
  std::vector<UserId> ids;
  for (int i = 0; i < members; ++i) {
    ids.push_back(stage.directory.add_user(stage.tenant, test::user_profile(std::to_string(i))).id);
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = static_cast<std::size_t>(thread); i < ids.size(); i += 4) {
        must(stage.directory->write_now(test_actor(), [&](Transaction& tx) {
          const std::vector<UserId> one = {ids[i]};
          return TestDirectory::groups(tx, stage.tenant).add_members(stage.team, one, Origin::scim);
        }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  must(stage.directory->read_now([&](Transaction& tx) -> Result<> {
    Groups groups = TestDirectory::groups(tx, stage.tenant);
    EXPECT_EQ(groups.member_count(stage.team), members);
    TRY(const Group team, groups.get(stage.team.id));
    EXPECT_EQ(team.version, 1 + members);
    return {};
  }));
}

// Readers keep snapshots, writes never pause: the log must start again at its beginning all the
// same.
TEST(Concurrency, TheWriteAheadLogStaysBoundedUnderReadsAndWrites) {
  constexpr int writes = 600;
  constexpr std::size_t document_size = 400'000;
  constexpr std::uint64_t bound = 130'000'000;
  Stage stage;
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        must(stage.directory->read_now([&](Transaction& tx) -> Result<> {
          TestDirectory::users(tx, stage.tenant).count({});
          return {};
        }));
      }
    });
  }
  User user = stage.directory.add_user(stage.tenant, test::user_profile("alice"));
  std::uint64_t longest = 0;
  for (int i = 0; i < writes; ++i) {
    UserProfile profile = user.profile;
    profile.document =
        "\"n\":" + std::to_string(i) + ",\"x\":\"" + std::string(document_size, 'x') + "\"";
    user = must(stage.directory->write_now(test_actor(), [&](Transaction& tx) {
      return TestDirectory::users(tx, stage.tenant).update(user, profile);
    }));
    longest = std::max(longest, stage.directory->stats().wal_bytes);
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_LT(longest, bound);
}

}  // namespace
}  // namespace rollcall
