#include "tests/gateway/directory/people.h"

#include <array>
#include <map>
#include <random>
#include <thread>

namespace rollcall {
namespace {

using test::code_of;
using test::must;
using test::with_address;

constexpr std::int64_t it_pool_size = 1;

class LastSeat : public test::People {
 protected:
  LastSeat() : People(Preset::dbt, "enterprise") {}
};

// 3.3d: the one writer decides.
TEST_F(LastSeat, OfTwoWhoJoinAtOnceExactlyOneGetsIt) {
  connect("{}");
  for (int round = 1; round <= 20; ++round) {
    set_seats("developer", round);
    std::array<std::string, 2> codes;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      threads.emplace_back([&, i] {
        codes[i] = code_of(provision(
            with_address(std::to_string(round) + '-' + std::to_string(i) + "@acme.test")));
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::ranges::count(codes, ""), 1);
    EXPECT_EQ(std::ranges::count(codes, "seat_limit"), 1);
    ASSERT_EQ(used("developer"), round);
  }
}

/// What people and an IdP do to users, at random, with what must hold after each step.
class AnyLife : public LastSeat, public testing::WithParamInterface<unsigned> {
 protected:
  void step() {
    const int kind = pick(9);
    if (kind <= 2 || known.empty()) return add_one(kind);
    const std::size_t at = static_cast<std::size_t>(pick(static_cast<int>(known.size())));
    const UserId id = known[at];
    switch (kind) {
      case 3:
        return take(by_scim([&](Users& users) { return change(users, id, false); }));
      case 4:
        return take(by_scim([&](Users& users) { return change(users, id, true); }));
      case 5:
        return take(by_admin([&](Users& users) -> Result<User> {
          TRY(const User current, users.get(id));
          return users.set_license(current, static_cast<License>(pick(4)));
        }));
      case 6:
        return take(by_admin([&](Users& users) -> Result<User> {
          TRY(const User current, users.get(id));
          return users.activate(current);
        }));
      case 7:
        return join(team, must(get(id)), static_cast<Origin>(1 + pick(3)));
      default:
        must(by_scim([&](Users& users) { return users.remove(id); }));
        known.erase(known.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  void check() {
    must(directory->read_now([&](Transaction& tx) -> Result<> {
      const auto users = tx.users(organization).list({}, 0, 1000);
      EXPECT_EQ(users.size(), known.size());
      std::map<std::string, std::int64_t, std::less<>> counted;
      std::size_t members = 0;
      for (const User& user : users) {
        const bool seated = user.state != UserState::deactivated;
        EXPECT_EQ(user.license.has_value(), seated) << "one licence each who has a seat";
        if (user.license) ++counted[std::string(type_of(*user.license).pool)];
        members += tx.users(organization).groups_of(user).size();
      }
      for (const LicenseType& type : license_types()) {
        EXPECT_EQ(tx.seats(organization).get(type.pool).used, counted[std::string(type.pool)]);
      }
      EXPECT_LE(counted["developer"], developers);
      EXPECT_LE(counted["it"], it_pool_size);
      EXPECT_EQ(tx.seats(organization).get(user_pool).used, 0);
      EXPECT_EQ(tx.groups(organization).members(team, 0, 1000).size(), members);
      EXPECT_EQ(tx.groups(organization).member_count(team), static_cast<std::int64_t>(members));
      for (const Grant& grant : tx.grants(organization).list({}, 0, 1000)) {
        const auto holder = std::ranges::find(users, grant.subject.position, &User::position);
        EXPECT_NE(holder, users.end()) << "a grant of nobody";
        EXPECT_TRUE(holder == users.end() || holder->state != UserState::deactivated);
      }
      return {};
    }));
  }

  int pick(int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); }

  std::mt19937 random{GetParam()};
  std::vector<UserId> known;
  Group team = add_group("team");
  static constexpr std::int64_t developers = 6;

 private:
  static Result<User> change(Users& users, const UserId& id, bool active) {
    TRY(const User current, users.get(id));
    UserProfile profile = current.profile;
    profile.active = active;
    return users.update(current, std::move(profile));
  }
  static void take(const Result<User>& changed) {
    if (changed) return;
    const auto code = changed.error().code();
    EXPECT_TRUE(code == "seat_limit" || code == "user_deactivated") << code;
  }
  void add_one(int kind) {
    UserProfile profile = with_address(std::to_string(pick(20)) + "@acme.test");
    profile.active = pick(5) > 0;
    const NewUser wanted{.created_by = kind == 0 ? CreatedBy::manual : CreatedBy::scim,
                         .license = static_cast<License>(pick(4)),
                         .invited = kind == 0};
    const auto added =
        kind == 0 ? by_admin([&](Users& users) { return users.add(profile, wanted); })
                  : by_scim([&](Users& users) { return users.add_or_link(profile, wanted); });
    if (!added) {
      const auto code = added.error().code();
      EXPECT_TRUE(code == "seat_limit" || code == "email_taken" || code == "user_name_taken")
          << code;
    } else if (std::ranges::find(known, added->id) == known.end()) {
      known.push_back(added->id);
    }
  }
};

TEST_P(AnyLife, KeepsSeatsLicencesGrantsAndMembershipsTrue) {
  change_policy([](Policy& policy) {
    policy.default_deployment_roles = true;
    policy.default_branch_role = "viewer";
  });
  connect(R"({"manual_users": true})");
  set_seats("developer", developers);
  add_deployment("prod");
  for (int i = 0; i < 150 && !HasFailure(); ++i) {
    step();
    check();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyLife, testing::Values(1U, 2U, 3U, 4U));

}  // namespace
}  // namespace rollcall
