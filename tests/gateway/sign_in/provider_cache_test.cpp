#include "gateway/sign_in/provider_cache.h"

#include "gateway/http/turns.h"
#include "gateway/sign_in/issuer_limits.h"
#include "gateway/sign_in/provider_fetch.h"
#include "tests/gateway/sign_in/oidc_fixture.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <atomic>
#include <optional>
#include <thread>

namespace rollcall::test {
namespace {

using namespace sign_in;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string discovery = "/.well-known/openid-configuration";

class ProviderCacheTest : public ::testing::Test {
 protected:
  static oidc::ClientSettings settings() {
    oidc::ClientSettings settings;
    settings.issuer = ScriptedIdp::issuer;
    settings.client_id = "rollcall";
    settings.algorithms = {SignatureScheme::ecdsa_p256_sha256};
    return settings;
  }
  Result<ProviderPtr> get() { return run(cache_.get(settings())); }
  std::string kid(const ProviderPtr& provider) { return provider->keys.keys().front().kid; }
  std::string refetch(const ProviderPtr& known, const std::string& kid,
                      TokenFrom from = TokenFrom::idp) {
    const auto provider = run(cache_.refetch(settings(), known, kid, from));
    return provider ? "fetched" : std::string(provider.error().code());
  }
  void cache_control(const std::string& path, const std::string& value) {
    idp_.on(path, [this, path, value](const http::FetchRequest&) -> Result<http::FetchResponse> {
      auto answer = path == discovery ? json_answer(200, idp_.metadata) : keys_answer();
      answer.fields.emplace_back("Cache-Control", value);
      return answer;
    });
  }
  static http::FetchResponse keys_answer() {
    return json_answer(200, json::Object{{"keys", json::Array{}}});
  }

