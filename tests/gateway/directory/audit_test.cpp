#include "gateway/base/json.h"
#include "tests/gateway/directory/store_on_disk.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class AuditTest : public testing::Test {
 protected:
  std::vector<AuditEvent> events() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<AuditEvent>> {
      return tx.audit(tenant.organization).list(0, 1000);
    }));
  }
  std::vector<std::string> types_after(std::size_t count) {
    std::vector<std::string> types;
    const auto all = events();
    for (std::size_t i = count; i < all.size(); ++i) types.push_back(all[i].type);
    return types;
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
};

TEST_F(AuditTest, EventsTellWhoDidWhatWhenAndThroughWhichDoor) {
  const User user = directory.add_user(tenant, test::user_profile("alice"));
  const AuditEvent event = events().back();
  EXPECT_EQ(event.sequence, static_cast<std::int64_t>(events().size()));
  EXPECT_EQ(event.at, directory.clock().now());
  EXPECT_EQ(event.type, "user.added");
  EXPECT_EQ(event.object, "user/" + user.id.str());
  EXPECT_EQ(event.actor.kind, ActorKind::scim_token);
  EXPECT_EQ(event.actor.id, "test-token");
  EXPECT_EQ(event.actor.address, "192.0.2.1");
  EXPECT_EQ(event.actor.source, Source::scim);
  EXPECT_EQ(event.actor.request_id, "request-1");
  const auto detail = must(json::parse(event.detail));
  EXPECT_EQ(*detail.object()->find("after")->object()->find("user_name")->string(), "alice");
}

TEST_F(AuditTest, EveryChangeWritesItsEvent) {
  const std::size_t before = events().size();
  const User user = directory.add_user(tenant, test::user_profile("alice"));
  const Group group = directory.add_group(tenant, test::group_profile("Team A"));
  must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, tenant);
    Groups groups = TestDirectory::groups(tx, tenant);
    const std::vector<UserId> members = {user.id};
    TRY(const User renamed, users.update(user, test::user_profile("bob")));
    CHECK_OK(users.update(renamed, renamed.profile));  // changes nothing
    CHECK_OK(groups.add_members(group, members, Origin::scim));
    CHECK_OK(groups.add_members(group, members, Origin::scim));  // changes nothing
    CHECK_OK(groups.remove_members(group, members));
    CHECK_OK(groups.add_members(group, members, Origin::scim));
    CHECK_OK(groups.update(group, test::group_profile("Team B")));
    CHECK_OK(users.remove(user.id));
    return groups.remove(group.id);
  }));
  EXPECT_EQ(
      types_after(before),
      (std::vector<std::string>{"user.added", "group.added", "user.changed", "group.user.added",
                                "group.user.removed", "group.user.added", "group.changed",
                                "group.user.removed", "user.removed", "group.removed"}));
}

TEST_F(AuditTest, EventsOfOrganizationsConnectionsAndTokens) {
  EXPECT_EQ(types_after(0), (std::vector<std::string>{"organization.added", "scim_connection.added",
                                                      "token.created"}));
  must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    Organizations all = tx.organizations();
    CHECK_OK(all.put_connection({tenant.organization, "okta", R"({"a":1})"}));
    CHECK_OK(all.put_connection({tenant.organization, "okta", R"({"b":1})"}));
    CHECK_OK(all.remove_connection(tenant.organization, "okta"));
    ScimConnection scim = *all.scim_connection(tenant.scim_connection);
    scim.enabled = false;
    CHECK_OK(all.put_scim_connection(scim));
    return all.remove_scim_connection(tenant.organization, "scim");
  }));
  EXPECT_EQ(types_after(3),
            (std::vector<std::string>{"connection.added", "connection.changed",
                                      "connection.removed", "scim_connection.changed",
                                      "token.revoked", "scim_connection.removed"}));
}

TEST_F(AuditTest, AChangeNamesWhatChangedAndNoMore) {
  UserProfile profile = test::user_profile("alice");
  profile.document = R"("name":{"givenName":"A"},"title":"x","emails":[{"value":"a"}])";
  const User user = directory.add_user(tenant, profile);
  profile.document = R"("name":{"givenName":"B"},"emails":[{"value":"a"}],"nickName":"n")";
  profile.active = false;
  must(directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::users(tx, tenant).update(user, profile);
  }));
  EXPECT_EQ(events().back().detail, R"({"before":{"active":true},"after":{"active":false},)"
                                    R"("attributes":["name","nickName","title"]})");
}

TEST_F(AuditTest, NothingIsWrittenForAUnitThatIsRolledBack) {
  const auto before = events().size();
  const auto refused = directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    CHECK_OK(TestDirectory::users(tx, tenant)
                 .add(test::user_profile("alice"), {.created_by = CreatedBy::scim}));
    return Error(Fault::conflict, "no");
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(events().size(), before);
  directory.add_user(tenant, test::user_profile("bob"));
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_FALSE(tx.audit(tenant.organization).verify().broken_at);
    return {};
  }));
}

TEST_F(AuditTest, ManyMembersShareEvents) {
  const Group group = directory.add_group(tenant, test::group_profile("Team A"));
  std::vector<UserId> members;
  for (int i = 0; i < 250; ++i) {
    members.push_back(directory.add_user(tenant, test::user_profile(std::to_string(i))).id);
  }
  const std::size_t before = events().size();
  must(directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::groups(tx, tenant).add_members(group, members, Origin::scim);
  }));
  EXPECT_EQ(types_after(before).size(), 3U);
  const auto detail = must(json::parse(events().back().detail));
  EXPECT_EQ(*detail.object()->find("users")->array()->back().string(), members.back().str());
}

