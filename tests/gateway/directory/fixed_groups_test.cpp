#include "tests/gateway/directory/people.h"

#include <array>
#include <map>

namespace rollcall {
namespace {

using test::must;

struct Shown {
  bool assign_by_default;
  std::vector<std::string> grants;
  friend bool operator==(const Shown&, const Shown&) = default;
};
using ShownGroups = std::map<std::string, Shown>;

class FixedGroups : public test::People {
 protected:
  explicit FixedGroups(Preset preset = Preset::dbt, std::optional<std::string> plan = "starter")
      : People(preset, std::move(plan)) {}

  ShownGroups groups_in(OrganizationKey key) {
    return must(directory->read_now([&](Transaction& tx) -> Result<ShownGroups> {
      ShownGroups found;
      for (const Group& group : tx.groups(key).list({}, 0, 100)) {
        Shown& shown = found[group.profile.display_name];
        shown.assign_by_default = group.options.assign_by_default;
        for (const Grant& grant : tx.grants(key).of({SubjectKind::group, group.position})) {
          shown.grants.push_back(grant.role + "@" + grant.scope.str());
        }
      }
      return found;
    }));
  }
  OrganizationKey make(std::string_view slug, Preset preset, std::optional<std::string> plan) {
    return must(in([&](Transaction& tx) -> Result<OrganizationKey> {
      TRY(const Organization made, tx.organizations().add(slug, preset, std::move(plan)));
      return made.key;
    }));
  }
  Group find(std::string_view name) {
    return must(directory->read_now([&](Transaction& tx) -> Result<Group> {
      GroupSelection selection;
      selection.display_name = name;
      return tx.groups(organization).list(selection, 0, 1).at(0);
    }));
  }
};

// S60, F45, F47
TEST_F(FixedGroups, AreThereFromTheStartOnPlansWithoutRbac) {
  const ShownGroups expected{{"Owner", {false, {"owner@all_projects"}}},
                             {"Member", {true, {"member@all_projects"}}},
                             {"Everyone", {true, {}}}};
  EXPECT_EQ(groups_in(organization), expected);
  EXPECT_EQ(events("group.added").size(), 3U);
  EXPECT_EQ(events("permission.added").size(), 2U);
  for (const char* plan : {"developer", "team"}) {
    EXPECT_EQ(groups_in(make(plan, Preset::dbt, plan)), expected) << plan;
  }
}

// S60, F45
TEST_F(FixedGroups, AreNoneWherePlansHaveRbacOrThePresetHasTeams) {
  EXPECT_TRUE(groups_in(make("big", Preset::dbt, "enterprise")).empty());
  EXPECT_TRUE(groups_in(make("all", Preset::dbt, std::nullopt)).empty());
  EXPECT_TRUE(groups_in(make("hooli", Preset::dagster, "starter")).empty());
  EXPECT_TRUE(groups_in(make("plain", Preset::none, std::nullopt)).empty());
}

// F45
TEST_F(FixedGroups, TakeNewUsersByDefaultButForOwner) {
  EXPECT_EQ(groups_of(must(add("ann@acme.test"))),
            (std::vector<std::string>{"Member", "Everyone"}));
}

// F45, S77
TEST_F(FixedGroups, MakeAdminsOfOwners) {
  const User ann = must(add("ann@acme.test"));
  const Group owner = find("Owner");
  const auto admins = [&] {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::size_t> {
      return tx.grants(organization).count_admins(10);
    }));
  };
  EXPECT_EQ(admins(), 0U);
  must(in([&](Transaction& tx) {
    return tx.groups(organization).change_members(owner, std::vector{ann.id}, {});
  }));
  EXPECT_EQ(admins(), 1U);
}

// F45
TEST_F(FixedGroups, MayBeRemoved) {
  must(in([&](Transaction& tx) { return tx.groups(organization).remove(find("Everyone").id); }));
  EXPECT_FALSE(groups_in(organization).contains("Everyone"));
}

// S60, F47
TEST_F(FixedGroups, HoldTheirOwnSetAloneWithoutRbac) {
  const auto put = [&](std::string_view group, std::string role, Scope scope) {
    const Group found = find(group);
    return test::code_of(in([&](Transaction& tx) {
      return tx.grants(organization)
          .put({.subject = {SubjectKind::group, found.position},
                .role = std::move(role),
                .scope = std::move(scope)});
    }));
  };
  EXPECT_EQ(put("Owner", "owner", Scope{}), "");
  struct Case {
    const char* group;
    const char* role;
  };
  const std::array<Case, 6> refused{{{"Owner", "account_admin"},
                                     {"Owner", "member"},
                                     {"Member", "owner"},
                                     {"Member", "job_admin"},
                                     {"Everyone", "member"},
                                     {"Everyone", "readonly"}}};
  for (const auto& [group, role] : refused) {
    EXPECT_EQ(put(group, role, {.kind = ScopeKind::all_projects}), "feature_not_in_plan")
        << group << role;
  }
}

// S60, F59
TEST_F(FixedGroups, AreTheOnlyOnesWithSetsServiceUsersHaveNone) {
  const std::array<const char*, 3> roles{"account_admin", "job_admin", "owner"};
  for (const char* role : roles) {
    const auto refused = in([&](Transaction& tx) -> Result<Grant> {
      TRY(const ServiceUser bot,
          tx.service_users(organization).add(role, "", ServiceUserKind::service));
      return tx.grants(organization)
          .put({.subject = {SubjectKind::service_user, bot.position},
                .role = role,
                .scope = {.kind = ScopeKind::all_projects}});
    });
    EXPECT_EQ(test::code_of(refused), "feature_not_in_plan") << role;
  }
}

}  // namespace
}  // namespace rollcall
