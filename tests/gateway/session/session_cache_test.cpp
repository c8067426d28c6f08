// What is remembered is what would be read: design.md 3, spec/oidc 5.
#include "gateway/session/session_cache.h"

#include "gateway/crypto/random.h"
#include "gateway/directory/transaction.h"
#include "tests/support/await.h"
#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace rollcall::session {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::TestDirectory;

/// One organization with one user who signs in.
class SessionCacheTest : public testing::Test {
 protected:
  template <class Work>
  auto write(Work work) {
    using Value = decltype(work(std::declval<Sessions>()));
    if constexpr (std::is_void_v<Value>) {
      must(directory->write_now(test::test_actor(), [&](Transaction& tx) -> Result<> {
        work(tx.sessions(tenant.organization));
        return {};
      }));
    } else {
      return must(directory->write_now(test::test_actor(), [&](Transaction& tx) -> Result<Value> {
        return work(tx.sessions(tenant.organization));
      }));
    }
  }
  Session make() {
    const Timestamp now = directory.clock().now();
    Session session{.id = SessionId(UuidBytes{}),
                    .organization = tenant.organization,
                    .user_position = user.position,
                    .user = user.id,
                    .connection = "idp",
                    .issuer = "https://idp.example",
                    .subject = "1",
                    .idp_session = {},
                    .address = {},
                    .user_agent = {},
                    .created = now,
                    .last_used = now,
                    .idle = 30min,
                    .expires = now + 12h,
                    .reauth_at = now + 4h};
    UuidBytes id{};
    random_bytes(id);
    random_bytes(session.hash);
    session.id = SessionId(id);
    return write([&](Sessions sessions) { return sessions.add(session); });
  }
  std::optional<Session> stored(const Session& session) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Session>> {
      return Sessions::find(tx, session.hash);
    }));
  }
  bool knows(const Session& session) { return cache.recall(session.hash) != nullptr; }
  SessionPtr get(const Session& session) { return must(cache.get_now(session.hash)); }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
  User user = directory.add_user(tenant, test::user_profile("bea"));
  SessionCache cache{*directory, directory.clock()};
};

TEST_F(SessionCacheTest, RemembersWhatItRead) {
  const Session session = make();
  EXPECT_FALSE(knows(session));
  const SessionPtr read = get(session);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, session.id);
  EXPECT_EQ(cache.recall(session.hash), read);
  EXPECT_EQ(must(test::run(cache.get(session.hash))), read);
}

TEST_F(SessionCacheTest, ReadsInACoroutine) {
  const Session session = make();
  const SessionPtr read = must(test::run(cache.get(session.hash)));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, session.id);
  EXPECT_TRUE(knows(session));
}

// A cookie that was nothing a moment ago may be a session now: sign-in answers before the next
// request, which can come to another thread.
TEST_F(SessionCacheTest, DoesNotRememberThatThereIsNone) {
  Session session = make();
  write([&](Sessions sessions) { sessions.end(session, SessionEnd::sign_out); });
  EXPECT_FALSE(get(session));
  session = write([&](Sessions sessions) { return sessions.add(session); });
  EXPECT_TRUE(get(session));
}

// design.md 3: a deleted session is dead with the commit.
TEST_F(SessionCacheTest, ForgetsWhatACommitEndedOrChanged) {
  Session session = make();
  get(session);
  write([&](Sessions sessions) { sessions.postpone(session, directory.clock().now() + 5h); });
  EXPECT_FALSE(knows(session));
  EXPECT_TRUE(get(session)->reauth_postponed);
  session.reauth_at += 24h;
  write([&](Sessions sessions) { sessions.renew(session); });
  EXPECT_FALSE(knows(session));
  EXPECT_EQ(get(session)->reauth_at, session.reauth_at);
  write([&](Sessions sessions) { sessions.end(session, SessionEnd::admin); });
  EXPECT_FALSE(knows(session));
  EXPECT_FALSE(get(session));
}

// 3.3f
TEST_F(SessionCacheTest, ForgetsWhomScimDeactivates) {
  const Session session = make();
  get(session);
  must(directory->write_now(test::test_actor(), [&](Transaction& tx) -> Result<User> {
    UserProfile profile = user.profile;
    profile.active = false;
    return TestDirectory::users(tx, tenant).update(user, profile);
  }));
  EXPECT_FALSE(knows(session));
  EXPECT_FALSE(get(session));
}

// spec/oidc 5: idle and absolute; a session is over at its end, not behind it.
TEST_F(SessionCacheTest, EndsWhenIdleOrOld) {
  const Session session = make();
  get(session);
  directory.clock().advance(30min - 1ms);
  EXPECT_TRUE(knows(session));
  directory.clock().advance(1ms);
  EXPECT_FALSE(knows(session));
  EXPECT_FALSE(get(session));
}

