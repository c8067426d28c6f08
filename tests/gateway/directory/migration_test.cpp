#include "gateway/directory/new_id.h"
#include "tests/gateway/directory/store_on_disk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace rollcall::test {
namespace {

/// The text of a store that an earlier version wrote.
std::string dump(const std::string& name) {
  std::ifstream file("tests/data/stores/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  if (text.str().empty()) throw std::runtime_error("no dump " + name);
  return text.str();
}

TEST(Migrations, AStoreOfSchema1KeepsItsPeopleItsSeatsAndItsAuditChain) {
  const StoreOnDisk store;
  store.change(dump("schema_1.sql"));
  const auto directory = store.open();
  must((*directory)->read_now([](Transaction& tx) -> Result<> {
    const Organization acme = must(tx.organizations().get("acme"));
    EXPECT_EQ(acme.preset, Preset::none);
    EXPECT_TRUE(acme.has(Feature::groups));
    EXPECT_EQ(tx.users(acme.key).list({}, 0, 10).size(), 2U);
    // Deactivated users take no seat.
    EXPECT_EQ(tx.seats(acme.key).get(user_pool).used, 1);
    const AuditVerdict verdict = tx.audit(acme.key).verify();
    EXPECT_FALSE(verdict.broken_at) << verdict.reason;
    EXPECT_EQ(verdict.events, 8);
    return {};
  }));
}

TEST(Migrations, TheAuditChainGoesOnAfterAMigration) {
  const StoreOnDisk store;
  store.change(dump("schema_1.sql"));
  const auto directory = store.open();
  must((*directory)->write_now(test_actor(), [](Transaction& tx) -> Result<> {
    const Organization acme = must(tx.organizations().get("acme"));
    tx.audit(acme.key).append("group.changed", "group/x", R"({"after":{}})");
    return {};
  }));
  must((*directory)->read_now([](Transaction& tx) -> Result<> {
    const Organization acme = must(tx.organizations().get("acme"));
    const AuditVerdict verdict = tx.audit(acme.key).verify();
    EXPECT_FALSE(verdict.broken_at) << verdict.reason;
    EXPECT_EQ(verdict.events, 9);
    return {};
  }));
}

TEST(Migrations, AStoreOfSchema2KeepsItsConnectionsItsPolicyAndItsRights) {
  const StoreOnDisk store;
  store.change(dump("schema_2.sql"));
  const auto directory = store.open();
  must((*directory)->read_now([](Transaction& tx) -> Result<> {
    const Organization acme = must(tx.organizations().get("acme"));
    EXPECT_EQ(acme.preset, Preset::dagster);
    EXPECT_EQ(acme.policy.reauth_hours, 12);
    EXPECT_EQ(acme.policy.session_hours, 168);
    const auto okta = tx.organizations().connection(acme.key, "okta");
    EXPECT_TRUE(okta);
    EXPECT_EQ(okta->tested, std::nullopt);
    EXPECT_EQ(tx.grants(acme.key).count_admins(10), 1U);
    EXPECT_EQ(tx.mappings(acme.key).list(0, 10).size(), 1U);
    const AuditVerdict verdict = tx.audit(acme.key).verify();
    EXPECT_FALSE(verdict.broken_at) << verdict.reason;
    EXPECT_GT(verdict.events, 10);
    return {};
  }));
}

TEST(Migrations, PeopleSignInToAStoreOfSchema2) {
  const StoreOnDisk store;
  store.change(dump("schema_2.sql"));
  const auto directory = store.open();
  must((*directory)->write_now(test_actor(), [](Transaction& tx) -> Result<> {
    const Organization acme = must(tx.organizations().get("acme"));
    const User ada = tx.users(acme.key).list({}, 0, 1).front();
    must(tx.identities(acme.key).link(
        ada, {.connection = "okta", .issuer = "https://idp.example", .subject = "ada"}));
    const Session session =
        tx.sessions(acme.key).add({.id = new_id<SessionId>(tx.now()),
                                   .hash = sha256("cookie"),
                                   .organization = acme.key,
                                   .user_position = ada.position,
                                   .user = ada.id,
                                   .connection = "okta",
                                   .issuer = "https://idp.example",
                                   .subject = "ada",
                                   .idp_session = {},
                                   .address = {},
                                   .user_agent = {},
                                   .created = tx.now(),
                                   .last_used = tx.now(),
                                   .idle = std::chrono::hours(1),
                                   .expires = tx.now() + std::chrono::hours(8),
                                   .reauth_at = tx.now() + std::chrono::hours(4)});
    EXPECT_TRUE(Sessions::find(tx, session.hash));
    return {};
  }));
}

}  // namespace
}  // namespace rollcall::test
