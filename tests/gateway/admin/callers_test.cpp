#include "gateway/admin/routes.h"
#include "tests/gateway/admin/admin_fixture.h"

#include <map>
#include <set>

namespace rollcall::admin {
namespace {

using http::Method;
using AdminCallers = AdminTest;

// S3
TEST_F(AdminCallers, OfAnotherOrganizationSeeNeitherItNorWhatIsInIt) {
  make_organization("acme");
  make_organization("other");
  const std::string stranger = person("other", "eve@other.example", "organization_admin");
  const std::string robot = service("other", "robot", "organization_admin");
  const std::string known = add_person("acme", "ada@acme.example");
  std::size_t routes = 0;
  for (const auto& route : AdminApi::routes()) {
    std::string path(route.pattern.substr(AdminApi::prefix.size()));
    const auto place = path.find("{organization}");
    if (place == std::string::npos) continue;
    path.replace(place, std::string_view("{organization}").size(), "acme");
    if (const auto user = path.find("{user}"); user != std::string::npos) {
      path.replace(user, std::string_view("{user}").size(), known);
    }
    for (const std::string& token : {stranger, robot}) {
      const auto response = call(route.method, path, as(token));
      EXPECT_EQ(response.status, 404) << http::name(route.method) << " " << path << response.body;
      EXPECT_EQ(at(response, "detail"),
                at(call(Method::get, "/organizations/none", as(token)), "detail"));
    }
    // Without a token nobody learns even that much.
    EXPECT_EQ(call(route.method, path, {}).status, 401) << path;
    ++routes;
  }
  EXPECT_GT(routes, 60U);
  EXPECT_EQ(size_at(call(Method::get, "/organizations", as(stranger)), "items"), 1U);
}

// S3
TEST_F(AdminCallers, CannotNameWhatAnotherOrganizationHasInABodyOrAQuery) {
  make_organization("acme");
  make_organization("other");
  const std::string admin = person("acme", "ada@acme.example", "organization_admin");
  post("/organizations/acme/groups", R"({"name": "Team"})");
  const std::string user = add_person("other", "eve@other.example");
  const std::string group = at(post("/organizations/other/groups", R"({"name": "G"})"), "id");
  const std::string robot =
      at(post("/organizations/other/service-users", R"({"name": "r"})"), "id");
  const std::string base = "/organizations/acme";
  const auto ask = [&](Method method, const std::string& path, const json::Object& body) {
    return call(method, path, as(admin, body.empty() ? "" : json::write(body))).status;
  };
  const auto grant = [&](const char* kind, const std::string& id) {
    return json::Object{{kind, id}, {"role", "organization_admin"}, {"scope", "org"}};
  };
  const auto principal = [&](const char* kind, const std::string& id) {
    return json::Object{{"organization", "acme"},
                        {"principal", json::Object{{kind, id}}},
                        {"checks", json::Array{}}};
  };
  EXPECT_EQ(ask(Method::post, base + "/grants", grant("user", user)), 404);
  EXPECT_EQ(ask(Method::post, base + "/grants", grant("group", group)), 404);
  EXPECT_EQ(ask(Method::post, base + "/grants", grant("service_user", robot)), 404);
  EXPECT_EQ(ask(Method::post, base + "/memberships", {{"group", group}, {"user", user}}), 404);
  EXPECT_EQ(ask(Method::post, base + "/memberships", {{"group", "Team"}, {"user", user}}), 422);
  EXPECT_EQ(ask(Method::post, base + "/mappings", {{"group", group}, {"idp_group", "x"}}), 404);
  EXPECT_EQ(ask(Method::post, "/access/check", principal("user", user)), 404);
  EXPECT_EQ(ask(Method::post, "/access/explain", principal("service_user", robot)), 404);
  for (const std::string& path :
       {"/grants?user=" + user, "/grants?group=" + group, "/memberships?user=" + user,
        "/mappings?group=" + group, "/tokens?user=" + user, "/service-users/" + robot + "/tokens",
        "/users/" + user, "/groups/" + group}) {
    EXPECT_EQ(ask(Method::get, base + path, {}), 404) << path;
  }
}

TEST_F(AdminCallers, ThatAreNotTheOperatorGet403FromTheInstancesRoutes) {
  make_organization("acme");
  const std::string admin = person("acme", "ada@acme.example", "organization_admin");
  for (const auto& route : AdminApi::routes()) {
    const std::string path(route.pattern.substr(AdminApi::prefix.size()));
    if (path.find("{organization}") != std::string::npos) continue;
    const auto response = call(route.method, path, as(admin));
    const bool open = path.starts_with("/access/") || path == "/permissions" ||
                      path == "/openapi.json" ||
                      (path == "/organizations" && route.method == Method::get);
    if (open) {
      EXPECT_NE(response.status, 403) << path;
    } else {
      EXPECT_EQ(response.status, 403) << http::name(route.method) << path << response.body;
    }
  }
}

struct Role {
  const char* preset;
  const char* role;
  const char* scope;
  /// Letters of what they may: see `calls`.
  const char* may;
};

void PrintTo(const Role& role, std::ostream* out) { *out << role.role << " on " << role.scope; }

class AdminRoles : public AdminTest, public testing::WithParamInterface<Role> {};

struct Probe {
  char letter;
  Method method;
  const char* path;
  const char* body;
};

/// Each is refused with 403 or gets past its right, whatever comes then.
constexpr Probe probes[] = {
    {'r', Method::get, "/users", ""},
    {'a', Method::post, "/users", R"({"email": "new@acme.example"})"},
    {'m', Method::delete_, "/users/{ada}", ""},
    {'g', Method::get, "/groups", ""},
    {'G', Method::post, "/groups", R"({"name": "New"})"},
    {'R', Method::post, "/roles", R"({"key": "x"})"},
    {'l', Method::patch, "/licenses/user", R"({"user_seats": 50})"},
    {'b', Method::patch, "/licenses/user", R"({"billing_seats": 50})"},
    {'c', Method::get, "/connections", ""},
    {'s', Method::get, "/scim-connections", ""},
    {'u', Method::post, "/service-users", R"({"name": "robot"})"},
    {'d', Method::post, "/projects", R"({"id": "p9"})"},
    {'o', Method::patch, "", R"({"name": "New"})"},
    {'i', Method::patch, "", R"({"policy": {"ip_rules": {"deny": ["10.0.0.0/8"]}}})"},
    {'A', Method::get, "/audit", ""},
};

// S1, S4, S5, S21, S57, S58
TEST_P(AdminRoles, MayWhatTheirRoleSays) {
  make_organization("acme", GetParam().preset);
  const bool dbt = std::string_view(GetParam().preset) == "dbt";
  post("/organizations/acme/deployments", R"({"name": "prod"})");
  post("/organizations/acme/projects", R"({"id": "p1"})");
  const std::string ada = add_person("acme", "ada@acme.example");
  const std::string id = add_person("acme", "caller@acme.example");
  json::Object grant{{"role", GetParam().role}, {"scope", GetParam().scope}};
  if (dbt) {
    const auto group = post("/organizations/acme/groups", R"({"name": "Callers"})");
    ASSERT_EQ(group.status, 201) << group.body;
    post("/organizations/acme/memberships",
         json::write(json::Object{{"group", at(group, "id")}, {"user", id}}));
    grant.append("group", at(group, "id"));
  } else {
    grant.append("user", id);
  }
  const auto granted = post("/organizations/acme/grants", json::write(grant));
  ASSERT_EQ(granted.status, 201) << granted.body;
  const std::string token = personal_token("acme", id);

  std::string may;
  for (const Probe& probe : probes) {
    std::string path = std::string("/organizations/acme") + probe.path;
    if (const auto place = path.find("{ada}"); place != std::string::npos) {
      path.replace(place, 5, ada);
    }
    const auto response = call(probe.method, path, as(token, probe.body));
    EXPECT_NE(response.status, 401) << response.body;
    if (response.status != 403) may += probe.letter;
  }
  EXPECT_EQ(may, GetParam().may);
}

INSTANTIATE_TEST_SUITE_P(Ladder, AdminRoles,
                         testing::Values(Role{"dagster", "organization_admin", "org",
                                              "ramgGRlbcsudoiA"},
                                         Role{"dagster", "admin", "deployment/prod", "rag"},
                                         Role{"dagster", "editor", "deployment/prod", "rg"},
                                         Role{"dagster", "launcher", "deployment/prod", "rg"},
                                         Role{"dagster", "viewer", "deployment/prod", "rg"}));

INSTANTIATE_TEST_SUITE_P(Sets, AdminRoles,
                         testing::Values(Role{"dbt", "account_admin", "org", "ramgGRlbcsudoiA"},
                                         Role{"dbt", "security_admin", "org", "ramgGRlcsiA"},
                                         Role{"dbt", "billing_admin", "org", "b"},
                                         Role{"dbt", "project_creator", "org", "ramgld"},
                                         Role{"dbt", "account_viewer", "org", "rgA"},
                                         Role{"dbt", "job_viewer", "project/p1", ""}));

// The licence limits what the token of its holder may.
// S57
TEST_F(AdminCallers, WithAReadOnlyLicenceWriteNothing) {
  make_organization("acme", "dbt");
  const std::string id = add_person("acme", "ada@acme.example");
  const auto group = post("/organizations/acme/groups", R"({"name": "Admins"})");
  const std::string members = json::write(json::Object{{"group", "Admins"}, {"user", id}});
  ASSERT_EQ(post("/organizations/acme/memberships", members).status, 201);
  ASSERT_EQ(post("/organizations/acme/grants",
                 R"({"group": "Admins", "role": "account_admin", "scope": "org"})")
                .status,
            201);
  const std::string token = personal_token("acme", id);
  const std::string body = R"({"name": "New"})";
  EXPECT_EQ(call(Method::post, "/organizations/acme/groups", as(token, body)).status, 201);
  // A second admin, so that the licence can be taken from the first.
  const std::string second = add_person("acme", "bea@acme.example");
  post("/organizations/acme/memberships",
       json::write(json::Object{{"group", "Admins"}, {"user", second}}));
  ASSERT_EQ(patch("/organizations/acme/users/" + id, R"({"license": "read_only"})").status, 200);
  const std::string other = R"({"name": "Other"})";
  expect_problem(call(Method::post, "/organizations/acme/groups", as(token, other)), 403,
                 "forbidden");
}

// S44, S29
TEST_F(AdminCallers, AreRefusedAtOnceWhenTheirTokenEndsOrTheyAreRemoved) {
  make_organization("acme");
  person("acme", "root@acme.example", "organization_admin");
  const std::string robot = service("acme", "robot");
  const std::string id = add_person("acme", "ada@acme.example");
  const std::string ada = personal_token("acme", id);
  const std::string path = "/organizations/acme";
  EXPECT_EQ(call(Method::get, path, as(robot)).status, 200);
  EXPECT_EQ(call(Method::get, path, as(ada)).status, 200);
  const std::string robot_id = at(get(path + "/service-users"), "items.0.id");
  const std::string token = at(get(path + "/service-users/" + robot_id + "/tokens"), "items.0.id");
  EXPECT_EQ(remove(path + "/tokens/" + token).status, 204);
  EXPECT_EQ(call(Method::get, path, as(robot)).status, 401);
  EXPECT_EQ(patch(path + "/users/" + id, R"({"active": false})").status, 200);
  EXPECT_EQ(call(Method::get, path, as(ada)).status, 401);
}

// F60
TEST_F(AdminCallers, AreHeldToTheIpRulesOfTheirOrganization) {
  make_organization("acme");
  const std::string admin = person("acme", "ada@acme.example", "organization_admin");
  const std::string path = "/organizations/acme";
  // The caller's own address is 192.0.2.7: nobody locks themself out.
  const auto locked =
      call(Method::patch, path,
           as(admin, R"({"policy": {"ip_rules": {"enabled": true, "deny": ["192.0.2.0/24"]}}})"));
  expect_problem(locked, 409, "ip_rule");
  EXPECT_EQ(patch(path, R"({"policy": {"ip_rules": {"enabled": true, "deny": ["192.0.2.0/24"]}}})")
                .status,
            200);
  expect_problem(call(Method::get, path, as(admin)), 403, "ip_rule");
  EXPECT_EQ(get(path).status, 200);
}

TEST_F(AdminCallers, AreNamedInTheAuditLog) {
  make_organization("acme");
  const std::string id = add_person("acme", "ada@acme.example");
  post("/organizations/acme/grants",
       json::write(json::Object{{"user", id}, {"role", "organization_admin"}, {"scope", "org"}}));
  const std::string token = personal_token("acme", id);
  const auto made =
      call(Method::post, "/organizations/acme/groups", as(token, R"({"name": "New"})"));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto log = get("/organizations/acme/audit?type=group.added");
  EXPECT_EQ(at(log, "items.0.actor.kind"), "user");
  EXPECT_EQ(at(log, "items.0.actor.id"), id);
  EXPECT_EQ(at(log, "items.0.source"), "api");
}

TEST_F(AdminCallers, ThatAreRefusedAWriteAreAudited) {
  make_organization("acme");
  const std::string viewer = person("acme", "ada@acme.example");
  const std::string body = R"({"name": "New"})";
  expect_problem(call(Method::post, "/organizations/acme/groups", as(viewer, body)), 403,
                 "forbidden");
  const auto log = get("/organizations/acme/audit?type=request.refused");
  EXPECT_EQ(at(log, "items.0.detail.code"), "forbidden");
  EXPECT_EQ(at(log, "items.0.object"), "/api/v1/organizations/acme/groups");
}

}  // namespace
}  // namespace rollcall::admin