TEST_F(SessionCacheTest, EndsAtTheLatestHoweverMuchItIsUsed) {
  const Session session = make();
  get(session);
  for (auto passed = 0min; passed < 12h; passed += 20min) {
    const SessionPtr known = get(session);
    ASSERT_TRUE(known) << passed.count();
    cache.note_use(*known);
    directory.clock().advance(20min);
  }
  EXPECT_FALSE(get(session));
}

// It may still be good(): whether the IdP has to be asked is the caller's question.
TEST_F(SessionCacheTest, GivesWhatWantsReauthentication) {
  const Session session = make();
  for (auto passed = 0min; passed < 5h; passed += 20min) {
    cache.note_use(*get(session));
    directory.clock().advance(20min);
  }
  const SessionPtr known = get(session);
  ASSERT_TRUE(known);
  EXPECT_FALSE(known->good(directory.clock().now()));
}

TEST_F(SessionCacheTest, WritesTheTimesOfUseWhenAsked) {
  const Session session = make();
  const Timestamp begin = session.last_used;
  directory.clock().advance(10min);
  cache.note_use(*get(session));
  EXPECT_EQ(cache.recall(session.hash)->last_used, begin + 10min);
  EXPECT_EQ(stored(session)->last_used, begin);
  cache.flush_use();
  EXPECT_EQ(stored(session)->last_used, begin + 10min);
  EXPECT_EQ(cache.recall(session.hash)->last_used, begin + 10min);
  // Nothing new, nothing to write.
  const auto units = directory->stats().units;
  cache.flush_use();
  EXPECT_EQ(directory->stats().units, units);
}

// spec/oidc 5: not at each request.
TEST_F(SessionCacheTest, NotesUseByTheMinute) {
  const Session session = make();
  const SessionPtr first = get(session);
  directory.clock().advance(59s);
  cache.note_use(*first);
  EXPECT_EQ(cache.recall(session.hash), first);
  directory.clock().advance(1s);
  cache.note_use(*first);
  EXPECT_EQ(cache.recall(session.hash)->last_used, session.last_used + 60s);
}

// What the store does not know yet outlives a false alarm and the cache's own end of memory.
TEST_F(SessionCacheTest, KeepsTheTimeOfUseOverAReadOfTheStore) {
  const Session session = make();
  directory.clock().advance(20min);
  cache.note_use(*get(session));
  Session renewed = session;
  renewed.reauth_at += 1h;
  write([&](Sessions sessions) { sessions.renew(renewed); });
  EXPECT_EQ(get(session)->last_used, session.last_used + 20min);
  directory.clock().advance(20min);
  EXPECT_TRUE(get(session));
}

TEST_F(SessionCacheTest, LetsTheLeastUsedGiveWay) {
  SessionCache small(*directory, directory.clock(), 16);  // one in each shard
  Session first = make();
  std::vector<Session> same_shard;
  while (same_shard.size() < 3) {
    Session session = make();
    if (session.hash.back() % 16 == first.hash.back() % 16) same_shard.push_back(session);
  }
  must(small.get_now(first.hash));
  directory.clock().advance(10min);
  small.note_use(*small.recall(first.hash));
  for (const Session& session : same_shard) must(small.get_now(session.hash));
  EXPECT_FALSE(small.recall(first.hash));
  EXPECT_TRUE(small.recall(same_shard.back().hash));
  // Its use is not forgotten.
  small.flush_use();
  EXPECT_EQ(stored(first)->last_used, first.last_used + 10min);
}

// Another gateway may have seen the use that keeps it alive.
TEST_F(SessionCacheTest, LooksInTheStoreBeforeASessionIsOver) {
  const Session session = make();
  get(session);
  directory.clock().advance(20min);
  SessionCache other(*directory, directory.clock());
  other.note_use(*must(other.get_now(session.hash)));
  other.flush_use();
  directory.clock().advance(15min);
  EXPECT_FALSE(knows(session));
  EXPECT_TRUE(get(session));
}

// Run under ThreadSanitizer: a reader that saw the end committed never gets the session again.
TEST_F(SessionCacheTest, HoldsUnderManyThreads) {
  std::array<Session, 8> sessions{make(), make(), make(), make(), make(), make(), make(), make()};
  // Ended sessions, by number; each rises before its readers may notice.
  std::atomic<std::size_t> ended{0};
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t next = i; !done; ++next) {
        const std::size_t dead = ended;
        const std::size_t one = next % sessions.size();
        const auto known = cache.get_now(sessions[one].hash);
        if (!known) {
          ++wrong;
        } else if (*known) {
          if (one < dead) ++wrong;
          cache.note_use(**known);
        }
      }
    });
  }
  threads.emplace_back([&] {
    while (!done) {
      directory.clock().advance(10s);
      cache.flush_use();
    }
  });
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    for (int renewals = 0; renewals < 10; ++renewals) {
      Session& alive = sessions.back();
      write([&](Sessions repository) { repository.renew(alive); });
    }
    write([&](Sessions repository) { repository.end(sessions[i], SessionEnd::admin); });
    ++ended;
    std::this_thread::yield();
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace rollcall::session
