// Prints how long it takes to recall one of 100,000 sessions, by one thread and by two at a time,
// and to read one from the store.
#include "gateway/crypto/random.h"
#include "gateway/directory/transaction.h"
#include "gateway/session/session_cache.h"
#include "tests/support/directory.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

using namespace rollcall;
using rollcall::test::must;

constexpr std::size_t session_count = 100'000;
/// A user has at most 100.
constexpr std::size_t sessions_of_user = 100;

Session session_of(const User& user, OrganizationKey organization, Timestamp now) {
  UuidBytes id{};
  random_bytes(id);
  Session session{.id = SessionId(id),
                  .organization = organization,
                  .user_position = user.position,
                  .user = user.id,
                  .connection = "idp",
                  .issuer = "https://idp.example",
                  .subject = "00u1a2b3c4d5e6f7g8h9",
                  .idp_session = {},
                  .address = "192.0.2.1",
                  .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101",
                  .created = now,
                  .last_used = now,
                  .idle = std::chrono::hours(8),
                  .expires = now + std::chrono::hours(168),
                  .reauth_at = now + std::chrono::hours(24)};
  random_bytes(session.hash);
  return session;
}

std::vector<Sha256> populate(rollcall::test::TestDirectory& directory) {
  const auto tenant = directory.add_tenant("acme");
  std::vector<Sha256> hashes;
  for (std::size_t i = 0; i < session_count / sessions_of_user; ++i) {
    const User user =
        directory.add_user(tenant, rollcall::test::user_profile("user" + std::to_string(i)));
    must(directory->write_now(rollcall::test::test_actor(), [&](Transaction& tx) -> Result<> {
      for (std::size_t k = 0; k < sessions_of_user; ++k) {
        hashes.push_back(tx.sessions(tenant.organization)
                             .add(session_of(user, tenant.organization, tx.now()))
                             .hash);
      }
      return {};
    }));
  }
  return hashes;
}

template <class Work>
double nanoseconds(std::size_t times, Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < times; ++i) work(i);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  return took.count() / static_cast<double>(times);
}

}  // namespace

int main() {
  rollcall::test::TestDirectory directory;
  const auto hashes = populate(directory);
  session::SessionCache cache(*directory, directory.clock(), 2 * session_count);
  std::printf("%-36s %10.0f ns\n", "read from the store",
              nanoseconds(hashes.size(), [&](std::size_t i) { must(cache.get_now(hashes[i])); }));
  std::atomic<std::size_t> missing{0};
  // A step that is prime to the count: no order that a processor's cache could use.
  const auto recall = [&](std::size_t i) {
    if (!cache.recall(hashes[i * 61'803 % hashes.size()])) ++missing;
  };
  std::printf("%-36s %10.0f ns\n", "recall, 1,000 of them in use",
              nanoseconds(2'000'000, [&](std::size_t i) { recall(i % 1000); }));
  std::printf("%-36s %10.0f ns\n", "recall", nanoseconds(2'000'000, recall));
  std::thread other(
      [&] { nanoseconds(2'000'000, [&](std::size_t i) { recall(i + hashes.size() / 2); }); });
  std::printf("%-36s %10.0f ns\n", "recall, two threads", nanoseconds(2'000'000, recall));
  other.join();
  const auto use = [&](std::size_t i) {
    cache.note_use(*cache.recall(hashes[i * 61'803 % hashes.size()]));
  };
  std::printf("%-36s %10.0f ns\n", "recall and note use", nanoseconds(1'000'000, use));
  return missing == 0 ? 0 : 1;
}
