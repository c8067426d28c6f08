#include "gateway/admin/people_watch.h"
#include "tests/gateway/admin/declared.h"

#include <algorithm>
#include <utility>

namespace rollcall::admin {
namespace {

using Planned = DeclaredTest;

constexpr std::string_view acme = R"(organization: {slug: acme, preset: dagster, plan: pro}
deployments: [{name: prod}, {name: dev, settings: {sso_default_role: NO_ACCESS}}]
users:
  - {id: ada, email: ada@acme.test, grants: [{role: organization_admin, scope: org}]}
  - {id: bea, email: bea@acme.test}
  - {id: cy, email: cy@acme.test}
groups:
  - {name: eng, members: [bea, cy], grants: [{role: launcher, scope: deployment/prod}]}
  - {name: ops, members: [cy], grants: [{role: launcher, scope: deployment/prod}]}
)";

std::string with(std::string_view rest) {
  return "organization: {slug: acme}\n" + std::string(rest);
}

TEST_F(Planned, NewPeopleGainAllTheyHave) {
  const Plan plan = load(acme);
  const Items gains{"ada organization_admin on org",
                    "ada viewer on all_branch_deployments",
                    "ada viewer on deployment/prod",
                    "bea group eng",
                    "bea launcher on deployment/prod",
                    "bea viewer on all_branch_deployments",
                    "bea viewer on deployment/prod",
                    "cy group eng",
                    "cy group ops",
                    "cy launcher on deployment/prod",
                    "cy viewer on all_branch_deployments",
                    "cy viewer on deployment/prod"};
  Items found = shown(plan.gains);
  std::ranges::sort(found);
  EXPECT_EQ(found, gains);
  EXPECT_EQ(shown(plan.loses), Items{});
}

// Who has it another way loses nothing.
TEST_F(Planned, AGroupThatLosesARoleTakesItFromThoseWhoHaveItNowhereElse) {
  load(acme);
  const Plan plan = load(with(R"(groups:
  - {name: eng, members: [bea, cy], grants: [{role: editor, scope: deployment/prod}]}
  - {name: ops}
)"));
  EXPECT_EQ(shown(plan.changed),
            Items{"grant group eng: editor on deployment/prod (was launcher)"});
  EXPECT_EQ(shown(plan.gains),
            (Items{"bea editor on deployment/prod", "cy editor on deployment/prod"}));
  EXPECT_EQ(shown(plan.loses), Items{"bea launcher on deployment/prod"});
}

TEST_F(Planned, LeavingAGroupTakesItsRoles) {
  load(acme);
  const Plan plan = load(with("groups: [{name: eng, members: [cy]}, {name: ops}]\n"));
  EXPECT_EQ(shown(plan.removed), Items{"membership eng/bea"});
  EXPECT_EQ(shown(plan.gains), Items{});
  EXPECT_EQ(shown(plan.loses), (Items{"bea group eng", "bea launcher on deployment/prod"}));
}

// S29
TEST_F(Planned, WhoIsRemovedLosesEverything) {
  load(acme);
  const Plan plan = load(with(R"(users:
  - {id: ada, email: ada@acme.test}
  - {id: bea, email: bea@acme.test}
)"));
  EXPECT_EQ(shown(plan.removed), Items{"user cy"});
  EXPECT_EQ(shown(plan.loses),
            (Items{"cy group eng", "cy group ops", "cy launcher on deployment/prod",
                   "cy viewer on all_branch_deployments", "cy viewer on deployment/prod"}));
}

TEST_F(Planned, ARemovedGroupAndARemovedDeploymentTakeTheirs) {
  load(acme);
  const Plan groups = load(with("groups: [{name: eng}]\n"));
  EXPECT_EQ(shown(groups.loses), Items{"cy group ops"});
  const Plan scopes = load(with("deployments: [{name: dev}]\n"));
  EXPECT_EQ(shown(scopes.removed), Items{"deployment prod (with the grants on it)"});
  EXPECT_EQ(shown(scopes.loses),
            (Items{"ada viewer on deployment/prod", "bea launcher on deployment/prod",
                   "bea viewer on deployment/prod", "cy launcher on deployment/prod",
                   "cy viewer on deployment/prod"}));
}

// X12
TEST_F(Planned, ANewDeploymentGivesItsDefaultRoleToEveryone) {
  load(acme);
  const Plan plan = load(with(R"(deployments:
  - {name: prod}
  - {name: dev}
  - {name: qa, settings: {sso_default_role: LAUNCHER}}
)"));
  EXPECT_EQ(shown(plan.added), Items{"deployment qa"});
  EXPECT_EQ(shown(plan.gains),
            (Items{"ada launcher on deployment/qa", "bea launcher on deployment/qa",
                   "cy launcher on deployment/qa"}));
}

// S53, S54
TEST_F(Planned, AnotherLicenceIsOneLostAndOneGained) {
  load(
      "organization: {slug: lab, preset: dbt}\n"
      "users: [{id: kim, email: kim@lab.test, license: developer}]\n");
  const Plan plan = load(
      "organization: {slug: lab}\n"
      "users: [{id: kim, email: kim@lab.test, license: read_only}]\n");
  EXPECT_EQ(shown(plan.changed), Items{"user kim (license)"});
  EXPECT_EQ(shown(plan.gains), Items{"kim license read_only"});
  EXPECT_EQ(shown(plan.loses), Items{"kim license developer"});
}

TEST_F(Planned, TheSameInADryRunWhichChangesNothing) {
  load(acme);
  const std::string change = with("groups: [{name: eng, members: [ada]}]\n");
  const std::string head = audit_head("acme");
  const std::string before = exported("acme");
  const Applied dry = dry_run(change);
  EXPECT_EQ(dry.errors, Items{});
  EXPECT_EQ(audit_head("acme"), head);
  EXPECT_EQ(exported("acme"), before);
  const Plan real = load(change);
  EXPECT_EQ(shown(dry.plan.added), shown(real.added));
  EXPECT_EQ(shown(dry.plan.removed), shown(real.removed));
  EXPECT_EQ(shown(dry.plan.gains), shown(real.gains));
  EXPECT_EQ(shown(dry.plan.loses), shown(real.loses));
  EXPECT_FALSE(real.loses.empty());
}

TEST_F(Planned, BeyondAThousandPeopleTheRestIsCounted) {
  std::string file = "organization: {slug: big}\ngroups: [{name: all, members: [";
  std::string users = "users:\n";
  constexpr int people = 1'200;
  for (int i = 0; i < people; ++i) {
    const std::string id = "u" + std::to_string(i);
    file += (i == 0 ? "" : ", ") + id;
    users += "  - {id: " + id + ", email: " + id + "@big.test}\n";
  }
  const Plan plan = load(file + "]}]\n" + users);
  EXPECT_EQ(plan.people_not_listed, people - PeopleWatch::most);
  EXPECT_EQ(plan.gains.size(), PeopleWatch::most);
}

// S23
TEST_F(Planned, RefusedItemsAreNamedWithLineAndCodeAndNothingIsApplied) {
  load(acme);
  load("organization: {slug: acme, seats: {user: 3}}\n");
  const std::string head = audit_head("acme");
  const Applied applied = apply(R"(organization: {slug: acme}
users:
  - {id: ada, email: ada@acme.test}
  - {id: bea, email: bea@acme.test, grants: [{role: boss, scope: org}]}
  - {id: cy, email: cy@acme.test, grants: [{role: viewer, scope: deployment/nowhere}]}
  - {id: dan, email: dan@acme.test}
groups:
  - {name: eng, members: [nobody], grants: [{role: viewer, scope: code_location/prod/x}]}
  - {name: ops, grants: [{role: agent, scope: org}], mappings: [{connection: none, idp_group: x}]}
)");
  EXPECT_EQ(applied.errors.size(), 7U) << testing::PrintToString(applied.errors);
  const auto has = [&](const char* beginning, const char* code) {
    return std::ranges::any_of(applied.errors, [&](const std::string& error) {
      return error.starts_with(beginning) && error.ends_with(code);
    });
  };
  EXPECT_TRUE(has("4: user bea: boss on org: ", "(not_found)"));
  EXPECT_TRUE(has("5: user cy: viewer on deployment/nowhere: ", "(not_found)"));
  EXPECT_TRUE(has("6: user \"dan\": ", "(seat_limit)"));
  EXPECT_TRUE(has("8: group \"eng\": the member \"nobody\" is no user of the organization", ""));
  EXPECT_TRUE(has("8: group eng: viewer on code_location/prod/x: ", "(not_found)"));
  EXPECT_TRUE(has("9: group ops: agent on org: ", "(invalid_value)"));
  EXPECT_TRUE(has("9: mapping ops/x: ", "(invalid_value)"));
  EXPECT_EQ(audit_head("acme"), head);
}

// F11
TEST_F(Planned, TheLastAdminGoesOnlyWithAnotherInPlace) {
  load(acme);
  const Applied refused = apply(with("users: [{id: ada, email: ada@acme.test, grants: []}]\n"));
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_TRUE(refused.errors[0].ends_with("(last_admin)")) << refused.errors[0];
  const Plan plan = load(with(R"(users:
  - {id: ada2, email: ada@acme.test, grants: [{role: organization_admin, scope: org}]}
)"));
  EXPECT_EQ(shown(plan.removed), (Items{"user ada", "user bea", "user cy"}));
}

TEST_F(Planned, PresetStaysAsItIs) {
  load(acme);
  const Applied applied = apply("organization: {slug: acme, preset: dbt}\n");
  EXPECT_EQ(applied.errors,
            Items{"1: organization: the preset is decided when an organization is made; this one "
                  "has dagster"});
}

// S18, S33, S60
TEST_F(Planned, WhatThePlanDoesNotIncludeIsRefused) {
  const Applied applied = apply(R"(organization: {slug: small, preset: dagster, plan: starter}
groups: [{name: eng}]
service_users: [{name: bot}]
custom_roles: [{key: x, level: deployment, permissions: [runs.view]}]
)");
  ASSERT_EQ(applied.errors.size(), 3U) << testing::PrintToString(applied.errors);
  for (const std::string& error : applied.errors) {
    EXPECT_TRUE(error.ends_with("(feature_not_in_plan)")) << error;
  }
  EXPECT_EQ(apply("organization: {slug: small, plan: gold, preset: dagster}\n").errors.size(), 1U);
}

// S90
TEST_F(Planned, SeatsRiseBeforePeopleComeAndFallBehindThem) {
  load("organization: {slug: s, seats: {user: 1}}\nusers: [{id: a, email: a@s.test}]\n");
  const Plan more = load(
      "organization: {slug: s, seats: {user: 2}}\n"
      "users: [{id: a, email: a@s.test}, {id: b, email: b@s.test}]\n");
  EXPECT_EQ(shown(more.changed), Items{"seats user (user seats from 1 to 2)"});
  const Plan less = load(
      "organization: {slug: s, seats: {user: 1}}\n"
      "users: [{id: a, email: a@s.test}]\n");
  EXPECT_EQ(shown(less.changed), Items{"seats user (user seats from 2 to 1)"});
  const Applied below = apply("organization: {slug: s, seats: {user: 0}}\n");
  ASSERT_EQ(below.errors.size(), 1U);
  EXPECT_TRUE(below.errors[0].ends_with("(seats_in_use)")) << below.errors[0];
}

// S25, F9
TEST_F(Planned, RolesOfCodeLocationsFollowTheirDeployments) {
  load(with("deployments: [{name: prod, code_locations: [ml]}]\n"));
  const auto user = [](std::string_view prod, std::string_view ml) {
    return with("users: [{id: u, email: u@acme.test, grants: [{role: " + std::string(prod) +
                ", scope: deployment/prod}, {role: " + std::string(ml) +
                ", scope: code_location/prod/ml}]}]\n");
  };
  for (const auto& [prod, ml] : {std::pair{"viewer", "editor"}, std::pair{"editor", "admin"},
                                 std::pair{"viewer", "launcher"}}) {
    load(user(prod, ml));
    expect_nothing_to_do(user(prod, ml));
  }
  EXPECT_EQ(apply(user("admin", "launcher")).errors.size(), 1U);
}

// S11, S41, S42, F29
TEST_F(Planned, ServiceUsersAreAddedChangedAndRemoved) {
  load(with("service_users: [{name: bot, tokens: [t]}, {name: old}]\n"));
  const Plan plan = load(
      with("service_users: [{name: Bot, description: runs CI, tokens: [t, u]}, {name: new}]\n"));
  EXPECT_EQ(shown(plan.added), (Items{"token Bot/u", "service_user new"}));
  EXPECT_EQ(shown(plan.changed), Items{"service_user Bot (description)"});
  EXPECT_EQ(shown(plan.removed), Items{"service_user old (its tokens are revoked)"});
  const Applied kind = apply(with("service_users: [{name: Bot, kind: agent}]\n"));
  EXPECT_EQ(kind.errors,
            Items{"2: service user \"Bot\": it is of kind service, which cannot change"});
}

// F3
TEST_F(Planned, ARoleGoesOnceNobodyHoldsIt) {
  load(with(R"(deployments: [{name: prod}]
custom_roles: [{key: wiper, level: deployment, permissions: [assets.wipe]}]
groups: [{name: eng, grants: [{role: wiper, scope: deployment/prod}]}]
)"));
  const Applied held = apply(with("custom_roles: []\n"));
  EXPECT_EQ(held.errors.size(), 1U);
  EXPECT_TRUE(held.errors[0].ends_with("(role_granted)")) << held.errors[0];
  const Plan plan = load(with("custom_roles: []\ngroups: [{name: eng, grants: []}]\n"));
  EXPECT_EQ(shown(plan.removed),
            (Items{"grant group eng: wiper on deployment/prod", "role wiper"}));
}

}  // namespace
}  // namespace rollcall::admin
