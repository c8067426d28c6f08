#include "gateway/app/reseal.h"

#include "tests/support/directory.h"

#include <gtest/gtest.h>

namespace rollcall::app {
namespace {

using test::must;

KeyRing ring(const std::string& lines) { return must(KeyRing::parse(Secret(lines))); }

// design.md 7: key ids for rotation.
TEST(Reseal, AfterItTheOlderKeyCanGo) {
  const std::string old_key(32, 'o');
  const std::string new_key(32, 'n');
  test::TestDirectory directory;
  const auto tenant = directory.add_tenant("acme");
  const User ada = directory.add_user(tenant, test::user_profile("ada"));
  const KeyRing before = ring(old_key);
  const Timestamp now = directory.clock().now();
  Session session{.id = *SessionId::parse("0190b2c4-0000-7000-8000-000000000001"),
                  .hash = sha256("cookie"),
                  .organization = tenant.organization,
                  .user_position = ada.position,
                  .user = ada.id,
                  .connection = "okta",
                  .issuer = {},
                  .subject = {},
                  .idp_session = {},
                  .address = {},
                  .user_agent = {},
                  .created = now,
                  .last_used = now,
                  .idle = std::chrono::hours(1),
                  .expires = now + std::chrono::hours(8),
                  .reauth_at = now + std::chrono::hours(8)};
  session.sealed_tokens = before.seal("{}", session.seal_purpose());
  must(directory->write_now(test::test_actor(), [&](Transaction& tx) -> Result<> {
    tx.connection_secrets(tenant.organization)
        .set(before, "okta", "client_secret", Secret("s3cret"));
    tx.sessions(tenant.organization).add(session);
    return {};
  }));

  reseal(*directory, ring(new_key + "\n" + old_key), directory.log());

  const KeyRing after = ring(new_key);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto secret =
        tx.connection_secrets(tenant.organization).get(after, "okta", "client_secret");
    EXPECT_TRUE(secret && secret->reveal() == "s3cret");
    const auto kept = Sessions::find(tx, session.hash);
    EXPECT_TRUE(kept && after.open(kept->sealed_tokens, session.seal_purpose()));
    EXPECT_EQ(kept->reauth_at, session.reauth_at);
    return {};
  }));
}

}  // namespace
}  // namespace rollcall::app
