#include "tests/gateway/directory/people.h"

namespace rollcall {
namespace {

using test::code_of;
using test::must;
using test::with_address;

class Licenses : public test::People {
 protected:
  Licenses() : People(Preset::dbt, "enterprise") {}

  Result<User> set(const UserId& id, License license, const Actor& actor = test::admin_actor()) {
    return in(
        [&](Transaction& tx) -> Result<User> {
          TRY(const User current, tx.users(organization).get(id));
          return tx.users(organization).set_license(current, license);
        },
        actor);
  }
  std::optional<License> license_of(const UserId& id) { return must(get(id)).license; }
  static UserProfile asking_for(std::string address, std::string key) {
    UserProfile profile = with_address(std::move(address));
    profile.document += R"(,"licenseType":")" + key + '"';
    profile.license_type = std::move(key);
    return profile;
  }
};

// S52, F43
TEST_F(Licenses, ANewUserHasTheOneGivenElseDeveloper) {
  EXPECT_EQ(must(add("ada@acme.test")).license, License::developer);
  const User bea = must(add("bea@acme.test", {.license = License::read_only, .invited = true}));
  EXPECT_EQ(license_of(bea.id), License::read_only);
  EXPECT_EQ(used("developer"), 1);
  EXPECT_EQ(used("read_only"), 1);
  EXPECT_EQ(used(user_pool), 0);
  connect("{}");
  EXPECT_EQ(must(provision(with_address("cy@acme.test"))).license, License::developer);
}

// S55: the types that can be stored are the types there are.
TEST_F(Licenses, AreOfFourTypes) {
  for (const LicenseType& type : license_types()) {
    const User user = must(add(std::string(type.key) + "@acme.test", {.license = type.license}));
    EXPECT_EQ(license_of(user.id), type.license);
    EXPECT_EQ(used(type.pool), 1);
  }
}

// S53, S54
TEST_F(Licenses, AreReplacedInOneStep) {
  const User ada = must(add("ada@acme.test"));
  const auto before = directory->access_epochs().user(ada.position);
  const User changed = must(set(ada.id, License::read_only));
  EXPECT_EQ(changed.license, License::read_only);
  EXPECT_EQ(changed.version, ada.version + 1);
  EXPECT_EQ(license_of(ada.id), License::read_only);
  EXPECT_EQ(must(get(ada.id)).version, changed.version);
  EXPECT_EQ(used("developer"), 0);
  EXPECT_EQ(used("read_only"), 1);
  EXPECT_EQ(events("user_license.added"),
            (std::vector<std::string>{R"({"license":"developer"})", R"({"license":"read_only"})"}));
  EXPECT_EQ(events("user_license.removed"), std::vector<std::string>{R"({"license":"developer"})"});
  EXPECT_NE(directory->access_epochs().user(ada.position), before) << "seen by the next decision";
  EXPECT_EQ(must(set(ada.id, License::read_only)).version, changed.version) << "nothing to change";
}

// S54, S90, X8
TEST_F(Licenses, WithoutAFreeSeatTheOldOneStays) {
  set_seats("read_only", 1);
  must(add("ada@acme.test", {.license = License::read_only}));
  const User bea = must(add("bea@acme.test"));
  EXPECT_EQ(code_of(set(bea.id, License::read_only)), "seat_limit");
  EXPECT_EQ(code_of(set(bea.id, License::read_only, test::sign_in_actor())), "seat_limit");
  EXPECT_EQ(license_of(bea.id), License::developer);
  EXPECT_EQ(used("developer"), 1);
  EXPECT_EQ(code_of(add("cy@acme.test", {.license = License::read_only})), "seat_limit");
  set_seats("read_only", 2);
  must(set(bea.id, License::read_only));
}

// F42
TEST_F(Licenses, OfTypeItAreOneAtMost) {
  const User ivan = must(add("ivan@acme.test", {.license = License::it}));
  const User ada = must(add("ada@acme.test"));
  EXPECT_EQ(code_of(set(ada.id, License::it)), "seat_limit");
  must(set(ivan.id, License::developer));
  must(set(ada.id, License::it));
}

// S92
TEST_F(Licenses, OfAPlanWithBillingSeatsNeedBothNumbers) {
  const auto set_both = [&](std::optional<std::int64_t> user, std::optional<std::int64_t> billing) {
    must(in([&](Transaction& tx) {
      std::optional<std::optional<std::int64_t>> users;
      std::optional<std::optional<std::int64_t>> bills;
      if (user) users.emplace(user);
      if (billing) bills.emplace(billing);
      return tx.seats(organization).set("developer", users, bills);
    }));
  };
  set_both(2, 1);
  must(add("ada@acme.test"));
  EXPECT_EQ(code_of(add("bea@acme.test")), "billing_seats");
  set_both(std::nullopt, 2);
  must(add("bea@acme.test"));
  EXPECT_EQ(code_of(add("cy@acme.test")), "seat_limit");
}

TEST_F(Licenses, EndWithDeactivationAndStartAgainAsANewUsers) {
  connect("{}");
  const User ada = must(provision(with_address("ada@acme.test")));
  must(set(ada.id, License::read_only));
  must(set_active(ada, false));
  EXPECT_FALSE(license_of(ada.id));
  EXPECT_EQ(used("read_only"), 0);
  EXPECT_EQ(events("user_license.removed").size(), 2U);
  EXPECT_EQ(code_of(set(ada.id, License::it)), "user_deactivated");
  must(set_active(ada, true));
  EXPECT_EQ(license_of(ada.id), License::developer);
  EXPECT_EQ(used("developer"), 1);
}

// F44
TEST_F(Licenses, AreDecidedByScimWhereItControlsThem) {
  connect(R"({"controls_license": true})");
  const User ada = must(provision(asking_for("ada@acme.test", "read_only")));
  EXPECT_EQ(ada.license, License::read_only);
  EXPECT_EQ(used("read_only"), 1);
  const auto update = [&](const UserProfile& profile) {
    return by_scim([&](Users& users) -> Result<User> {
      TRY(const User current, users.get(ada.id));
      return users.update(current, profile);
    });
  };
  EXPECT_EQ(must(update(asking_for("ada@acme.test", "developer"))).license, License::developer);
  EXPECT_EQ(used("read_only"), 0);
  // Absent on update: unchanged.
  must(update(asking_for("ada@acme.test", "read_only")));
  EXPECT_EQ(must(update(with_address("ada@acme.test"))).license, License::read_only);
  // 3.3c: a known key only.
  const auto unknown = update(asking_for("ada@acme.test", "gold"));
  EXPECT_EQ(unknown.error().fault(), Fault::invalid_value);
  EXPECT_NE(unknown.error().detail().find("gold"), std::string::npos);
  EXPECT_EQ(provision(asking_for("bea@acme.test", "gold")).error().fault(), Fault::invalid_value);
  EXPECT_EQ(license_of(ada.id), License::read_only);
  // By hand: refused for who is synced, allowed for others.
  const auto by_hand = set(ada.id, License::developer);
  EXPECT_EQ(code_of(by_hand), "license_controlled");
  EXPECT_EQ(by_hand.error().fault(), Fault::conflict);
}

// F44: an Analyst licence that the plan does not have is an error on that user.
TEST_F(Licenses, OfATypeWithoutAnySeatAreNotToBeHadThroughScim) {
  connect(R"({"controls_license": true})");
  set_seats("analyst", 0);
  EXPECT_EQ(provision(asking_for("ada@acme.test", "analyst")).error().fault(),
            Fault::invalid_value);
  EXPECT_EQ(get(UserId(UuidBytes{})).error().fault(), Fault::not_found);
}

// 3.3e: kept in the document, without effect.
TEST_F(Licenses, AreNotScimsWhereItDoesNotControlThem) {
  connect("{}");
  const User ada = must(provision(asking_for("ada@acme.test", "read_only")));
  EXPECT_EQ(ada.license, License::developer);
  must(set(ada.id, License::it));
  must(provision(asking_for("bea@acme.test", "gold")));
}

// S58, F11: an admin whose licence shuts the admin out is none.
TEST_F(Licenses, ThatShutOutTheLastAdminAreRefused) {
  const User ada = must(add("ada@acme.test"));
  const Group owners = add_group("Owner");
  must(in([&](Transaction& tx) {
    return tx.grants(organization)
        .put({.subject = {SubjectKind::group, owners.position},
              .role = "account_admin",
              .scope = Scope{}});
  }));
  must(in([&](Transaction& tx) {
    const std::vector<UserId> one{ada.id};
    return tx.groups(organization).change_members(owners, one, {});
  }));
  EXPECT_EQ(code_of(set(ada.id, License::read_only)), "last_admin");
  EXPECT_EQ(license_of(ada.id), License::developer);
}

class NoLicenses : public test::People {};

TEST_F(NoLicenses, WhereThePolicyHasNoneUsersTakeAPlainSeat) {
  const User ada = must(add("ada@acme.test"));
  EXPECT_FALSE(ada.license);
  EXPECT_EQ(used(user_pool), 1);
  EXPECT_EQ(
      code_of(by_admin([&](Users& users) { return users.set_license(ada, License::developer); })),
      "licenses_off");
  EXPECT_EQ(add("bea@acme.test", {.license = License::developer}).error().fault(),
            Fault::invalid_value);
}

// S47, S54: whoever has a seat keeps it and counts, in the pool that there is now.
TEST_F(Licenses, SwitchedOffAndOnAgainLeaveThePoolsTrue) {
  must(add("ada@acme.test"));
  const User bea = must(add("bea@acme.test", {.license = License::read_only}));
  const auto licenses = [&](bool on) {
    change_policy([&](Policy& policy) { policy.licenses = on; });
  };
  licenses(false);
  EXPECT_EQ(used(user_pool), 2);
  EXPECT_EQ(used("developer") + used("read_only"), 0);
  set_seats(user_pool, 3);
  const User cy = must(add("cy@acme.test"));
  EXPECT_EQ(code_of(add("dan@acme.test")), "seat_limit");
  must(by_admin([&](Users& users) { return users.remove(bea.id); }));
  EXPECT_EQ(used(user_pool), 2);

  licenses(true);
  EXPECT_EQ(used(user_pool), 0);
  EXPECT_EQ(used("developer"), 2);
  must(set(cy.id, License::read_only));
  EXPECT_EQ(used("developer"), 1);
  EXPECT_EQ(used("read_only"), 1);
}

// S90: more than there are is nobody's loss, but nobody else comes in.
TEST_F(Licenses, SwitchedOnBeyondTheirSeatsHoldUpNewUsersOnly) {
  set_seats("developer", 1);
  change_policy([](Policy& policy) { policy.licenses = false; });
  must(add("ada@acme.test"));
  must(add("bea@acme.test"));
  change_policy([](Policy& policy) { policy.licenses = true; });
  EXPECT_EQ(used("developer"), 2);
  EXPECT_EQ(code_of(add("cy@acme.test")), "seat_limit");
}

}  // namespace
}  // namespace rollcall
