#include "tests/support/directory.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class IdempotencyKeysTest : public testing::Test {
 protected:
  void keep(std::string_view caller, std::string_view key, std::string_view request,
            const std::string& body) {
    must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      tx.idempotency_keys().keep(caller, key, sha256(request), {201, "ETag: 1", body});
      return {};
    }));
  }
  Result<std::optional<KeptAnswer>> find(std::string_view caller, std::string_view key,
                                         std::string_view request) {
    return directory->read_now(
        [&](Transaction& tx) { return tx.idempotency_keys().find(caller, key, sha256(request)); });
  }

  TestDirectory directory;
};

TEST_F(IdempotencyKeysTest, GiveTheFirstAnswerToTheSameRequest) {
  EXPECT_FALSE(must(find("token/1", "k", "POST /users {}")));
  keep("token/1", "k", "POST /users {}", "made");
  const auto kept = must(find("token/1", "k", "POST /users {}"));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->status, 201);
  EXPECT_EQ(kept->headers, "ETag: 1");
  EXPECT_EQ(kept->body, "made");
}

TEST_F(IdempotencyKeysTest, AreRefusedForAnotherRequest) {
  keep("token/1", "k", "POST /users {}", "made");
  const auto refused = find("token/1", "k", "POST /groups {}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::conflict);
  EXPECT_EQ(refused.error().code(), "idempotency_key_reused");
}

TEST_F(IdempotencyKeysTest, BelongToTheirCaller) {
  keep("token/1", "k", "POST /users {}", "made");
  EXPECT_FALSE(must(find("token/2", "k", "POST /groups {}")));
}

TEST_F(IdempotencyKeysTest, AreNewAgainAfter24Hours) {
  keep("token/1", "k", "POST /users {}", "made");
  directory.clock().advance(24h - 1ms);
  EXPECT_TRUE(must(find("token/1", "k", "POST /users {}")));
  directory.clock().advance(1ms);
  EXPECT_FALSE(must(find("token/1", "k", "POST /groups {}")));
  keep("token/1", "k", "POST /groups {}", "made later");
  EXPECT_EQ(must(find("token/1", "k", "POST /groups {}"))->body, "made later");
}

TEST_F(IdempotencyKeysTest, AreForgottenWhenOld) {
  keep("token/1", "old", "a", "old");
  directory.clock().advance(24h);
  keep("token/1", "new", "a", "new");
  must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    tx.idempotency_keys().forget_old();
    return {};
  }));
  // Back at the time of the first one, which would still count were it there.
  directory.clock().advance(-1h);
  EXPECT_FALSE(must(find("token/1", "old", "a")));
  EXPECT_TRUE(must(find("token/1", "new", "a")));
}

TEST_F(IdempotencyKeysTest, OfAWriteThatFailedKeepNothing) {
  const auto refused = directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    tx.idempotency_keys().keep("token/1", "k", sha256("a"), {201, "", "made"});
    return Error(Fault::conflict, "no");
  });
  EXPECT_FALSE(refused);
  EXPECT_FALSE(must(find("token/1", "k", "a")));
}

}  // namespace
}  // namespace rollcall
