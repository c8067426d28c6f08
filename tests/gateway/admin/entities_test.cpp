#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;

class AdminEntities : public AdminTest {
 protected:
  void SetUp() override { make_organization("acme"); }
  const std::string base_ = "/organizations/acme";
};

TEST_F(AdminEntities, AnOrganizationTakesAPresetAPlanAndAPolicy) {
  const auto made = post("/organizations",
                         R"({"slug": "jaffle", "name": "Jaffle", "preset": "dbt",
                             "plan": "team", "policy": {"reauth_hours": 8}})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "plan"), "team");
  EXPECT_EQ(at(made, "policy.reauth_hours"), "8");
  EXPECT_EQ(at(made, "policy.licenses"), "true");
  const std::string path = "/organizations/jaffle";
  EXPECT_EQ(at(patch(path, R"({"plan": "enterprise"})"), "plan"), "enterprise");
  EXPECT_EQ(at(patch(path, R"({"plan": null})"), "plan"), "null");
  EXPECT_EQ(at(get(path), "policy.reauth_hours"), "8");
  expect_problem(patch(path, R"({"plan": "gold"})"), 422, "invalid_value");
  expect_problem(patch(path, R"({"policy": {"reauth": 1}})"), 422, "invalid_value");
  expect_problem(patch(path, R"({"policy": {"licenses": false}})"), 428, "confirm_required");
}

TEST_F(AdminEntities, AnOrganizationShowsItsIpRulesToWhoMayChangeThemAlone) {
  const std::string admin = person("acme", "ada@acme.example", "organization_admin");
  const std::string bea = person("acme", "bea@acme.example");
  EXPECT_EQ(at(call(Method::get, base_, as(admin)), "policy.ip_rules.enabled"), "false");
  EXPECT_EQ(at(call(Method::get, base_, as(bea)), "policy.ip_rules"), "(none)");
  EXPECT_EQ(at(call(Method::get, "/organizations", as(bea)), "items.0.policy.ip_rules"), "(none)");
  expect_problem(patch(base_, R"({"policy": {"ip_rules": {"deny": ["10.0.0.0/33"]}}})"), 422,
                 "invalid_value");
  expect_problem(patch(base_, R"({"policy": {"ip_rules": {"deny": ["10.1.0.0/16"],
                                                          "allow": ["10.1.0.0/16"]}}})"),
                 422, "invalid_value");
}

TEST_F(AdminEntities, AnOrganizationsPlanIsTheOperators) {
  const std::string admin = person("acme", "ada@acme.example", "organization_admin");
  expect_problem(call(Method::patch, base_, as(admin, R"({"plan": "solo"})")), 403, "forbidden");
  EXPECT_EQ(call(Method::patch, base_, as(admin, R"({"name": "Acme"})")).status, 200);
}

