#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class UsersTest : public testing::Test {
 protected:
  /// Runs `work` on the users of the tenant, as its SCIM connection.
  template <class Work>
  auto write(Work work) {
    return directory->write_now(test_actor(), [&](Transaction& tx) {
      Users users = TestDirectory::users(tx, tenant);
      return work(users);
    });
  }
  Result<User> get(const UserId& id) {
    return directory->read_now(
        [&](Transaction& tx) { return TestDirectory::users(tx, tenant).get(id); });
  }
  User add(const std::string& name) { return directory.add_user(tenant, test::user_profile(name)); }
  std::vector<std::string> names(const UserSelection& selection) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> found;
      for (const User& user : TestDirectory::users(tx, tenant).list(selection, 0, 100)) {
        found.push_back(user.profile.user_name);
      }
      return found;
    }));
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
};

TEST_F(UsersTest, KeepEverythingTheProfileStates) {
  UserProfile profile = test::user_profile("Alice");
  profile.emails = {"Alice@Example.com", "second@example.com", "12:odd:one"};
  profile.external_id = "E-1";
  profile.schemas = {"urn:core", "urn:enterprise"};
  const User added = directory.add_user(tenant, profile);
  const User found = must(get(added.id));
  EXPECT_EQ(found.profile.user_name, "Alice");
  EXPECT_EQ(found.profile.display_name, "User Alice");
  EXPECT_EQ(found.profile.emails, profile.emails);
  EXPECT_EQ(found.profile.external_id, "E-1");
  EXPECT_EQ(found.profile.document, profile.document);
  EXPECT_EQ(found.profile.schemas, profile.schemas);
  EXPECT_TRUE(found.profile.active);
  EXPECT_EQ(found.state, UserState::active);
  EXPECT_EQ(found.created_by, CreatedBy::scim);
  EXPECT_TRUE(found.scim_managed);
  EXPECT_EQ(found.version, 1);
  EXPECT_EQ(found.position, added.position);
  EXPECT_EQ(found.created, directory.clock().now());
  EXPECT_EQ(found.modified, directory.clock().now());
}

