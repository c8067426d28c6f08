#include "gateway/directory/erasure.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "tests/gateway/directory/store_on_disk.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using test::must;
using test::test_actor;
using test::TestDirectory;

class ErasureTest : public testing::Test {
 protected:
  User add(const std::string& name) {
    return directory->add_user(tenant, test::user_profile(name));
  }
  void remove(const User& user) {
    must((**directory).write_now(test_actor(), [&](Transaction& tx) {
      return TestDirectory::users(tx, tenant).remove(user.id);
    }));
  }
  Result<Erasure> erase(const UserId& user, PersonTraces traces = {}) {
    return (**directory).write_now(test_actor(), [&](Transaction& tx) {
      return erase_person(tx, tenant.organization, user, traces);
    });
  }
  void note(std::string_view object, std::string_view detail) {
    must((**directory).write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      tx.audit(tenant.organization).append("test.event", object, detail);
      return {};
    }));
  }
  std::vector<AuditEvent> events() {
    return must((**directory).read_now([&](Transaction& tx) -> Result<std::vector<AuditEvent>> {
      return tx.audit(tenant.organization).list(0, 1000);
    }));
  }
  AuditVerdict verdict() {
    return must((**directory).read_now([&](Transaction& tx) -> Result<AuditVerdict> {
      return tx.audit(tenant.organization).verify(head);
    }));
  }
  void keep_head() {
    head = must((**directory).read_now([&](Transaction& tx) -> Result<AuditHead> {
      return tx.audit(tenant.organization).head();
    }));
  }
  void queue(std::string_view to) {
    must((**directory).write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      tx.outbox().add(tenant.organization, to, "user_added", {});
      return {};
    }));
  }
  /// In the detail of an event.
  bool anywhere(std::string_view text) {
    for (const AuditEvent& event : events()) {
      if (event.detail.find(text) != std::string::npos) return true;
    }
    return false;
  }
  void change(const std::string& sql) {
    directory.reset();
    store.change(sql);
    directory = store.open();
  }

  test::StoreOnDisk store;
  std::unique_ptr<TestDirectory> directory = store.open();
  test::Tenant tenant = directory->add_tenant("acme");
  std::optional<AuditHead> head;
};

TEST_F(ErasureTest, LeavesNothingThatNamesThePersonAndAChainThatHolds) {
  const User alice = add("alice");
  add("bob");
  note("group/x", R"({"invited":"Alice@Example.com"})");
  queue("ALICE@example.com");
  remove(alice);
  keep_head();
  const Erasure erased = must(erase(alice.id));
  EXPECT_EQ(erased.mails, 1) << "the one queued here";
  EXPECT_GE(erased.events, 3);
  EXPECT_FALSE(anywhere("alice"));
  EXPECT_FALSE(anywhere("Alice"));
  EXPECT_TRUE(anywhere("bob@example.com"));
  EXPECT_EQ(events().back().type, "user.erased");
  EXPECT_EQ(events().back().object, "user/" + alice.id.str());
  EXPECT_FALSE(verdict().broken_at) << verdict().reason;
  must((**directory).read_now([&](Transaction& tx) -> Result<> {
    for (const Mail& mail : tx.outbox().list(tenant.organization, 0, 100)) {
      EXPECT_EQ(mail.to.find("lice@"), std::string::npos);
    }
    return {};
  }));
}

TEST_F(ErasureTest, OfAUserWhoIsStillThereIsRefused) {
  const User alice = add("alice");
  const auto refused = erase(alice.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::conflict);
  EXPECT_EQ(refused.error().code(), "user_exists");
  EXPECT_TRUE(anywhere("alice"));
}

TEST_F(ErasureTest, OfNobodyOrTwiceIsNotFound) {
  const User alice = add("alice");
  remove(alice);
  must(erase(alice.id));
  const auto again = erase(alice.id);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::not_found);
}

TEST_F(ErasureTest, OfAnotherOrganizationIsNotFound) {
  const User alice = add("alice");
  remove(alice);
  tenant = directory->add_tenant("other");
  EXPECT_EQ(erase(alice.id).error().fault(), Fault::not_found);
}