// S18, S19, S68
TEST_F(AdminEntities, AGroupIsCreatedChangedAndShownWithAllThatMakesIt) {
  const auto made = post(base_ + "/groups", R"({"name": "Team", "assign_by_default": true})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = base_ + "/groups/" + at(made, "id");
  EXPECT_EQ(at(made, "assign_by_default"), "true");
  EXPECT_EQ(at(patch(path, R"({"name": "Crew", "manual_members": "keep"})"), "name"), "Crew");
  post(base_ + "/mappings", R"({"group": "Crew", "idp_group": "crew"})");
  post(base_ + "/grants", R"({"group": "Crew", "role": "organization_admin", "scope": "org"})");
  const auto shown = get(path);
  EXPECT_EQ(at(shown, "managed"), "true") << shown.body;
  EXPECT_EQ(at(shown, "manual_members"), "keep");
  EXPECT_EQ(at(shown, "mappings.0.idp_group"), "crew");
  EXPECT_EQ(at(shown, "grants.0.role"), "organization_admin");
  make_organization("solo", "dagster", "solo");
  expect_problem(post("/organizations/solo/groups", R"({"name": "Team"})"), 403,
                 "feature_not_in_plan");
}

// S87, S88
TEST_F(AdminEntities, AMembershipIsNotOnesOwnToEdit) {
  const std::string id = add_person("acme", "ada@acme.example");
  post(base_ + "/grants",
       json::write(json::Object{{"user", id}, {"role", "organization_admin"}, {"scope", "org"}}));
  const std::string ada = personal_token("acme", id);
  const std::string bea = person("acme", "bea@acme.example", "organization_admin");
  const auto team = post(base_ + "/groups", R"({"name": "Team"})");
  const std::string both =
      R"({"group": "Team", "users": ["bea@acme.example", "ada@acme.example"]})";
  expect_problem(call(Method::post, base_ + "/memberships", as(ada, both)), 403, "self_membership");
  EXPECT_EQ(size_at(get(base_ + "/memberships?group=Team"), "items"), 0U);
  const std::string one = R"({"group": "Team", "user": "ada@acme.example"})";
  EXPECT_EQ(call(Method::post, base_ + "/memberships", as(bea, one)).status, 201);
  EXPECT_EQ(call(Method::post, base_ + "/memberships", as(bea, one)).status, 200);
  EXPECT_EQ(at(get(base_ + "/memberships?user=ada@acme.example"), "items.0.group.name"), "Team");
  const std::string row = base_ + "/memberships/" + at(team, "id") + "/" + id;
  expect_problem(call(Method::delete_, row, as(ada)), 403, "self_membership");
  EXPECT_EQ(call(Method::delete_, row, as(bea)).status, 204);
  EXPECT_EQ(call(Method::delete_, row, as(bea)).status, 404);
}

// S20, S25, S26, S27
TEST_F(AdminEntities, AGrantPutsARoleOnAScope) {
  post(base_ + "/deployments", R"({"name": "prod", "code_locations": ["core", "ml"]})");
  add_person("acme", "ada@acme.example");
  const auto grant = [&](const char* role, const char* scope) {
    return post(
        base_ + "/grants",
        json::write(json::Object{{"user", "ada@acme.example"}, {"role", role}, {"scope", scope}}));
  };
  const auto made = grant("launcher", "deployment/prod");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "subject.name"), "ada@acme.example");
  expect_problem(grant("viewer", "code_location/prod/ml"), 422, "invalid_value");
  EXPECT_EQ(grant("editor", "code_location/prod/ml").status, 201);
  EXPECT_EQ(grant("viewer", "deployment/nowhere").status, 404);
  EXPECT_EQ(grant("nothing", "deployment/prod").status, 404);
  EXPECT_EQ(grant("viewer", "nowhere").status, 422);
  EXPECT_EQ(size_at(get(base_ + "/grants?scope=deployment/prod"), "items"), 1U);
  EXPECT_EQ(size_at(get(base_ + "/grants?user=ada@acme.example&role=editor"), "items"), 1U);
  const auto shown = get(base_ + "/deployments/prod?user=ada@acme.example");
  EXPECT_EQ(at(shown, "overrides.0.role"), "inherits") << shown.body;
  EXPECT_EQ(at(shown, "overrides.1.role"), "editor");
}

// S5, F6
TEST_F(AdminEntities, AGroupsGrantIsADeploymentsAdminsToChangeThereAlone) {
  for (const char* name : {"prod", "dev"}) {
    post(base_ + "/deployments", R"({"name": ")" + std::string(name) + "\"}");
  }
  post(base_ + "/groups", R"({"name": "Team"})");
  const std::string admin = person("acme", "cy@acme.example", "admin", "deployment/dev");
  const auto grant = [&](const char* role, const char* scope) {
    return call(
        Method::post, base_ + "/grants",
        as(admin, json::write(json::Object{{"group", "Team"}, {"role", role}, {"scope", scope}})));
  };
  const auto made = grant("editor", "deployment/dev");
  ASSERT_EQ(made.status, 201) << made.body;
  expect_problem(grant("editor", "deployment/prod"), 403, "forbidden");
  expect_problem(grant("organization_admin", "org"), 403, "forbidden");
  // Nobody hands on what they do not have: this role counts organization-wide.
  ASSERT_EQ(post(base_ + "/roles", R"({"key": "boss", "name": "Boss", "level": "deployment",
                                       "permissions": ["users.manage"]})")
                .status,
            201);
  expect_problem(grant("boss", "deployment/dev"), 403, "forbidden");
  EXPECT_EQ(call(Method::delete_, base_ + "/grants/" + at(made, "id"), as(admin)).status, 204);
}

// S63
TEST_F(AdminEntities, AGrantOnAUserIsRefusedWhereThePolicySaysSo) {
  make_organization("jaffle", "dbt");
  add_person("jaffle", "ada@jaffle.example");
  expect_problem(post("/organizations/jaffle/grants",
                      R"({"user": "ada@jaffle.example", "role": "account_admin", "scope": "org"})"),
                 422, "direct_grants_disabled");
}

