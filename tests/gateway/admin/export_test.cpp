#include "tests/gateway/admin/declared.h"

namespace rollcall::admin {
namespace {

using Export = DeclaredTest;

constexpr std::string_view every_section = R"(organization:
  slug: acme
  preset: dagster
  plan: pro
  name: Acme Inc
  seats: {user: {user: 50, billing: 40}}
  policy: {default_branch_role: null, reauth_hours: 12, ip_rules: {allow: [10.0.0.0/8]}}
brake: {max_removals: 7, max_fraction: 0.25}
deployments:
  - {name: prod, settings: {sso_default_role: VIEWER}, code_locations: [core, ml]}
  - {name: dev, settings: {sso_default_role: EDITOR}}
  - {name: vault, settings: {sso_default_role: NO_ACCESS}, code_locations: []}
branch_deployments: [{name: pr-1, code_locations: [core]}]
projects:
  - {id: shop, name: The Shop, environments: [production, {name: eu, category: staging}, qa]}
connections: [{id: okta, protocol: saml, domains: [acme.test]}]
scim: {id: scim, enabled: false, manual_users: true, tokens: [s-1]}
custom_roles:
  - {key: wiper, name: Wiper, level: deployment, based_on: VIEWER, permissions: {assets.wipe: W}}
  - {key: reader, level: deployment, description: "reads: all", permissions: [runs.view]}
users:
  - {id: ada, email: ada@acme.test, grants: [{role: ORGANIZATION_ADMIN, scope: org}]}
  - {id: bea, email: bea@acme.test, grants: [{role: none, scope: deployment/dev}, {role: wiper, scope: deployment/prod}]}
  - {id: cy, email: cy@acme.test, active: false}
groups:
  - {name: eng, members: [ada, bea], manual_members: keep, assign_by_default: true, grants: [{role: launcher, scope: all_branch_deployments}], mappings: [{connection: okta, idp_group: ENG}, {idp_group: " eng "}, {pattern: "eng-.*"}]}
  - {name: none}
service_users:
  - {name: bot, description: runs CI, grants: [{role: reader, scope: deployment/prod}], tokens: [b-1, b-2]}
  - {name: agent, kind: agent}
)";

TEST_F(Export, OfEverySectionIsWhatApplyFindsNothingToDoWith) {
  load(every_section);
  expect_nothing_to_do(every_section);
  const std::string file = exported("acme");
  expect_nothing_to_do(file);
  EXPECT_EQ(exported("acme"), file);
  for (const char* part :
       {"preset: dagster", "plan: pro", "{user: 50, billing: 40}", "max_fraction: 0.25",
        "default_branch_role: null", "sso_default_role: NO_ACCESS", "sso_default_role: editor",
        "category: staging", "based_on: viewer", "{role: none, scope: deployment/dev}",
        "{role: wiper, scope: deployment/prod}", "assign_by_default: true", "manual_members: keep",
        "idp_group: \" eng \"", "pattern:", "kind: agent", "tokens: [b-1, b-2]"}) {
    EXPECT_NE(file.find(part), std::string::npos) << part << " in\n" << file;
  }
  EXPECT_EQ(file.find("rct_"), std::string::npos);
}

// A deactivated user holds nothing (3.3f), whatever the defaults are.
TEST_F(Export, OfADeactivatedUserHasNoGrants) {
  load(R"(organization: {slug: acme, preset: dagster}
deployments: [{name: prod}]
users: [{id: cy, email: cy@acme.test, active: false, grants: []}]
)");
  const std::string file = exported("acme");
  EXPECT_NE(file.find("{id: cy, email: cy@acme.test, active: false}"), std::string::npos) << file;
  expect_nothing_to_do(file);
}

// X12
TEST_F(Export, ListsDefaultGrantsOnlyWhereTheyDiffer) {
  load(R"(organization: {slug: acme, preset: dagster}
deployments: [{name: prod}, {name: dev, settings: {sso_default_role: EDITOR}}]
users: [{id: ada, email: ada@acme.test, grants: [{role: organization_admin, scope: org}]}, {id: bea, email: bea@acme.test}]
)");
  EXPECT_NE(exported("acme").find("{id: bea, email: bea@acme.test, grants: []}"), std::string::npos)
      << exported("acme");
  // What is a default no more stays with those who have it.
  load(
      "organization: {slug: acme}\n"
      "deployments: [{name: prod}, {name: dev, settings: {sso_default_role: ADMIN}}]\n");
  const std::string file = exported("acme");
  EXPECT_NE(file.find("{id: bea, email: bea@acme.test, grants: [{role: editor, scope: "
                      "deployment/dev}]}"),
            std::string::npos)
      << file;
  expect_nothing_to_do(file);
}

TEST_F(Export, KeepsThatADefaultWasTakenAway) {
  constexpr std::string_view with_none = R"(organization: {slug: acme, preset: dagster}
deployments: [{name: prod}]
users: [{id: bea, email: bea@acme.test, grants: [{role: none, scope: deployment/prod}]}]
)";
  load(with_none);
  const std::string file = exported("acme");
  EXPECT_NE(file.find("{role: none, scope: deployment/prod}"), std::string::npos) << file;
  expect_nothing_to_do(file);
  // Stated otherwise, the default is there again.
  const Plan plan =
      load("organization: {slug: acme}\nusers: [{id: bea, email: bea@acme.test, grants: []}]\n");
  EXPECT_EQ(shown(plan.added), Items{"grant user bea: viewer on deployment/prod"});
  EXPECT_EQ(shown(plan.gains), Items{"bea viewer on deployment/prod"});
}

// Permissions of a group stay local after a push.
// F57
TEST_F(Export, HasTheGrantsOfGroupsThatScimManages) {
  const auto tenant = directory_.add_tenant("acme");
  directory_.add_group(tenant, test::group_profile("Pushed"));
  directory_.add_group(tenant, test::group_profile("Plain"));
  load(
      "organization: {slug: acme}\ndeployments: [{name: prod}]\n"
      "groups: [{name: Pushed, grants: [{role: editor, scope: deployment/prod}]}]\n");
  const std::string file = exported("acme");
  EXPECT_NE(file.find("{name: Pushed, grants: [{role: editor, scope: deployment/prod}]"),
            std::string::npos)
      << file;
  EXPECT_EQ(file.find("Plain"), std::string::npos) << file;
  expect_nothing_to_do(file);
}

}  // namespace
}  // namespace rollcall::admin