TEST_F(AuditTest, TheInstanceHasAChainOfItsOwn) {
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    const auto instance = tx.audit(std::nullopt).list(0, 10);
    EXPECT_EQ(instance.size(), 1U);
    EXPECT_EQ(instance.front().type, "organization.added");
    EXPECT_FALSE(tx.audit(std::nullopt).verify().broken_at);
    return {};
  }));
}

/// A chain of more events than one step of verify() reads, in a file that can be tampered with.
class TamperedAudit : public testing::Test {
 protected:
  static constexpr std::int64_t length = 2500;

  void SetUp() override {
    const auto directory = store.open();
    must((*directory)->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      for (std::int64_t i = 0; i < length; ++i) {
        tx.audit(organization).append("test.event", "object/" + std::to_string(i), "{}");
      }
      head = tx.audit(organization).head();
      return {};
    }));
  }
  AuditVerdict verdict(const std::optional<AuditHead>& expected = std::nullopt) {
    const auto directory = store.open();
    return must((*directory)->read_now([&](Transaction& tx) -> Result<AuditVerdict> {
      return tx.audit(organization).verify(expected);
    }));
  }
  std::optional<std::int64_t> broken_after(const std::string& sql) {
    store.change(sql);
    return verdict(head).broken_at;
  }

  test::StoreOnDisk store;
  OrganizationKey organization{7};
  AuditHead head;
};

TEST_F(TamperedAudit, VerifiesUntouched) {
  const AuditVerdict whole = verdict(head);
  EXPECT_FALSE(whole.broken_at) << whole.reason;
  EXPECT_EQ(whole.events, length);
  EXPECT_EQ(whole.head.sequence, length);
  EXPECT_EQ(whole.head.link, head.link);
  EXPECT_EQ(head.link.size(), 64U);
}

TEST_F(TamperedAudit, EveryChangedColumnIsFound) {
  for (const char* change :
       {"at = at + 1", "actor_kind = 1", "actor_id = 'someone'", "address = '::1'",
        "source = source + 1", "request_id = 'r'", "type = 'other'", "object = 'object/x'",
        "detail = '{ }'", "link = zeroblob(32)", "format = 1", "erased = zeroblob(64)",
        "detail = '{\"erased\":true}', erased = zeroblob(64)",
        // Moves a byte from one field to its neighbour.
        "type = 'test.event' || 'o', object = substr(object, 2)"}) {
    store.change("CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM audit");
    EXPECT_EQ(broken_after(std::string("UPDATE audit SET ") + change + " WHERE sequence = 1700"),
              1700)
        << change;
    store.change("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
  }
  EXPECT_FALSE(verdict(head).broken_at);
}

TEST_F(TamperedAudit, ADeletedEventIsFound) {
  EXPECT_EQ(broken_after("DELETE FROM audit WHERE sequence = 1200"), 1200);
}

TEST_F(TamperedAudit, ADeletedEventIsFoundWhenTheRestMovesUp) {
  EXPECT_EQ(broken_after("DELETE FROM audit WHERE sequence = 1200;"
                         "UPDATE audit SET sequence = -sequence WHERE sequence > 1200;"
                         "UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0"),
            1200);
}

TEST_F(TamperedAudit, TheFirstEventCannotBeDropped) {
  EXPECT_EQ(broken_after("DELETE FROM audit WHERE sequence = 1"), 1);
}

TEST_F(TamperedAudit, AnInsertedEventIsFound) {
  EXPECT_EQ(broken_after("INSERT INTO audit SELECT 99999, organization, sequence + 1, at, "
                         "actor_kind, actor_id, address, source, request_id, type, object, detail, "
                         "link, format, erased FROM audit WHERE sequence = 2500"),
            2501);
}

TEST_F(TamperedAudit, ReorderedEventsAreFound) {
  EXPECT_EQ(broken_after("UPDATE audit SET sequence = -1 WHERE sequence = 10;"
                         "UPDATE audit SET sequence = 10 WHERE sequence = 11;"
                         "UPDATE audit SET sequence = 11 WHERE sequence = -1"),
            10);
}

TEST_F(TamperedAudit, EventsOfAnotherOrganizationDoNotFit) {
  EXPECT_EQ(broken_after("DELETE FROM audit WHERE organization = 7;"
                         "UPDATE audit SET organization = 7 WHERE organization = 0"),
            1);
}

TEST_F(TamperedAudit, ACutTailIsFoundWithTheExportedHead) {
  store.change("DELETE FROM audit WHERE sequence > 2400");
  EXPECT_FALSE(verdict().broken_at);
  const AuditVerdict cut = verdict(head);
  EXPECT_EQ(cut.broken_at, 2401);
  EXPECT_EQ(cut.events, 2400);
}

TEST_F(TamperedAudit, AnotherChainDoesNotPassForTheExportedOne) {
  AuditHead other = head;
  other.sequence = 2000;
  EXPECT_EQ(verdict(other).broken_at, 2000);
}

TEST_F(TamperedAudit, AHeadExportedEarlierFitsALongerChain) {
  {
    const auto directory = store.open();
    must((*directory)->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      tx.audit(organization).append("test.event", "object/later", "{}");
      return {};
    }));
  }
  EXPECT_FALSE(verdict(head).broken_at);
}

}  // namespace
}  // namespace rollcall