// S74, S75, F3
TEST_F(AdminEntities, ARoleIsCustomOrBuiltIn) {
  make_organization("jaffle", "dbt");
  const auto built_in = get("/organizations/jaffle/roles?limit=200");
  EXPECT_GE(size_at(built_in, "items"), 26U);
  expect_problem(patch("/organizations/jaffle/roles/git_admin", R"({"name": "x"})"), 409,
                 "builtin_role");
  expect_problem(remove("/organizations/jaffle/roles/git_admin?confirm=true"), 409, "builtin_role");
  const auto made = post(base_ + "/roles", R"({"key": "wiper", "name": "Wiper",
      "level": "deployment", "based_on": "viewer", "permissions": ["assets.wipe"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_NE(at(made, "permissions").find("runs.view"), std::string::npos);
  EXPECT_EQ(at(made, "own_permissions"), R"(["assets.wipe"])");
  EXPECT_EQ(at(patch(base_ + "/roles/wiper", R"({"name": "W"})"), "name"), "W");
  post(base_ + "/deployments", R"({"name": "prod"})");
  post(base_ + "/groups", R"({"name": "Team"})");
  ASSERT_EQ(
      post(base_ + "/grants", R"({"group": "Team", "role": "wiper", "scope": "deployment/prod"})")
          .status,
      201);
  expect_problem(remove(base_ + "/roles/wiper?confirm=true"), 409, "role_granted");
  EXPECT_EQ(get(base_ + "/roles/nothing").status, 404);
}

// S89, S90, S91, S92
TEST_F(AdminEntities, SeatsAreTwoNumbersOnTheTeamPlan) {
  make_organization("jaffle", "dbt", "team");
  const std::string path = "/organizations/jaffle/licenses/developer";
  const auto start = get("/organizations/jaffle/licenses");
  EXPECT_EQ(at(start, "pools.0.pool"), "developer");
  EXPECT_EQ(at(start, "pools.0.user_seats"), "8");
  add_person("jaffle", "ada@jaffle.example");
  ASSERT_EQ(patch(path, R"({"user_seats": 2, "billing_seats": 1})").status, 200);
  expect_problem(post("/organizations/jaffle/users", R"({"email": "bea@jaffle.example"})"), 409,
                 "billing_seats");
  ASSERT_EQ(patch(path, R"({"billing_seats": 2})").status, 200);
  add_person("jaffle", "bea@jaffle.example");
  expect_problem(patch(path, R"({"user_seats": 1})"), 409, "seats_in_use");
  EXPECT_EQ(at(patch(path, R"({"user_seats": null})"), "capacity"), "2");
  EXPECT_EQ(patch("/organizations/jaffle/licenses/none", R"({"user_seats": 1})").status, 404);
}

// S53, S54, S55
TEST_F(AdminEntities, ALicenceIsOneOfTheTypesThereAre) {
  make_organization("jaffle", "dbt");
  const std::string path =
      "/organizations/jaffle/users/" + add_person("jaffle", "ada@jaffle.example");
  EXPECT_EQ(at(get(path), "license"), "developer");
  EXPECT_EQ(at(patch(path, R"({"license": "read_only"})"), "license"), "read_only");
  expect_problem(patch(path, R"({"license": "gold"})"), 422, "invalid_value");
  expect_problem(patch(path, R"({"license": ["developer", "it"]})"), 422, "invalid_value");
  const auto made = post("/organizations/jaffle/license-mappings",
                         R"({"license": "read_only", "idp_group": "ro"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string mappings = "/organizations/jaffle/license-mappings";
  EXPECT_EQ(at(get(mappings), "items.0.idp_group"), "ro");
  EXPECT_EQ(remove(mappings + "/" + at(made, "id")).status, 204);
}

// S69, S72, S73, S81, S82
TEST_F(AdminEntities, AMappingMakesAGroupManaged) {
  post(base_ + "/groups", R"({"name": "Team"})");
  const auto first = post(base_ + "/mappings", R"({"group": "Team", "idp_group": "Team"})");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(size_at(first, "warnings"), 0U);
  const auto second = post(base_ + "/mappings", R"({"group": "Team", "pattern": "team-.*"})");
  ASSERT_EQ(second.status, 201) << second.body;
  EXPECT_GE(size_at(second, "warnings"), 1U);
  EXPECT_EQ(size_at(get(base_ + "/mappings?group=Team"), "items"), 2U);
  EXPECT_EQ(at(get(base_ + "/groups"), "items.0.managed"), "true");
  for (const auto* made : {&first, &second}) {
    EXPECT_EQ(remove(base_ + "/mappings/" + at(*made, "id")).status, 204);
  }
  EXPECT_EQ(at(get(base_ + "/groups"), "items.0.managed"), "false");
  expect_problem(post(base_ + "/mappings", R"({"group": "Team", "pattern": "("})"), 422,
                 "invalid_value");
  expect_problem(
      post(base_ + "/mappings", R"({"group": "Team", "idp_group": "x", "connection": "none"})"),
      422, "invalid_value");
}

// S14, F27
TEST_F(AdminEntities, ADeploymentHasADefaultRoleAndCodeLocations) {
  const auto made = post(base_ + "/deployments", R"({"name": "prod", "default_role": "editor"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = base_ + "/deployments/prod";
  EXPECT_EQ(at(made, "default_role"), "editor");
  EXPECT_EQ(at(patch(path, R"({"default_role": null})"), "default_role"), "null");
  EXPECT_EQ(at(patch(path, R"({"code_locations": ["core"]})"), "code_locations.0"), "core");
  expect_problem(patch(path, R"({"default_role": "king"})"), 422, "invalid_value");
  EXPECT_EQ(get(base_ + "/branch-deployments/prod").status, 404);
  EXPECT_EQ(post(base_ + "/branch-deployments", R"({"name": "prod"})").status, 409);
  EXPECT_EQ(post(base_ + "/branch-deployments", R"({"name": "pr-1"})").status, 201);
  EXPECT_EQ(size_at(get(base_ + "/deployments"), "items"), 1U);
  // F6: an editor of the deployment changes it, a viewer does not.
  const std::string editor = person("acme", "ed@acme.example", "editor", "deployment/prod");
  const std::string viewer = person("acme", "vi@acme.example", "viewer", "deployment/prod");
  const std::string body = R"({"code_locations": ["core", "ml"]})";
  expect_problem(call(Method::patch, path, as(viewer, body)), 403, "forbidden");
  EXPECT_EQ(call(Method::patch, path, as(editor, body)).status, 200);
}

TEST_F(AdminEntities, AProjectHasEnvironments) {
  const auto made = post(base_ + "/projects", R"({"id": "p1", "environments":
      [{"name": "Prod", "category": "production"}, {"name": "Other"}]})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "environments.1.category"), "other");
  EXPECT_EQ(at(patch(base_ + "/projects/p1", R"({"name": "One"})"), "name"), "One");
  expect_problem(patch(base_ + "/projects/p1", R"({"environments": [{"category": "x"}]})"), 422,
                 "invalid_value");
  EXPECT_EQ(size_at(get(base_ + "/projects/p1"), "environments"), 2U);
}

TEST_F(AdminEntities, AConnectionIsKeptAsDeclared) {
  const std::string path = base_ + "/connections/okta";
  const std::string body = R"({"protocol": "oidc", "vendor": "okta",
                               "oidc": {"issuer": "https://idp.example", "client_id": "c"}})";
  ASSERT_EQ(put(path, body).status, 201);
  const auto shown = get(path);
  EXPECT_EQ(at(shown, "state"), "incomplete");
  EXPECT_EQ(at(shown, "oidc.client_id"), "c");
  EXPECT_EQ(put(path, body).status, 200);
  EXPECT_EQ(at(get("/organizations/acme/connections"), "items.0.oidc.client_id"), "c");
  expect_problem(put(path, R"({"protocol": "ldap"})"), 422, "invalid_value");
  expect_problem(remove(path), 428, "confirm_required");
  EXPECT_EQ(remove(path + "?confirm=true").status, 204);
  EXPECT_EQ(get(path).status, 404);
}