TEST_F(ErasureTest, SparesALongerAddressAroundTheOneErased) {
  const User ann = add("ann");
  add("joann");
  note("x", R"({"to":"ann@example.com.au"})");
  note("x", R"({"to":"x-ann@example.com"})");
  note("x", R"({"text":"to ann@example.com."})");
  remove(ann);
  must(erase(ann.id));
  EXPECT_TRUE(anywhere("joann@example.com"));
  EXPECT_TRUE(anywhere("ann@example.com.au"));
  EXPECT_TRUE(anywhere("x-ann@example.com"));
  EXPECT_FALSE(anywhere("to ann@example.com."));
}

TEST_F(ErasureTest, WhatNamesAnAddressThatSomebodyHasTodayStays) {
  const User first = add("alice");
  remove(first);
  const User second = add("alice");
  note("x", R"({"to":"alice@example.com"})");
  must(erase(first.id));
  for (const AuditEvent& event : events()) {
    if (event.object == "user/" + first.id.str() && event.type != "user.erased") {
      EXPECT_EQ(event.detail, R"({"erased":true})") << event.type;
    }
    if (event.object == "user/" + second.id.str() || event.object == "x") {
      EXPECT_NE(event.detail.find("alice"), std::string::npos) << event.type;
    }
  }
}

TEST_F(ErasureTest, TracesFoundBeforeAreCompletedWithWhatCameSince) {
  const User alice = add("alice");
  remove(alice);
  PersonTraces traces = must((**directory).read_now([&](Transaction& tx) -> Result<PersonTraces> {
    return find_traces(tx, tenant.organization, alice.id);
  }));
  note("x", R"({"to":"alice@example.com"})");
  must(erase(alice.id, std::move(traces)));
  EXPECT_FALSE(anywhere("alice"));
  EXPECT_FALSE(verdict().broken_at);
}

/// The log of organization 7 as stores of the first schema have it: one event of format 1, whose
/// link is over the detail itself.
std::string first_format_event() {
  const std::string row = "7;1;5;4;0;0;4;0;10;test.event8;object/x9;{\"who\":1}";
  HmacSha256 chain(Secret(std::string(32, 'k')));
  const std::string link = hex_encode(as_bytes(chain({std::string(32, '\0'), row})));
  return "INSERT INTO audit (organization, sequence, at, actor_kind, actor_id, address, source, "
         "request_id, type, object, detail, link, format) VALUES (7, 1, 5, 4, '', '', 4, '', "
         "'test.event', 'object/x', '{\"who\":1}', x'" +
         link + "', 1)";
}

TEST_F(ErasureTest, EventsOfTheFirstFormatHoldAndCanBeErasedToo) {
  tenant.organization = OrganizationKey(7);
  change(first_format_event());
  note("object/y", "{}");
  keep_head();
  EXPECT_FALSE(verdict().broken_at) << verdict().reason;
  must((**directory).write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    tx.audit(tenant.organization).erase_detail(1);
    return {};
  }));
  EXPECT_EQ(events().front().detail, R"({"erased":true})");
  EXPECT_FALSE(verdict().broken_at) << verdict().reason;
  change("UPDATE audit SET type = 'other' WHERE organization = 7 AND sequence = 1");
  EXPECT_EQ(verdict().broken_at, 1);
}

// An erasure by someone without the key is a change like any other.
TEST_F(ErasureTest, WithoutTheKeyIsFound) {
  add("alice");
  const std::int64_t event = events().back().sequence;
  change(
      "UPDATE audit SET detail = '{\"erased\":true}', erased = zeroblob(64) WHERE "
      "organization = 1 AND sequence = " +
      std::to_string(event));
  EXPECT_EQ(verdict().broken_at, event);
}

TEST_F(ErasureTest, AnErasedDetailCannotBeReplaced) {
  const User alice = add("alice");
  remove(alice);
  must(erase(alice.id));
  const auto all = events();
  const auto erased = std::ranges::find(all, R"({"erased":true})", &AuditEvent::detail);
  ASSERT_NE(erased, all.end());
  change("UPDATE audit SET detail = '{\"by\":\"bob\"}' WHERE organization = 1 AND sequence = " +
         std::to_string(erased->sequence));
  EXPECT_EQ(verdict().broken_at, erased->sequence);
}

}  // namespace
}  // namespace rollcall
