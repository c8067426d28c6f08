#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using Apply = AdminTest;
using Items = std::vector<std::string>;

constexpr const char* acme = R"(organization: {slug: acme}
connections:
  - {id: okta, protocol: saml, vendor: okta, domains: [acme.test]}
scim: {id: okta, connection: okta, tokens: [okta-1]}
users:
  - {id: ada, email: ada@acme.test, given_name: Ada, family_name: Lovelace}
  - {id: bea, email: bea@acme.test, user_name: bea, display_name: Bea}
groups:
  - {name: data-eng, members: [ada, bea]}
  - {name: oncall, members: [bea@acme.test]}
)";

TEST_F(Apply, MakesAnOrganizationFromNothing) {
  const auto response = apply(acme);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "applied"), "true");
  const Items added{"organization acme",
                    "connection okta",
                    "scim_connection okta",
                    "token okta/okta-1",
                    "user ada",
                    "user bea",
                    "group data-eng",
                    "membership data-eng/ada",
                    "membership data-eng/bea",
                    "group oncall",
                    "membership oncall/bea@acme.test"};
  EXPECT_EQ(planned(response, "added"), added);
  EXPECT_EQ(planned(response, "changed"), Items{});
  EXPECT_EQ(planned(response, "removed"), Items{});

  const auto ada = get("/organizations/acme/users?email=ada%40acme.test");
  EXPECT_EQ(at(ada, "items.0.declared_id"), "ada");
  EXPECT_EQ(at(ada, "items.0.created_by"), "manual");
  EXPECT_EQ(at(ada, "items.0.scim_managed"), "false");
  EXPECT_EQ(at(get("/organizations/acme/users?user_name=bea"), "items.0.display_name"), "Bea");
  EXPECT_EQ(at(get("/organizations/acme/connections"), "items.0.state"), "incomplete");
  EXPECT_EQ(at(get("/organizations/acme/scim-connections"), "items.0.options.connection"), "okta");
  const std::string group = at(get("/organizations/acme/groups?name=oncall"), "items.0.id");
  EXPECT_EQ(at(get("/organizations/acme/memberships?group=" + group), "items.0.origin"), "manual");
}

TEST_F(Apply, ShowsEachNewTokenOnceAndCreatesItOnce) {
  const auto first = apply(acme);
  ASSERT_EQ(size_at(first, "created_tokens"), 1U);
  EXPECT_EQ(at(first, "created_tokens.0.name"), "okta-1");
  EXPECT_TRUE(at(first, "created_tokens.0.secret").starts_with("rcs_"));
  const auto second = apply(acme);
  EXPECT_EQ(size_at(second, "created_tokens"), 0U);
  EXPECT_EQ(size_at(get("/organizations/acme/tokens"), "items"), 1U);
  // A revoked token is missing again.
  EXPECT_EQ(remove("/organizations/acme/tokens/" + at(first, "created_tokens.0.id")).status, 204);
  EXPECT_EQ(planned(apply(acme), "added"), Items{"token okta/okta-1"});
}

void expect_no_change(const http::Response& response) {
  EXPECT_EQ(response.status, 200) << response.body;
  for (const char* list : {"added", "changed", "removed", "kept", "created_tokens"}) {
    EXPECT_EQ(size_at(response, list), 0U) << response.body;
  }
}

TEST_F(Apply, TwiceFindsNothingToDoAndWritesNothing) {
  ASSERT_EQ(apply(acme).status, 200);
  const std::string head = get("/organizations/acme/audit/head").body;
  const std::string users = get("/organizations/acme/users").body;
  directory_.clock().advance(std::chrono::hours(1));
  expect_no_change(apply(acme));
  EXPECT_EQ(get("/organizations/acme/audit/head").body, head);
  EXPECT_EQ(get("/organizations/acme/users").body, users);
}

TEST_F(Apply, OfAnExportFindsNothingToDo) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto exported = get("/organizations/acme/export");
  EXPECT_EQ(exported.content_type, "application/yaml");
  expect_no_change(apply(exported.body));
  EXPECT_EQ(get("/organizations/acme/export").body, exported.body);
  EXPECT_NE(exported.body.find("tokens: [okta-1]"), std::string::npos) << exported.body;
  EXPECT_EQ(exported.body.find("rcs_"), std::string::npos);
}

TEST_F(Apply, OfAnExportMakesTheSameElsewhere) {
  ASSERT_EQ(apply(acme).status, 200);
  std::string exported = get("/organizations/acme/export").body;
  exported.replace(exported.find("slug: acme"), 10, "slug: copy");
  EXPECT_EQ(apply(exported).status, 200);
  std::string copy = get("/organizations/copy/export").body;
  EXPECT_EQ(copy, exported);
}