TEST_F(AdminEntities, AScimConnectionIsPutAndPatched) {
  const std::string path = base_ + "/scim-connections/okta";
  const auto made = put(path, R"({"mode": "strict", "manual_users": true})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "manual_users"), "true");
  EXPECT_EQ(at(patch(path, R"({"manual_users": false})"), "mode"), "strict");
  EXPECT_EQ(at(get(path), "manual_users"), "false");
  EXPECT_EQ(remove(path + "?confirm=true").status, 204);
}

// S47
TEST_F(AdminEntities, AnAccessCheckSaysWhoDecided) {
  post(base_ + "/deployments", R"({"name": "prod"})");
  const std::string ada = person("acme", "ada@acme.example", "launcher", "deployment/prod");
  const std::string body = R"({"organization": "acme", "principal": {"user": "ada@acme.example"},
      "checks": [{"permission": "runs.launch", "scope": "deployment/prod"},
                 {"permission": "deployment_settings.edit", "scope": "deployment/prod"},
                 {"role": true, "scope": "deployment/prod"}]})";
  const auto answer = post("/access/check", body);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer, "results.0.allowed"), "true");
  EXPECT_EQ(at(answer, "results.0.reason"), "grant");
  EXPECT_EQ(at(answer, "results.1.allowed"), "false");
  EXPECT_EQ(at(answer, "results.2.role"), "launcher");
  const auto why = call(Method::post, "/access/explain", as(ada, body));
  ASSERT_EQ(why.status, 200) << why.body;
  EXPECT_GE(size_at(why, "results.0.path"), 1U) << why.body;
  expect_problem(post("/access/check", R"({"organization": "acme", "principal": {"user": "x"},
      "checks": [{"permission": "fly", "scope": "org"}, {"scope": "moon"}]})"),
                 422, "invalid_value");
  expect_problem(post("/access/check", R"({"organization": "acme", "principal": {"user": "x"},
      "checks": []})"),
                 404, "not_found");
  make_organization("other");
  const std::string eve = person("other", "eve@other.example", "organization_admin");
  expect_problem(call(Method::post, "/access/check", as(eve, body)), 404, "not_found");
  expect_problem(call(Method::post, "/access/check", as("", body)), 401, "unauthenticated");
}

