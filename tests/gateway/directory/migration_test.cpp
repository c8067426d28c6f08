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

}  // namespace
}  // namespace rollcall::test