TEST_F(Apply, ChangesAndRemovesWhatTheFileSays) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto response = apply(R"(organization: {slug: acme}
connections:
  - {id: okta, protocol: saml, vendor: okta, domains: [acme.test, acme.example]}
scim: []
users:
  - {id: ada, email: ada@acme.example, active: false}
  - {id: cy, email: cy@acme.test}
groups:
  - {name: Data-Eng, members: [cy, ada]}
)");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(planned(response, "added"),
            (Items{"user cy", "membership Data-Eng/cy", "membership Data-Eng/ada"}));
  const Items changed{"connection okta (domains)", "user ada (user_name, email, active)",
                      "group Data-Eng (name)"};
  EXPECT_EQ(planned(response, "changed"), changed);
  const Items removed{"scim_connection okta (its tokens are revoked)", "user bea", "group oncall"};
  EXPECT_EQ(planned(response, "removed"), removed);
  EXPECT_EQ(at(get("/organizations/acme/users?user_name=ada%40acme.example"), "items.0.state"),
            "deactivated");
  EXPECT_NE(at(get("/organizations/acme/tokens"), "items.0.revoked"), "null");
}

TEST_F(Apply, SaysWhoLeavesAGroup) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto response = apply(
      "organization: {slug: acme}\ngroups:\n  - {name: data-eng, members: [ada]}\n"
      "  - {name: oncall}\n");
  EXPECT_EQ(planned(response, "removed"), Items{"membership data-eng/bea"});
  EXPECT_EQ(planned(response, "changed"), Items{});
}

TEST_F(Apply, LeavesAbsentSectionsAlone) {
  ASSERT_EQ(apply(acme).status, 200);
  expect_no_change(apply("organization: {slug: acme}\n"));
  EXPECT_EQ(size_at(get("/organizations/acme/users"), "items"), 2U);
}

TEST_F(Apply, KeepsWhatScimManages) {
  const auto tenant = directory_.add_tenant("acme");
  const auto pushed = directory_.add_user(tenant, test::user_profile("pushed"));
  directory_.add_group(tenant, test::group_profile("Pushed"));
  const auto emptied = apply("organization: {slug: acme}\nusers: []\ngroups: []\n");
  EXPECT_EQ(planned(emptied, "kept"), (Items{"user * (1 scim-managed, never removed)",
                                             "group * (1 scim-managed, never removed)"}));
  EXPECT_EQ(size_at(emptied, "removed"), 0U);
  EXPECT_EQ(get("/organizations/acme/users/" + pushed.id.str()).status, 200);
  EXPECT_EQ(size_at(get("/organizations/acme/groups"), "items"), 1U);

  const auto response = apply(R"(organization: {slug: acme}
users:
  - {id: pushed, email: pushed@example.com, user_name: other}
groups:
  - {name: Pushed, members: [pushed]}
)");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(planned(response, "kept"),
            (Items{"user * (1 scim-managed, never removed)", "user pushed (scim-managed)",
                   "group * (1 scim-managed, never removed)", "group Pushed (scim-managed)"}));
  EXPECT_EQ(size_at(response, "added") + size_at(response, "changed"), 0U);
  EXPECT_EQ(at(get("/organizations/acme/users/" + pushed.id.str()), "user_name"), "pushed");
}

TEST_F(Apply, MeansByADeclaredUserWhomScimBroughtUnderTheSameAddress) {
  const auto tenant = directory_.add_tenant("acme");
  directory_.add_user(tenant, test::user_profile("pushed"));
  const auto response = apply(R"(organization: {slug: acme}
users: [{id: bea, email: pushed@example.com, user_name: pushed}]
groups: [{name: own, members: [bea]}]
)");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(planned(response, "added"), (Items{"group own", "membership own/bea"}));
  EXPECT_EQ(size_at(get("/organizations/acme/users"), "items"), 1U);
}

TEST_F(Apply, PutsScimManagedUsersIntoItsOwnGroups) {
  const auto tenant = directory_.add_tenant("acme");
  directory_.add_user(tenant, test::user_profile("pushed"));
  const std::string file = "organization: {slug: acme}\ngroups: [{name: own, members: [pushed]}]\n";
  EXPECT_EQ(planned(apply(file), "added"), (Items{"group own", "membership own/pushed"}));
  expect_no_change(apply(get("/organizations/acme/export").body));
}