TEST_F(AdminEntities, AnAccessReviewNamesEveryPrincipalOnce) {
  post(base_ + "/deployments", R"({"name": "prod"})");
  post(base_ + "/groups", R"({"name": "Team"})");
  post(base_ + "/grants", R"({"group": "Team", "role": "editor", "scope": "deployment/prod"})");
  for (const char* name : {"ada", "bea", "cy"}) {
    const std::string email = std::string(name) + "@acme.example";
    add_person("acme", email);
    post(base_ + "/memberships", json::write(json::Object{{"group", "Team"}, {"user", email}}));
  }
  for (const char* name : {"bot1", "bot2"}) service("acme", name, "launcher", "deployment/prod");
  std::vector<std::string> names;
  std::string cursor;
  do {
    const auto page =
        get(base_ + "/access-review?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << page.body;
    for (std::size_t i = 0; i < size_at(page, "items"); ++i) {
      names.push_back(at(page, "items." + std::to_string(i) + ".principal.name"));
    }
    cursor = at(page, "next");
  } while (cursor != "null" && names.size() < 10);
  const std::vector<std::string> expected{"ada@acme.example", "bea@acme.example", "cy@acme.example",
                                          "bot1", "bot2"};
  EXPECT_EQ(names, expected);
  const auto csv = get(base_ + "/access-review?format=csv");
  EXPECT_NE(csv.body.find("\"ada@acme.example\",\"active\",\"\",\"editor\",\"deployment/prod\","
                          "\"Team\""),
            std::string::npos)
      << csv.body;
}

TEST_F(AdminEntities, TheAuditLogIsFilteredAndExportedWithItsLinks) {
  add_person("acme", "ada@acme.example");
  add_person("acme", "bea@acme.example");
  post(base_ + "/groups", R"({"name": "Team"})");
  const auto users = get(base_ + "/audit?type=user.*&order=newest_first&limit=1");
  EXPECT_EQ(at(users, "items.0.type"), "user.added") << users.body;
  EXPECT_EQ(size_at(get(base_ + "/audit?type=group.added"), "items"), 1U);
  EXPECT_EQ(size_at(get(base_ + "/audit?from=2100-01-01T00:00:00Z"), "items"), 0U);
  const std::string link = at(get(base_ + "/audit/head"), "link");
  const auto lines = get(base_ + "/audit/export");
  EXPECT_EQ(lines.content_type, "application/x-ndjson");
  EXPECT_NE(lines.body.find(link), std::string::npos);
  const auto csv = get(base_ + "/audit/export?format=csv&limit=2");
  EXPECT_TRUE(csv.body.starts_with("\"sequence\"")) << csv.body;
  const std::string next = field_of(csv, "X-Next-Cursor");
  ASSERT_NE(next, "");
  EXPECT_TRUE(
      get(base_ + "/audit/export?format=csv&limit=2&cursor=" + next).body.starts_with("\"3\""));
}

TEST_F(AdminEntities, PermissionsAreListedOfBothVocabularies) {
  const auto list = get("/permissions");
  EXPECT_NE(list.body.find("\"runs.launch\""), std::string::npos);
  EXPECT_NE(list.body.find("\"jobs:W\""), std::string::npos);
}

}  // namespace
}  // namespace rollcall::admin