TEST_F(UsersTest, RefuseAUserNameThatDiffersInCaseOnly) {
  add("Stra\u00dfe");
  const auto again = write([](Users& users) {
    return users.add(test::user_profile("STRASSE"), {.created_by = CreatedBy::scim});
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::uniqueness);
  EXPECT_EQ(again.error().code(), "user_name_taken");
}

TEST_F(UsersTest, RefuseADeclaredIdThatIsTaken) {
  const auto declare = [](const char* name) {
    return
        [name](Users& users) { return users.add(test::user_profile(name), {.declared_id = "u1"}); };
  };
  EXPECT_EQ(must(get(must(write(declare("a"))).id)).declared_id, "u1");
  const auto again = write(declare("b"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::uniqueness);
  EXPECT_NE(again.error().code(), "user_name_taken");
}

TEST_F(UsersTest, UpdateWritesNothingWhenNothingDiffers) {
  const User user = add("alice");
  directory.clock().advance(1s);
  const User same = must(write([&](Users& users) { return users.update(user, user.profile); }));
  EXPECT_EQ(same.version, 1);
  EXPECT_EQ(must(get(user.id)).version, 1);
  EXPECT_EQ(must(get(user.id)).modified, user.modified);
}

TEST_F(UsersTest, UpdateChangesWhatDiffersAndRaisesTheVersion) {
  const User user = add("alice");
  directory.clock().advance(1s);
  UserProfile profile = test::user_profile("bob");
  profile.emails = {"bob@example.com", "alice@example.com"};
  profile.external_id = "E-2";
  const User returned = must(write([&](Users& users) { return users.update(user, profile); }));
  const User stored = must(get(user.id));
  for (const User& updated : {returned, stored}) {
    EXPECT_EQ(updated.profile.user_name, "bob");
    EXPECT_EQ(updated.profile.emails, profile.emails);
    EXPECT_EQ(updated.profile.external_id, "E-2");
    EXPECT_EQ(updated.profile.document, profile.document);
    EXPECT_EQ(updated.version, 2);
    EXPECT_EQ(updated.modified, user.modified + 1s);
    EXPECT_EQ(updated.created, user.created);
  }
  UserSelection by_old_name;
  by_old_name.user_name = "alice";
  EXPECT_TRUE(names(by_old_name).empty());
  UserSelection by_email;
  by_email.email = "ALICE@example.com";
  EXPECT_EQ(names(by_email), std::vector<std::string>{"bob"});
}

TEST_F(UsersTest, UpdateDropsTheExternalIdAndOldEmails) {
  UserProfile profile = test::user_profile("alice");
  profile.external_id = "E-1";
  const User user = directory.add_user(tenant, profile);
  profile.external_id.reset();
  profile.emails = {};
  must(write([&](Users& users) { return users.update(user, profile); }));
  UserSelection by_external_id;
  by_external_id.scim_connection = tenant.scim_connection;
  by_external_id.external_id = "E-1";
  EXPECT_TRUE(names(by_external_id).empty());
  UserSelection by_email;
  by_email.email = "alice@example.com";
  EXPECT_TRUE(names(by_email).empty());
}

TEST_F(UsersTest, UpdateRefusesATakenUserNameAndLeavesTheUserAsItWas) {
  add("alice");
  const User bob = add("bob");
  const auto renamed =
      write([&](Users& users) { return users.update(bob, test::user_profile("ALICE")); });
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code(), "user_name_taken");
  EXPECT_EQ(must(get(bob.id)).profile.user_name, "bob");
}

TEST_F(UsersTest, TheCaseOfTheirOwnUserNameCanChange) {
  const User alice = add("alice");
  must(write([&](Users& users) { return users.update(alice, test::user_profile("ALICE")); }));
  EXPECT_EQ(must(get(alice.id)).profile.user_name, "ALICE");
}

TEST_F(UsersTest, AreDeactivatedAndActivatedAgain) {
  const User user = add("alice");
  UserProfile profile = user.profile;
  profile.active = false;
  const User off = must(write([&](Users& users) { return users.update(user, profile); }));
  EXPECT_EQ(off.state, UserState::deactivated);
  EXPECT_FALSE(must(get(user.id)).profile.active);
  profile.active = true;
  must(write([&](Users& users) { return users.update(off, profile); }));
  EXPECT_EQ(must(get(user.id)).state, UserState::active);
  EXPECT_TRUE(must(get(user.id)).profile.active);
}

TEST_F(UsersTest, MayBeAddedDeactivated) {
  UserProfile profile = test::user_profile("alice");
  profile.active = false;
  EXPECT_EQ(must(get(directory.add_user(tenant, profile).id)).state, UserState::deactivated);
}

TEST_F(UsersTest, AreScimManagedFromTheFirstWriteThroughAScimConnection) {
  const User user = must(directory->write_now(test_actor(), [&](Transaction& tx) {
    return tx.users(tenant.organization).add(test::user_profile("alice"), {});
  }));
  EXPECT_FALSE(must(get(user.id)).scim_managed);
  must(write([&](Users& users) { return users.update(user, user.profile); }));
  EXPECT_TRUE(must(get(user.id)).scim_managed);
}

TEST_F(UsersTest, RemoveLeavesNothingBehind) {
  UserProfile profile = test::user_profile("alice");
  profile.external_id = "E-1";
  const User user = directory.add_user(tenant, profile);
  must(write([&](Users& users) { return users.remove(user.id); }));
  EXPECT_EQ(get(user.id).error().fault(), Fault::not_found);
  const auto again = write([&](Users& users) { return users.remove(user.id); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::not_found);
  UserSelection by_email;
  by_email.email = "alice@example.com";
  EXPECT_TRUE(names(by_email).empty());
  // The name is free again; neither id nor position is used twice.
  const User next = directory.add_user(tenant, profile);
  EXPECT_NE(next.id, user.id);
  EXPECT_GT(next.position, user.position);
}

// RFC 7643 §3.1: externalId belongs to the provisioning client.
TEST_F(UsersTest, HaveAnExternalIdForEachScimConnection) {
  const auto other = must(directory->write_now(test_actor(), [&](Transaction& tx) {
    ScimConnection connection = TestDirectory::default_connection();
    connection.organization = tenant.organization;
    connection.id = "second";
    return tx.organizations().put_scim_connection(connection);
  }));
  UserProfile profile = test::user_profile("alice");
  profile.external_id = "E-1";
  const User user = directory.add_user(tenant, profile);
  const test::Tenant second{tenant.organization, other.key, {}};
  const auto seen_by = [&](const test::Tenant& from) {
    return must(directory->read_now(
        [&](Transaction& tx) { return TestDirectory::users(tx, from).get(user.id); }));
  };
  EXPECT_FALSE(seen_by(second).profile.external_id);
  must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<User> {
    TRY(const User current, TestDirectory::users(tx, second).get(user.id));
    UserProfile next = current.profile;
    next.external_id = "E-other";
    return TestDirectory::users(tx, second).update(current, next);
  }));
  EXPECT_EQ(seen_by(second).profile.external_id, "E-other");
  EXPECT_EQ(seen_by(tenant).profile.external_id, "E-1");
  UserSelection selection;
  selection.scim_connection = tenant.scim_connection;
  selection.external_id = "E-other";
  EXPECT_TRUE(names(selection).empty());
}

TEST_F(UsersTest, OfAnotherOrganizationAreNotFound) {
  const auto other = directory.add_tenant("other");
  const User user = add("alice");
  EXPECT_TRUE(directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = TestDirectory::users(tx, other);
    EXPECT_EQ(users.get(user.id).error().fault(), Fault::not_found);
    UserSelection selection;
    EXPECT_TRUE(users.list(selection, 0, 10).empty());
    EXPECT_EQ(users.count(selection), 0);
    selection.id = user.id;
    EXPECT_TRUE(users.list(selection, 0, 10).empty());
    EXPECT_EQ(users.count(selection), 0);
    selection = {};
    selection.email = "alice@example.com";
    EXPECT_TRUE(users.list(selection, 0, 10).empty());
    return {};
  }));
  const auto removed = directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::users(tx, other).remove(user.id);
  });
  EXPECT_FALSE(removed);
  const auto updated = directory->write_now(test_actor(), [&](Transaction& tx) {
    return TestDirectory::users(tx, other).update(user, test::user_profile("mallory"));
  });
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().fault(), Fault::not_found);
  EXPECT_EQ(must(get(user.id)).profile.user_name, "alice");
  // The same name is free there.
  directory.add_user(other, test::user_profile("alice"));
}

}  // namespace
}  // namespace rollcall