  ManualClock clock_;
  ScriptedIdp idp_{clock_};
  ProviderCache cache_{idp_, clock_};
};

TEST_F(ProviderCacheTest, KeepsWhatItFetchedForFiveMinutesAtLeast) {
  const auto first = must(get());
  EXPECT_EQ(kid(first), "key-1");
  clock_.advance(seconds(299));
  EXPECT_EQ(must(get()), first);
  clock_.advance(seconds(1));
  EXPECT_NE(must(get()), first);
  EXPECT_EQ(idp_.count(discovery), 2U);
  EXPECT_EQ(idp_.count("/jwks"), 2U);
}

// spec/oidc 1.5: min(max(max-age, 5 min), 24 h).
TEST_F(ProviderCacheTest, TheTimeToKeepIsMaxAgeWithinBounds) {
  const auto keep = [](const char* value) {
    http::FetchResponse response;
    response.fields = {{"Cache-Control", value}};
    return keep_time(response).count();
  };
  EXPECT_EQ(keep("max-age=3600"), 3600);
  EXPECT_EQ(keep("public, Max-Age=600, must-revalidate"), 600);
  EXPECT_EQ(keep("max-age=1"), 300);
  EXPECT_EQ(keep("no-store"), 300);
  EXPECT_EQ(keep("max-age=99999999999999999999"), 86'400);
  EXPECT_EQ(keep("max-age=-5"), 300);
  EXPECT_EQ(keep("max-age=abc"), 300);
  EXPECT_EQ(keep_time(http::FetchResponse()).count(), 300);
}

TEST_F(ProviderCacheTest, EachDocumentIsFetchedWhenItsOwnTimeIsOver) {
  cache_control(discovery, "max-age=3600");
  must(get());
  clock_.advance(minutes(10));
  must(get());
  EXPECT_EQ(idp_.count(discovery), 1U);
  EXPECT_EQ(idp_.count("/jwks"), 2U);
}

// spec/oidc 1.5: "a refetch that fails must not evict"; it is not tried with every request.
TEST_F(ProviderCacheTest, AFetchThatFailsKeepsTheOldSetAndBacksOff) {
  const auto first = must(get());
  idp_.down(true);
  clock_.advance(minutes(10));
  EXPECT_EQ(must(get()), first);
  const std::size_t tried = idp_.count(discovery);
  EXPECT_EQ(must(get()), first);
  clock_.advance(seconds(29));
  EXPECT_EQ(must(get()), first);
  EXPECT_EQ(idp_.count(discovery), tried);
  clock_.advance(seconds(1));
  EXPECT_EQ(must(get()), first);
  EXPECT_EQ(idp_.count(discovery), tried + 1);
  clock_.advance(seconds(59));
  must(get());
  EXPECT_EQ(idp_.count(discovery), tried + 1);
  idp_.down(false);
  clock_.advance(seconds(1));
  EXPECT_NE(must(get()), first);
}

TEST_F(ProviderCacheTest, AnIdpThatWasNeverReachedIsTriedAnewEachTime) {
  idp_.down(true);
  EXPECT_EQ(get().error().code(), "idp_unreachable");
  idp_.down(false);
  EXPECT_TRUE(get());
}

TEST_F(ProviderCacheTest, DocumentsThatCannotBeUsedAreRefused) {
  idp_.metadata.set("issuer", ScriptedIdp::issuer + "/");
  EXPECT_EQ(get().error().code(), "issuer_mismatch");
  idp_.metadata.set("issuer", ScriptedIdp::issuer);
  for (const int status : {302, 404, 500}) {
    idp_.on("/jwks", [=](const auto&) -> Result<http::FetchResponse> {
      return json_answer(status, json::Object());
    });
    EXPECT_EQ(get().error().code(), "idp_unreachable") << status;
  }
  oidc::ClientSettings plain = settings();
  plain.issuer = "http://idp.example";
  EXPECT_EQ(run(cache_.get(plain)).error().fault(), Fault::invalid_value);
}

// Connections that trust differently share nothing, whatever their issuer.
TEST_F(ProviderCacheTest, ConnectionsWithOtherTrustHaveTheirOwn) {
  const auto first = must(get());
  oidc::ClientSettings insecure = settings();
  insecure.allow_insecure_loopback = true;
  EXPECT_NE(must(run(cache_.get(insecure))), first);
}

// OIDF oidcc-client-test-signing-key-rotation.
TEST_F(ProviderCacheTest, AnUnknownKeyFetchesTheSetAgain) {
  const auto first = must(get());
  idp_.rotate();
  EXPECT_EQ(refetch(first, "key-2"), "fetched");
  EXPECT_EQ(kid(must(get())), "key-2");
  EXPECT_EQ(idp_.count(discovery), 1U);
}

TEST_F(ProviderCacheTest, WhoeverComesSecondGetsWhatTheFirstFetched) {
  const auto first = must(get());
  idp_.rotate();
  EXPECT_EQ(refetch(first, "key-2"), "fetched");
  EXPECT_EQ(refetch(first, "key-2"), "fetched");
  EXPECT_EQ(idp_.count("/jwks"), 2U);
}

// spec/oidc 1.3: a key set that rotates three times in seconds.
TEST_F(ProviderCacheTest, AFewRotationsAtOnceAreFollowed) {
  for (int i = 2; i < 5; ++i) {
    idp_.rotate();
    EXPECT_EQ(refetch(must(get()), "key-" + std::to_string(i)), "fetched");
    EXPECT_EQ(kid(must(get())), "key-" + std::to_string(i));
  }
}

TEST_F(ProviderCacheTest, AStormOfUnknownKeysFetchesFiveTimesAndThenFourAMinute) {
  must(get());
  for (int i = 0; i < 100; ++i) refetch(must(get()), "unknown-" + std::to_string(i));
  EXPECT_EQ(idp_.count("/jwks"), 6U);
  EXPECT_EQ(refetch(must(get()), "unknown-x"), "key_unknown");
  clock_.advance(seconds(60));
  for (int i = 100; i < 200; ++i) refetch(must(get()), "unknown-" + std::to_string(i));
  EXPECT_EQ(idp_.count("/jwks"), 10U);
}

TEST_F(ProviderCacheTest, AKeyThatWasNotThereAMomentAgoIsNotLookedForAgain) {
  must(get());
  EXPECT_EQ(refetch(must(get()), "nowhere"), "fetched");
  EXPECT_EQ(refetch(must(get()), "nowhere"), "key_unknown");
  EXPECT_EQ(idp_.count("/jwks"), 2U);
  clock_.advance(seconds(61));
  EXPECT_EQ(refetch(must(get()), "nowhere"), "fetched");
}

TEST_F(ProviderCacheTest, StrangersHaveABucketOfTheirOwn) {
  must(get());
  for (int i = 0; i < 100; ++i) {
    refetch(must(get()), "forged-" + std::to_string(i), TokenFrom::stranger);
  }
  idp_.rotate();
  EXPECT_EQ(refetch(must(get()), "key-2"), "fetched");
  EXPECT_EQ(kid(must(get())), "key-2");
}

// A forged logout token may name the key that the IdP signs with next.
TEST_F(ProviderCacheTest, AKeyThatAStrangerAskedForIsLookedForByASignIn) {
  must(get());
  EXPECT_EQ(refetch(must(get()), "key-2", TokenFrom::stranger), "fetched");
  EXPECT_EQ(refetch(must(get()), "key-2", TokenFrom::stranger), "key_unknown");
  idp_.rotate();
  EXPECT_EQ(refetch(must(get()), "key-2"), "fetched");
  EXPECT_EQ(kid(must(get())), "key-2");
}

TEST_F(ProviderCacheTest, ARefetchThatFailsKeepsTheSet) {
  const auto first = must(get());
  idp_.down(true);
  EXPECT_EQ(refetch(first, "key-2"), "idp_unreachable");
  EXPECT_EQ(must(get()), first);
}

TEST(MissingKeysTest, AreBounded) {
  MissingKeys missing;
  const Timestamp now{};
  for (std::size_t i = 0; i < 2 * MissingKeys::most; ++i) missing.add(std::to_string(i), now);
  EXPECT_TRUE(missing.has("0", now));
  EXPECT_FALSE(missing.has(std::to_string(MissingKeys::most), now));
  missing.add("late", now + minutes(2));
  EXPECT_TRUE(missing.has("late", now + minutes(2)));
}

TEST_F(ProviderCacheTest, WhetherAnIdpAnswersIsAskedEveryThirtySeconds) {
  EXPECT_TRUE(run(cache_.reachable(settings())));
  idp_.down(true);
  EXPECT_TRUE(run(cache_.reachable(settings())));
  EXPECT_EQ(idp_.count(discovery), 1U);
  clock_.advance(seconds(30));
  EXPECT_FALSE(run(cache_.reachable(settings())));
}

/// Holds its answers back until the test lets them go.
class SlowIdp final : public http::Fetcher {
 public:
  explicit SlowIdp(ScriptedIdp& idp) : idp_(idp) {}

  Awaitable<Result<http::FetchResponse>> fetch(http::FetchRequest request) override {
    ++fetches;
    while (!open_) co_await http::pause(milliseconds(1));
    auto answer = co_await idp_.fetch(std::move(request));
    co_return answer;
  }
  void open() { open_ = true; }

  std::atomic<int> fetches{0};

 private:
  ScriptedIdp& idp_;
  std::atomic<bool> open_{false};
};

// One fetch for all who wait, on whatever threads.
TEST_F(ProviderCacheTest, ManyCallersOnSeveralThreadsShareOneFetch) {
  SlowIdp slow(idp_);
  ProviderCache cache(slow, clock_);
  std::array<std::array<std::optional<Result<ProviderPtr>>, 25>, 4> results;
  std::vector<std::thread> threads;
  for (auto& own : results) {
    threads.emplace_back([&] {
      boost::asio::io_context loop(1);
      for (auto& result : own) {
        boost::asio::co_spawn(loop, keep(cache.get(settings()), result),
                              [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
      }
      loop.run();
    });
  }
  slow.open();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(slow.fetches, 2);
  for (const auto& own : results) {
    for (const auto& result : own) EXPECT_TRUE(*result);
  }
}

TEST_F(ProviderCacheTest, ManyCallersShareOneFailure) {
  SlowIdp slow(idp_);
  ProviderCache cache(slow, clock_);
  idp_.down(true);
  boost::asio::io_context loop(1);
  std::array<std::optional<Result<ProviderPtr>>, 25> results;
  for (auto& result : results) {
    boost::asio::co_spawn(loop, keep(cache.get(settings()), result),
                          [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  }
  loop.poll();
  slow.open();
  loop.run();
  EXPECT_EQ(slow.fetches, 1);
  for (const auto& result : results) EXPECT_EQ(result->error().code(), "idp_unreachable");
}

TEST_F(ProviderCacheTest, AnImpatientCallerLeavesTheOthersWaiting) {
  SlowIdp slow(idp_);
  ProviderCache cache(slow, clock_);
  boost::asio::io_context loop(1);
  std::array<std::optional<Result<ProviderPtr>>, 2> results;
  const auto ended = [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); };
  boost::asio::co_spawn(loop, keep(cache.get(settings()), results[0]), ended);
  boost::asio::co_spawn(loop, keep(cache.get(settings(), milliseconds(1)), results[1]),
                        [&](const std::exception_ptr& thrown) {
                          EXPECT_FALSE(thrown);
                          slow.open();
                        });
  loop.run();
  EXPECT_TRUE(*results[0]);
  EXPECT_FALSE(*results[1]);
}

// The first caller's browser is gone: whoever waits goes on in its place.
TEST_F(ProviderCacheTest, ACallerThatIsCancelledFailsNobodyElse) {
  SlowIdp slow(idp_);
  ProviderCache cache(slow, clock_);
  boost::asio::io_context loop(1);
  std::array<std::optional<Result<ProviderPtr>>, 3> results;
  boost::asio::cancellation_signal cancel;
  bool cancelled = false;
  boost::asio::co_spawn(
      loop, keep(cache.get(settings()), results[0]),
      boost::asio::bind_cancellation_slot(
          cancel.slot(), [&](const std::exception_ptr& thrown) { cancelled = thrown != nullptr; }));
  for (auto* result : {&results[1], &results[2]}) {
    boost::asio::co_spawn(loop, keep(cache.get(settings()), *result),
                          [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  }
  loop.poll();
  cancel.emit(boost::asio::cancellation_type::terminal);
  slow.open();
  loop.run();
  EXPECT_TRUE(cancelled);
  EXPECT_TRUE(*results[1]);
  EXPECT_TRUE(*results[2]);
}

}  // namespace
}  // namespace rollcall::test