TEST_F(Apply, PlansTheSameInADryRunAndChangesNothing) {
  ASSERT_EQ(apply("organization: {slug: acme}\nusers: [{id: old, email: old@acme.test}]\n").status,
            200);
  const std::string head = get("/organizations/acme/audit/head").body;
  const std::string users = get("/organizations/acme/users").body;
  const std::string all = get("/organizations").body;

  const auto dry = plan(acme);
  ASSERT_EQ(dry.status, 200) << dry.body;
  EXPECT_EQ(at(dry, "applied"), "false");
  EXPECT_EQ(size_at(dry, "created_tokens"), 0U);
  EXPECT_EQ(get("/organizations/acme/audit/head").body, head);
  EXPECT_EQ(get("/organizations/acme/users").body, users);
  EXPECT_EQ(size_at(get("/organizations/acme/tokens"), "items"), 0U);
  EXPECT_EQ(size_at(plan("organization: {slug: fresh}\n"), "added"), 1U);
  EXPECT_EQ(get("/organizations").body, all);

  const auto real = apply(acme);
  for (const char* list : {"added", "changed", "removed", "kept"}) {
    EXPECT_EQ(planned(real, list), planned(dry, list));
  }
}

TEST_F(Apply, ThatFailsInOneItemChangesNothingAndNamesIt) {
  ASSERT_EQ(apply("organization: {slug: acme}\n").status, 200);
  const std::string head = get("/organizations/acme/audit/head").body;
  const auto response = apply(R"(organization: {slug: acme}
users:
  - {id: ada, email: ada@acme.test}
groups:
  - {name: team, members: [ada, nobody]}
  - {name: other, members: [ghost]}
)");
  expect_problem(response, 422, "invalid_value");
  const Items expected{R"(5: group "team": the member "nobody" is no user of the organization)",
                       R"(6: group "other": the member "ghost" is no user of the organization)"};
  EXPECT_EQ(errors_of(response), expected);
  EXPECT_EQ(get("/organizations/acme/audit/head").body, head);
  EXPECT_EQ(size_at(get("/organizations/acme/users"), "items"), 0U);
  expect_problem(plan("organization: {slug: users}\n"), 422, "invalid_value");
}

TEST_F(Apply, ListsTheProblemsOfAFileByLine) {
  const auto response = apply(R"(organization: {slug: acme, plam: pro}
deployment: []
users: [{id: 1}]
groups: [{name: x, grant: []}]
)");
  expect_problem(response, 422, "invalid_value");
  int before = 0;
  for (const std::string& error : errors_of(response)) {
    EXPECT_GE(std::stoi(error), before) << error;
    before = std::stoi(error);
  }
  EXPECT_EQ(before, 4);
  EXPECT_TRUE(at(response, "detail").starts_with("line 1: ")) << at(response, "detail");
}

TEST_F(Apply, RefusesAUserNameThatAnotherDeclarationHas) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto response = apply(R"(organization: {slug: acme}
users:
  - {id: ada, email: ada@acme.test, user_name: bea}
  - {id: bea, email: bea@acme.test, user_name: bea2}
)");
  expect_problem(response, 422, "invalid_value");
  ASSERT_EQ(errors_of(response).size(), 1U);
  EXPECT_TRUE(errors_of(response).front().starts_with("3: user \"ada\": "));
}

TEST_F(Apply, GivesTheNameOfARemovedUserToAnother) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto response =
      apply("organization: {slug: acme}\nusers: [{id: ada2, email: ada@acme.test}]\n");
  EXPECT_EQ(planned(response, "added"), Items{"user ada2"});
  EXPECT_EQ(planned(response, "removed"), (Items{"user ada", "user bea"}));
}

TEST_F(Apply, IsOneSummaryInTheAuditLog) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto events = get("/organizations/acme/audit?limit=200");
  const std::string last = "items." + std::to_string(size_at(events, "items") - 1);
  EXPECT_EQ(at(events, last + ".type"), "organization.applied");
  EXPECT_EQ(at(events, last + ".detail.added"), "11");
  EXPECT_EQ(at(events, last + ".actor.kind"), "operator_local");
}

TEST_F(Apply, NeedsAnOperator) {
  expect_problem(call(http::Method::post, "/apply", {acme, "", false}), 401, "unauthenticated");
  expect_problem(post("/apply?dry_run=yes", acme), 422, "invalid_value");
  expect_problem(post("/apply?dryrun=true", acme), 422, "invalid_value");
}

TEST_F(Apply, ToAnyCaseOfTheSlugMeansTheSameOrganization) {
  ASSERT_EQ(apply(acme).status, 200);
  const auto response = apply("organization: {slug: ACME}\n");
  EXPECT_EQ(at(response, "organization"), "acme");
  expect_no_change(response);
}

}  // namespace
}  // namespace rollcall::admin
