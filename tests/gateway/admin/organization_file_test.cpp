#include "gateway/admin/organization_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

namespace rollcall::admin {
namespace {

std::vector<std::string> problems_of(std::string_view text) {
  Problems problems;
  read_organization_file(text, problems);
  std::vector<std::string> lines;
  for (const Problem& problem : problems.list()) {
    lines.push_back(std::to_string(problem.line) + ": " + problem.message);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(OrganizationFile, ReadsEverySection) {
  Problems problems;
  const OrganizationFile file = read_organization_file(R"(# an organization
organization: {slug: hooli}
connections:
  - id: okta
    protocol: saml
    vendor: okta
    domains: [hooli.test]
    attribute_map: {email: Email}
    saml: {require_signed: response, idp: {entity_id: "urn:x", certificates: ["-----BEGIN"]}}
  - {id: entra, protocol: oidc, oidc: {issuer: "https://login.test", scopes: [openid, email]}}
scim:
  - {id: okta, mode: strict, username_is_email: true, manual_groups: true, connection: okta, tokens: [a, b]}
users:
  - {id: ada, email: ada@hooli.test, given_name: Ada, family_name: L, display_name: Ada L}
  - {id: bea, user_name: bea, active: false}
groups:
  - {name: data-eng, members: [bea, ada@hooli.test]}
  - {name: empty}
expect: [anything]
sign_ins: [{user: x}]
refused: [{op: x}]
)",
                                                       problems);
  ASSERT_TRUE(problems.empty()) << problems.list().front().message;
  EXPECT_EQ(file.organization.slug, "hooli");
  EXPECT_EQ(file.connections->size(), 2U);
  EXPECT_EQ(file.connections->at(0).line, 4);
  EXPECT_EQ(json::write(*file.connections->at(0).settings.find("domains")), R"(["hooli.test"])");
  EXPECT_EQ(file.connections->at(0).settings.find("id"), nullptr);
  const DeclaredScimConnection& scim = file.scim->at(0);
  EXPECT_EQ(scim.mode, ScimMode::strict);
  EXPECT_TRUE(scim.username_is_email);
  EXPECT_EQ(json::write(json::Value(scim.options)),
            R"({"manual_groups":true,"connection":"okta"})");
  EXPECT_EQ(scim.tokens, (Lines{"a", "b"}));
  EXPECT_EQ(file.users->at(0).login(), "ada@hooli.test");
  EXPECT_EQ(file.users->at(1).login(), "bea");
  EXPECT_EQ(file.users->at(1).active, false);
  EXPECT_EQ(file.groups->at(0).members, (Lines{"bea", "ada@hooli.test"}));
  EXPECT_FALSE(file.groups->at(1).members);
}

TEST(OrganizationFile, TellsAbsentSectionsFromEmptyOnes) {
  Problems problems;
  const auto file = read_organization_file("organization: {slug: x}\nusers: []\n", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(file.users && file.users->empty());
  EXPECT_FALSE(file.groups);
  EXPECT_FALSE(file.scim);
  EXPECT_FALSE(file.connections);
}

TEST(OrganizationFile, ReadsAsScimOneBlock) {
  Problems problems;
  const auto file =
      read_organization_file("organization: {slug: x}\nscim: {enabled: false}\n", problems);
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(file.scim->at(0).id, "scim");
  EXPECT_FALSE(file.scim->at(0).enabled);
}

TEST(OrganizationFile, ReadsJson) {
  Problems problems;
  const auto file = read_organization_file(
      R"({"organization": {"slug": "x"}, "users": [{"id": "a", "email": "a@x.test"}]})", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(file.users->at(0).id, "a");
}

TEST(OrganizationFile, NamesEveryProblemWithItsLine) {
  const Lines expected{
      "1: organization: \"slug\" is missing",
      "1: organization: unknown key \"slgu\", did you mean \"slug\"?",
      "3: connections[0]: \"protocol\" must be one of: saml oidc",
      "3: connections[0]: \"jit\" must be true or false",
      "5: users[0]: \"id\" must be text: put it in quotes",
      "5: users[0]: unknown key \"emial\", did you mean \"email\"?",
      "5: users[0]: \"email\" is missing",
      "6: users[1]: \"email\" must be an e-mail address",
      "7: users[2] must be a map of keys and values",
      "8: the file: \"groups\" must be a list",
      "9: the file: unknown key \"uesrs\", did you mean \"users\"?",
  };
  const Lines found = problems_of(R"(organization: {slgu: hooli}
connections:
  - {id: okta, protocol: smal, jit: maybe}
users:
  - {id: 7, emial: ada@hooli.test}
  - {id: bea, email: bea}
  - cy
groups: {name: x}
uesrs: []
)");
  EXPECT_EQ(found, expected);
}

TEST(OrganizationFile, RefusesWhatStandsTwice) {
  const Lines found = problems_of(R"(organization: {slug: x}
users:
  - {id: a, email: a@x.test}
  - {id: a, email: A@X.test}
groups:
  - {name: Team}
  - {name: TEAM}
connections:
  - {id: c, protocol: saml}
  - {id: c, protocol: oidc}
scim: [{id: s, tokens: [t, t]}, {id: S}]
)");
  const Lines expected{"4: the user \"a\" stands on line 3 already",
                       "4: the userName \"A@X.test\" stands on line 3 already",
                       "4: the e-mail address \"A@X.test\" stands on line 3 already",
                       "7: the group \"TEAM\" stands on line 6 already",
                       "10: the connection \"c\" stands on line 9 already",
                       "11: the token \"t\" stands on line 11 already",
                       "11: the SCIM connection \"S\" stands on line 11 already"};
  EXPECT_EQ(found, expected);
}

struct Hostile {
  const char* name;
  std::string text;
  const char* says;
};

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

class HostileFile : public testing::TestWithParam<Hostile> {};

TEST_P(HostileFile, IsRefusedQuickly) {
  const auto start = std::chrono::steady_clock::now();
  const Lines found = problems_of(GetParam().text);
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found.front().find(GetParam().says), std::string::npos) << found.front();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_LE(found.size(), Problems::limit);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, HostileFile,
    testing::Values(
        Hostile{"Alias", "a: &x [1]\nb: *x\n", "anchors and aliases"},
        Hostile{"BillionLaughs",
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n",
                "anchors and aliases"},
        Hostile{"DeepLists", repeated("[", 1000) + repeated("]", 1000), "deep"},
        Hostile{"DeepMaps", repeated("{a: ", 1000) + repeated("}", 1000), "deep"},
        Hostile{"DeepBlocks", repeated("- ", 1000), "deep"},
        Hostile{"OpenLists", repeated("[", 1'000'000), ""},
        Hostile{"OpenMaps", repeated("{a: ", 1'000'000), ""},
        Hostile{"LongKey", std::string(1'000'000, 'k') + ": 1", ""},
        Hostile{"TooLong", std::string(max_organization_file + 1, ' '), "bytes"},
        Hostile{"NotUtf8", "organization: \xff\xfe", "UTF-8"},
        Hostile{"Nul", std::string("organization: \0x", 16), "character"},
        Hostile{"LoneSurrogate", R"(organization: {slug: "\uD800"})", "nicode"},
        Hostile{"EscapedNul", R"(organization: {slug: "a\u0000b"})", "control"},
        Hostile{"TwoDocuments", "organization: {slug: x}\n---\norganization: {slug: y}\n",
                "document"},
        Hostile{"DuplicateKey", "organization: {slug: x}\norganization: {slug: y}\n",
                "organization"},
        Hostile{"Tag", "organization: !!python/object {slug: x}\n", "tag"},
        Hostile{"Empty", "", "missing"}, Hostile{"List", "[]", "map"},
        Hostile{"NotYaml", "organization: {slug: x\nusers: [", "flow"},
        Hostile{"ManyUnknownKeys",
                "organization: {slug: x}\n" +
                    [] {
                      std::string keys;
                      for (int i = 0; i < 20'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
                      return keys;
                    }(),
                "unknown key"},
        Hostile{"ManyBadUsers", "organization: {slug: x}\nusers:\n" + repeated("  - 1\n", 100'000),
                "map"}),
    [](const auto& info) { return info.param.name; });

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(OrganizationFile, ReadsTheExamplesAsTheyAre) {
  for (const char* name : {"hooli", "jaffle"}) {
    const std::string text = contents(std::string("tests/data/organizations/") + name + ".yaml");
    ASSERT_FALSE(text.empty());
    EXPECT_EQ(problems_of(text), Lines{});
  }
}

TEST(OrganizationFile, ReadsWhatGivesAccess) {
  Problems problems;
  const OrganizationFile file = read_organization_file(R"(
organization: {slug: x, preset: dbt, plan: null, name: X, seats: {developer: 5, it: {user: null, billing: 1}}}
brake: {max_removals: 0, max_fraction: 0.29}
deployments: [{name: prod, settings: {sso_default_role: Editor}}, {name: v, settings: {sso_default_role: no_access}}]
projects: [{id: p, environments: [production, qa, {name: eu, category: staging}]}]
roles: [{key: w, level: deployment, permissions: {assets.wipe: W, runs.view: R, jobs: R}}]
groups:
  - name: g
    grants: [{role: ANALYST, scope: project/p, env_write: [staging, other]}, {role: developer, scope: all_projects, env_write: all}]
    mappings: [{idp_group: A}, {connection: okta, pattern: "b.*"}, {template: "x-{group}"}]
license_mappings: [{license: it, idp_groups: [a, b]}]
)",
                                                       problems);
  ASSERT_TRUE(problems.empty()) << problems.list().front().message;
  EXPECT_EQ(file.organization.preset, Preset::dbt);
  EXPECT_TRUE(file.organization.plan && !*file.organization.plan);
  EXPECT_EQ(file.organization.seats.at(0).user, std::optional<std::int64_t>(5));
  EXPECT_TRUE(file.organization.seats.at(1).user && !*file.organization.seats.at(1).user);
  EXPECT_EQ(file.organization.brake_max_percent, 29);
  EXPECT_EQ(file.deployments->at(0).default_role, std::optional<std::string>("editor"));
  EXPECT_TRUE(file.deployments->at(1).default_role && !*file.deployments->at(1).default_role);
  const std::vector<Environment> environments{{"production", EnvironmentCategory::production},
                                              {"qa", EnvironmentCategory::other},
                                              {"eu", EnvironmentCategory::staging}};
  EXPECT_EQ(file.projects->at(0).environments, environments);
  EXPECT_EQ(file.custom_roles->at(0).role.permissions,
            (Lines{"assets.wipe", "runs.view", "jobs:R"}));
  const DeclaredGroup& group = file.groups->at(0);
  EXPECT_EQ(group.grants->at(0).role, "analyst");
  EXPECT_EQ(group.grants->at(0).environments,
            bit(EnvironmentCategory::staging) | bit(EnvironmentCategory::other));
  EXPECT_EQ(group.grants->at(1).environments, all_environments);
  EXPECT_EQ(group.mappings->at(0).connection, "*");
  EXPECT_EQ(group.mappings->at(1).kind, MappingKind::pattern);
  EXPECT_EQ(group.mappings->at(2).kind, MappingKind::template_);
  EXPECT_EQ(file.license_mappings->size(), 2U);
}

TEST(OrganizationFile, NamesEveryProblemOfWhatGivesAccess) {
  const Lines found = problems_of(R"(organization: {slug: x, preset: acme, seats: {devloper: 1}}
brake: {max_fraction: 1.5}
deployments:
  - {name: prod, settings: {default_role: VIEWER}}
branch_deployments:
  - {name: prod}
  - {name: pr, settings: {}}
projects:
  - {id: p, environments: [{name: eu, category: prod}]}
custom_roles:
  - {key: w, level: deployment, permissions: {assets.wip: W}}
  - {key: v, level: deployment, permissions: [runs.veiw]}
roles: []
groups:
  - {name: g, grants: [{role: viewer, scope: deployment}, {scope: org}, {role: a, scope: org, env_write: [prod]}]}
  - {name: h, mappings: [{connection: okta}, {idp_group: a, pattern: b}, {idp_group: c}, {idp_group: c}]}
users:
  - {id: a, email: a@x.test, license: devloper, grants: [{role: viewer, scope: org}, {role: VIEWER, scope: org}]}
service_users:
  - {name: s, kind: robot, tokens: [t, t]}
license_mappings:
  - {license: it}
)");
  const Lines expected{
      "1: organization: \"preset\" must be one of: dagster dbt",
      "1: organization.seats: unknown key \"devloper\", did you mean \"developer\"?",
      "2: brake: \"max_fraction\" must be a number from 0 to 1 in hundredths",
      "4: deployments[0].settings: unknown key \"default_role\"",
      "6: the deployment \"prod\" stands on line 4 already",
      "7: branch_deployments[1]: unknown key \"settings\"",
      "9: projects[0].environments[0]: \"category\" must be one of: production staging "
      "development other",
      "11: custom_roles[0]: there is no permission \"assets.wip:W\"",
      "12: custom_roles[1]: there is no permission \"runs.veiw\", did you mean \"runs.view\"?",
      "13: the file: \"roles\" is another name of \"custom_roles\": keep one",
      "15: groups[0].grants[0]: ",
      "15: groups[0].grants[1]: \"role\" is missing",
      "15: groups[0].grants[2]: an item of \"env_write\" must be one of: production staging "
      "development other",
      "16: groups[1].mappings[0]: needs one of \"idp_group\", \"pattern\" and \"template\"",
      "16: groups[1].mappings[1]: needs one of \"idp_group\", \"pattern\" and \"template\"",
      "16: the mapping of \"c\" stands on line 16 already",
      "18: users[0]: \"license\" must be one of: developer analyst it read_only",
      "18: the grant \"viewer on org\" stands on line 18 already",
      "20: service_users[0]: \"kind\" must be one of: service agent",
      "20: the token \"t\" stands on line 20 already",
      "22: license_mappings[0]: \"idp_groups\" is missing"};
  ASSERT_EQ(found.size(), expected.size()) << testing::PrintToString(found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(found[i].starts_with(expected[i])) << found[i] << "\n" << expected[i];
  }
}

TEST(OrganizationFile, NamesEverySettingOfThePolicyThatIsWrong) {
  const Lines found = problems_of(R"(organization:
  slug: x
  policy:
    direct_user_grant: false
    reauth_hours: never
    default_branch_role: EDITOR
)");
  ASSERT_EQ(found.size(), 2U) << testing::PrintToString(found);
  EXPECT_EQ(found[0],
            "4: organization: policy: there is no setting \"direct_user_grant\", did you mean "
            "\"direct_user_grants\"?");
  EXPECT_TRUE(found[1].starts_with("5: organization: policy: \"reauth_hours\" must be"));
}

TEST(OrganizationFile, IsWrittenSoThatItReadsTheSame) {
  OrganizationFile file;
  file.organization.slug = "x-1";
  DeclaredConnection connection;
  connection.id = "okta";
  connection.settings = {{"protocol", "saml"},
                         {"domains", json::Array{"x.test"}},
                         {"attribute_map", json::Object{{"email: e", "#no comment"}}},
                         {"jit", true},
                         {"max_groups", 250}};
  file.connections = {connection};
  DeclaredScimConnection scim;
  scim.id = "s";
  scim.enabled = false;
  scim.mode = ScimMode::interop;
  scim.options = {{"manual_users", false}};
  scim.tokens = {"true", "12", "a b", "null", "~"};
  file.scim = {scim};
  DeclaredUser user;
  user.id = "007";
  user.email = "o'hara@x.test";
  user.display_name = "Zoë \"Z\" – \\ 😀: [a], {b} #c";
  user.given_name = "yes";
  user.active = false;
  file.users = {user};
  DeclaredGroup group;
  group.name = "- dash: & *star";
  group.members = Lines{"007", "%", "@x"};
  file.groups = {group};

  const std::string text = write_organization_file(file);
  Problems problems;
  const OrganizationFile again = read_organization_file(text, problems);
  ASSERT_TRUE(problems.empty()) << problems.list().front().message << "\n" << text;
  EXPECT_EQ(write_organization_file(again), text);
  EXPECT_EQ(again.users->at(0).id, user.id);
  EXPECT_EQ(again.users->at(0).display_name, user.display_name);
  EXPECT_EQ(again.users->at(0).given_name, user.given_name);
  EXPECT_EQ(again.users->at(0).active, false);
  EXPECT_EQ(again.groups->at(0).name, group.name);
  EXPECT_EQ(again.groups->at(0).members, group.members);
  EXPECT_EQ(again.scim->at(0).tokens, scim.tokens);
  EXPECT_EQ(again.connections->at(0).settings, connection.settings);
}

}  // namespace
}  // namespace rollcall::admin
