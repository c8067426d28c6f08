#include "tests/gateway/directory/groups_fixture.h"

#include <thread>

namespace rollcall {
namespace {

using test::must;
using Ids = std::vector<UserId>;

class MembershipConcurrency : public test::GroupsFixture {};

// S78, S81 (spec/reliability 4.2)
TEST_F(MembershipConcurrency, PeopleTheIdpAndMappingsAtOnceLeaveEachOthersRows) {
  constexpr int rounds = 40;
  const Group group = add_synced_group("Team A");
  Ids own;
  Ids synced;
  for (int i = 0; i < 4; ++i) {
    own.push_back(add_user("own" + std::to_string(i)).id);
    synced.push_back(add_synced_user("synced" + std::to_string(i)).id);
  }
  std::thread people([&] {
    for (int i = 0; i < rounds; ++i) {
      must(change(group, own));
      must(change(group, {}, i + 1 < rounds ? own : Ids()));
    }
  });
  std::thread idp([&] {
    for (int i = 0; i < rounds; ++i) {
      for (const Ids& wanted : {synced, Ids{synced[0]}}) {
        must(by_scim(
            [&](Groups& groups) { return groups.replace_members(group, wanted, Origin::scim); }));
      }
    }
  });
  std::thread mappings([&] {
    for (int i = 0; i < rounds; ++i) map(group, "G" + std::to_string(i));
  });
  people.join();
  idp.join();
  mappings.join();

  Ids expected = own;
  expected.push_back(synced[0]);
  std::ranges::sort(expected);
  Ids found = members(group);
  std::ranges::sort(found);
  EXPECT_EQ(found, expected);
  must(directory->read_now([&](Transaction& tx) -> Result<> {
    EXPECT_EQ(tx.groups(tenant.organization).member_count(group), 5);
    // One unit of each: people change in all rounds both ways but for the last, the IdP always.
    TRY(const Group after, tx.groups(tenant.organization).get(group.id));
    EXPECT_EQ(after.version, 1 + (2 * rounds - 1) + 2 * rounds);
    EXPECT_FALSE(tx.audit(tenant.organization).verify().broken_at);
    return {};
  }));
}

}  // namespace
}  // namespace rollcall
