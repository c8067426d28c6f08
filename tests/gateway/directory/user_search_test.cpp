#include "tests/gateway/directory/people.h"

namespace rollcall {
namespace {

using test::must;
using test::with_address;
using Names = std::vector<std::string>;

// S2
class UserSearchTest : public test::People {
 protected:
  UserSearchTest() : People(Preset::dbt, "enterprise") {
    UserProfile ada = with_address("ada@acme.test");
    ada.display_name = "Ada Lovelace";
    must(by_admin([&](Users& users) { return users.add(ada, {}); }));
    UserProfile bea = with_address("bea@acme.test");
    bea.emails = {"bea@acme.test", "Adams@other.test"};
    must(by_admin([&](Users& users) {
      return users.add(bea, {.license = License::read_only, .invited = true});
    }));
    connect("{}");
    const User cy = must(provision(with_address("cy@acme.test")));
    must(set_active(cy, false));
    must(provision(with_address("dee@acme.test")));
  }

  Names find(const UserSearch& wanted) {
    return must(directory->read_now([&](Transaction& tx) -> Result<Names> {
      Names names;
      const FoundUsers found = tx.users(organization).search(wanted, 0, 10);
      EXPECT_FALSE(found.next);
      for (const User& user : found.users) names.push_back(user.profile.user_name);
      return names;
    }));
  }
};

TEST_F(UserSearchTest, FindsByTheBeginningOfUserNameAndAddressInAnyCase) {
  EXPECT_EQ(find({.prefix = "ADA"}), (Names{"ada@acme.test", "bea@acme.test"}));
  EXPECT_EQ(find({.prefix = "cy@"}), Names{"cy@acme.test"});
  EXPECT_EQ(find({.prefix = "zoe"}), Names{});
}

TEST_F(UserSearchTest, FindsByWhatADisplayNameContains) {
  EXPECT_EQ(find({.name = "LOVE"}), Names{"ada@acme.test"});
}

TEST_F(UserSearchTest, FindsByStateOriginAndLicence) {
  EXPECT_EQ(find({.state = UserState::invited}), Names{"bea@acme.test"});
  EXPECT_EQ(find({.state = UserState::deactivated}), Names{"cy@acme.test"});
  EXPECT_EQ(find({.state = UserState::active}), (Names{"ada@acme.test", "dee@acme.test"}));
  EXPECT_EQ(find({.scim_managed = false}), (Names{"ada@acme.test", "bea@acme.test"}));
  EXPECT_EQ(find({.scim_managed = true}), (Names{"cy@acme.test", "dee@acme.test"}));
  EXPECT_EQ(find({.license = License::read_only}), Names{"bea@acme.test"});
  EXPECT_EQ(find({.prefix = "ada", .state = UserState::active}), Names{"ada@acme.test"});
}

// 3.3f: who has not been seen for a while.
TEST_F(UserSearchTest, FindsWhoHasNotSignedInSince) {
  const Timestamp now = directory.clock().now();
  must(by_admin([&](Users& users) -> Result<> {
    UserSelection selection;
    selection.user_name = "ada@acme.test";
    users.set_last_sign_in(users.list(selection, 0, 1).front(), now);
    return {};
  }));
  EXPECT_EQ(find({.not_signed_in_since = now}).size(), 3U);
  EXPECT_EQ(find({.not_signed_in_since = now + std::chrono::milliseconds(1)}).size(), 4U);
}

TEST_F(UserSearchTest, LooksAtSoManyRowsAndSaysWhereToGoOn) {
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = tx.users(organization);
    const UserSearch wanted{.license = License::developer};
    const FoundUsers first = users.search(wanted, 0, 10, 2);
    EXPECT_EQ(first.users.size(), 1U);
    if (!first.next) return Error(Fault::internal, "no next page");
    const FoundUsers second = users.search(wanted, *first.next, 10, 3);
    EXPECT_EQ(second.users.size(), 1U);
    EXPECT_EQ(second.users.front().profile.user_name, "dee@acme.test");
    EXPECT_FALSE(second.next);
    // A page that is full ends at its last row.
    const FoundUsers page = users.search({}, 0, 1);
    EXPECT_EQ(page.users.size(), 1U);
    EXPECT_EQ(page.next, page.users.front().position);
    return {};
  }));
}

// What more begin with than the search may look at is found in the order of all users.
TEST_F(UserSearchTest, FindsTheSameByACommonAndByARareBeginning) {
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    Users users = tx.users(organization);
    const UserSearch wanted{.prefix = "ADA"};  // a userName and two addresses
    for (const std::size_t most_rows : {100U, 2U}) {
      Names names;
      std::optional<std::int64_t> after = 0;
      for (int page = 0; after && page < 5; ++page) {
        const FoundUsers found = users.search(wanted, *after, 1, most_rows);
        for (const User& user : found.users) names.push_back(user.profile.user_name);
        after = found.next;
      }
      EXPECT_FALSE(after);
      EXPECT_EQ(names, (Names{"ada@acme.test", "bea@acme.test"})) << most_rows;
    }
    return {};
  }));
}

}  // namespace
}  // namespace rollcall
