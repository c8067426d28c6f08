#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;

class AdminPeople : public AdminTest {
 protected:
  void SetUp() override { make_organization("acme"); }
  const std::string base_ = "/organizations/acme";
};

// S15
TEST_F(AdminPeople, AreAddedByTheirAddressAlone) {
  const auto added = post(base_ + "/users", R"({"email": "ada@acme.example"})");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(at(added, "user_name"), "ada@acme.example");
  EXPECT_EQ(at(added, "created_by"), "manual");
  EXPECT_EQ(field_of(added, "Location"), "/api/v1/organizations/acme/users/" + at(added, "id"));
  expect_problem(post(base_ + "/users", R"({"email": "no address"})"), 422, "invalid_value");
  expect_problem(post(base_ + "/users", "{}"), 422, "invalid_value");
  EXPECT_EQ(post(base_ + "/users", R"({"email": "ADA@acme.example"})").status, 409);
  EXPECT_EQ(size_at(get(base_ + "/users"), "items"), 1U);
}

// S2, S13
TEST_F(AdminPeople, AreListedWithStateOriginGroupsAndEveryRolePerScope) {
  for (const char* name : {"prod", "dev"}) {
    post(base_ + "/deployments", R"({"name": ")" + std::string(name) + "\"}");
  }
  const std::string ada = add_person("acme", "ada@acme.example");
  add_person("acme", "bea@acme.example");
  post(base_ + "/groups", R"({"name": "Team"})");
  post(base_ + "/grants", R"({"group": "Team", "role": "launcher", "scope": "deployment/prod"})");
  post(base_ + "/memberships", R"({"group": "Team", "user": "ada@acme.example"})");
  const auto found = get(base_ + "/users?search=ADA");
  ASSERT_EQ(size_at(found, "items"), 1U) << found.body;
  EXPECT_EQ(at(found, "items.0.id"), ada);
  EXPECT_EQ(at(found, "items.0.state"), "active");
  EXPECT_EQ(at(found, "items.0.groups.0.name"), "Team");
  EXPECT_EQ(at(found, "items.0.groups.0.origin"), "manual");
  // Viewer on both deployments and on branches by default, launcher through the team.
  EXPECT_EQ(size_at(found, "items.0.roles"), 4U) << found.body;
  EXPECT_EQ(at(found, "items.0.roles.3.group.name"), "Team");
  EXPECT_EQ(at(found, "items.0.roles.3.role"), "launcher");
  EXPECT_EQ(size_at(get(base_ + "/users?state=deactivated"), "items"), 0U);
  EXPECT_EQ(size_at(get(base_ + "/principals?kind=human"), "items"), 2U);
  expect_problem(get(base_ + "/users?state=gone"), 422, "invalid_value");
}

TEST_F(AdminPeople, AreChangedInWhatTheBodyNames) {
  const std::string path = base_ + "/users/" + add_person("acme", "ada@acme.example");
  const auto changed = patch(path, R"({"given_name": "Ada", "display_name": "Ada L."})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(at(changed, "display_name"), "Ada L.");
  EXPECT_EQ(at(changed, "user_name"), "ada@acme.example");
  EXPECT_EQ(at(changed, "version"), "2");
  EXPECT_EQ(at(patch(path, R"({"active": false})"), "state"), "deactivated");
  EXPECT_EQ(at(patch(path, R"({"active": true})"), "state"), "active");
}

// S5
TEST_F(AdminPeople, AreAddedButNotRemovedByADeploymentsAdmin) {
  post(base_ + "/deployments", R"({"name": "prod"})");
  const std::string admin = person("acme", "cy@acme.example", "admin", "deployment/prod");
  const std::string editor = person("acme", "ed@acme.example", "editor", "deployment/prod");
  const std::string body = R"({"email": "new@acme.example"})";
  expect_problem(call(Method::post, base_ + "/users", as(editor, body)), 403, "forbidden");
  const auto added = call(Method::post, base_ + "/users", as(admin, body));
  ASSERT_EQ(added.status, 201) << added.body;
  const std::string id = at(added, "id");
  expect_problem(call(Method::delete_, base_ + "/users/" + id + "?confirm=true", as(admin)), 403,
                 "forbidden");
  const std::string grant =
      json::write(json::Object{{"user", id}, {"role", "viewer"}, {"scope", "deployment/prod"}});
  expect_problem(call(Method::post, base_ + "/grants", as(admin, grant)), 403, "forbidden");
}

// S29, S30, S31
TEST_F(AdminPeople, AreRemovedWithAWarningThatNamesTheConnection) {
  person("acme", "root@acme.example", "organization_admin");
  put(base_ + "/connections/okta",
      R"({"protocol": "saml", "vendor": "okta", "domains": ["acme.example"]})");
  const std::string path = base_ + "/users/" + add_person("acme", "ada@acme.example");
  const auto removed = remove(path + "?confirm=true");
  ASSERT_EQ(removed.status, 200) << removed.body;
  EXPECT_NE(at(removed, "warnings.0").find("okta"), std::string::npos) << removed.body;
  EXPECT_EQ(get(path).status, 404);
}

// S4, F11
TEST_F(AdminPeople, KeepOneAdmin) {
  const std::string id = add_person("acme", "ada@acme.example");
  const auto grant = post(
      base_ + "/grants",
      json::write(json::Object{{"user", id}, {"role", "organization_admin"}, {"scope", "org"}}));
  ASSERT_EQ(grant.status, 201) << grant.body;
  expect_problem(remove(base_ + "/grants/" + at(grant, "id")), 409, "last_admin");
  expect_problem(remove(base_ + "/users/" + id + "?confirm=true"), 409, "last_admin");
}

// S7, S11, S40
TEST_F(AdminPeople, AreNotAddedWhileScimDecides) {
  ASSERT_EQ(put(base_ + "/scim-connections/okta", R"({"enabled": true})").status, 201);
  expect_problem(post(base_ + "/users", R"({"email": "ada@acme.example"})"), 409, "scim_enabled");
  const auto capabilities = get(base_ + "/capabilities");
  EXPECT_EQ(at(capabilities, "can_add_users"), "false");
  EXPECT_EQ(at(capabilities, "principal_kinds"), R"(["service"])");
  EXPECT_EQ(post(base_ + "/service-users", R"({"name": "bot"})").status, 201);
  ASSERT_EQ(patch(base_ + "/scim-connections/okta", R"({"enabled": false})").status, 200);
  EXPECT_EQ(post(base_ + "/users", R"({"email": "ada@acme.example"})").status, 201);
  EXPECT_EQ(at(get(base_ + "/capabilities"), "principal_kinds"), R"(["human","service"])");
}

// S52, F48
TEST_F(AdminPeople, AreInvitedAllOrNone) {
  make_organization("jaffle", "dbt");
  const std::string path = "/organizations/jaffle/invitations";
  ASSERT_EQ(patch("/organizations/jaffle/licenses/developer", R"({"user_seats": 2})").status, 200);
  expect_problem(post(path, R"({"emails": "a@j.example, b@j.example; c@j.example"})"), 409,
                 "seat_limit");
  EXPECT_EQ(size_at(get("/organizations/jaffle/users"), "items"), 0U);
  const auto invited =
      post(path, R"({"emails": ["a@j.example", "b@j.example"], "license": "developer"})");
  ASSERT_EQ(invited.status, 201) << invited.body;
  EXPECT_EQ(at(invited, "items.0.state"), "invited");
  EXPECT_EQ(at(invited, "items.0.license"), "developer");
  EXPECT_EQ(size_at(get(path), "items"), 2U);
  const std::string id = at(invited, "items.0.id");
  EXPECT_EQ(post(path + "/" + id + "/resend", "").status, 204);
  EXPECT_EQ(remove(path + "/" + id).status, 204);
  EXPECT_EQ(size_at(get(path), "items"), 1U);
  EXPECT_EQ(remove(path + "/" + id).status, 404);
}

TEST_F(AdminPeople, WhoWereRemovedCanBeErased) {
  const std::string id = add_person("acme", "ada@acme.example");
  const std::string path = base_ + "/users/" + id;
  expect_problem(post(path + "/erase?confirm=true", ""), 409, "user_exists");
  ASSERT_EQ(remove(path + "?confirm=true").status, 204);
  expect_problem(post(path + "/erase", ""), 428, "confirm_required");
  const auto erased = post(path + "/erase?confirm=true", "");
  ASSERT_EQ(erased.status, 200) << erased.body;
  EXPECT_EQ(get(base_ + "/audit").body.find("ada@acme.example"), std::string::npos);
  EXPECT_EQ(at(post(base_ + "/audit/verify", ""), "valid"), "true");
}

// S33, S36, S39, S41, S42, S43
TEST_F(AdminPeople, AndServiceUsersAreManagedAlike) {
  const auto made = post(base_ + "/service-users", R"({"name": "ci-bot"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "description"), "");
  EXPECT_EQ(post(base_ + "/service-users", R"({"name": "CI-bot"})").status, 409);
  const std::string path = base_ + "/service-users/" + at(made, "id");
  EXPECT_EQ(at(patch(path, R"({"description": "launches"})"), "description"), "launches");
  post(base_ + "/deployments", R"({"name": "prod"})");
  const auto grant =
      post(base_ + "/grants",
           R"({"service_user": "ci-bot", "role": "launcher", "scope": "deployment/prod"})");
  ASSERT_EQ(grant.status, 201) << grant.body;
  EXPECT_EQ(at(get(path), "grants.0.role"), "launcher");
  post(base_ + "/groups", R"({"name": "Team"})");
  expect_problem(post(base_ + "/memberships", R"({"group": "Team", "user": "ci-bot"})"), 422,
                 "invalid_value");
  EXPECT_EQ(at(get(base_ + "/principals?kind=service"), "items.0.name"), "ci-bot");
  EXPECT_EQ(get(base_ + "/users/" + at(made, "id")).status, 404);
  make_organization("solo", "dagster", "solo");
  expect_problem(post("/organizations/solo/service-users", R"({"name": "bot"})"), 403,
                 "feature_not_in_plan");
}

// S37, S38, S44
TEST_F(AdminPeople, ServiceUsersTakeNoSeatAndHaveNoTokenAtFirst) {
  ASSERT_EQ(patch(base_ + "/licenses/user", R"({"user_seats": 0})").status, 200);
  const auto made = post(base_ + "/service-users", R"({"name": "bot"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(get(base_ + "/licenses"), "pools.0.used"), "0");
  const std::string tokens = base_ + "/service-users/" + at(made, "id") + "/tokens";
  EXPECT_EQ(size_at(get(tokens), "items"), 0U);
  const auto token = post(tokens, R"({"name": "t"})");
  EXPECT_TRUE(at(token, "secret").starts_with("rct_")) << token.body;
  EXPECT_EQ(at(get(tokens), "items.0.secret"), "(none)");
}

// F28
TEST_F(AdminPeople, MakeTheirOwnTokensAndNobodyElseDoes) {
  const std::string admin = person("acme", "root@acme.example", "organization_admin");
  const std::string ada = person("acme", "ada@acme.example");
  const std::string path = base_ + "/tokens";
  const auto made = call(Method::post, path, as(ada, R"({"name": "laptop"})"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(call(Method::get, base_, as(at(made, "secret"))).status, 200);
  // The operator has no person to make one for.
  expect_problem(post(path, R"({"name": "x", "user": "ada@acme.example"})"), 422, "invalid_value");
  EXPECT_EQ(size_at(call(Method::get, path + "?kind=user", as(ada)), "items"), 2U);
  EXPECT_EQ(size_at(call(Method::get, path + "?kind=user", as(admin)), "items"), 3U);
  expect_problem(call(Method::get, path + "?user=root@acme.example", as(ada)), 403, "forbidden");
  const std::string laptop = path + "/" + at(made, "id");
  const std::string bea = person("acme", "bea@acme.example");
  expect_problem(call(Method::delete_, laptop, as(bea)), 403, "forbidden");
  EXPECT_EQ(call(Method::delete_, laptop, as(admin)).status, 204);
  EXPECT_EQ(call(Method::get, base_, as(at(made, "secret"))).status, 401);
}

// S7, 3.3e: what one identity provider holds, another does not open.
TEST_F(AdminPeople, AreAddedByHandOnlyWhereEveryScimConnectionLeavesThatToPeople) {
  const auto add = [&](const char* email) {
    return post(base_ + "/users", json::write(json::Object{{"email", email}}));
  };
  const auto capability = [&] { return at(get(base_ + "/capabilities"), "can_add_users"); };
  put(base_ + "/scim-connections/open", R"({"manual_users": true})");
  EXPECT_EQ(add("ada@acme.example").status, 201);
  EXPECT_EQ(capability(), "true");
  put(base_ + "/scim-connections/strict", R"({"manual_users": false})");
  EXPECT_EQ(capability(), "false");
  expect_problem(add("bea@acme.example"), 409, "scim_enabled");
}

// spec/oidc 1.6: who an IdP says somebody is.
TEST_F(AdminPeople, AreShownWithTheirIdentitiesWhichCanBeUnlinked) {
  const std::string ada = add_person("acme", "ada@acme.example");
  const std::string path = base_ + "/users/" + ada;
  EXPECT_EQ(at(get(path), "identities"), "[]");
  in("acme", [&](Transaction& transaction, const Organization& organization) {
    const User user = test::must(transaction.users(organization.key).get(*UserId::parse(ada)));
    for (const char* connection : {"okta", "entra"}) {
      Identity identity;
      identity.connection = connection;
      identity.issuer = "https://idp.test";
      identity.subject = "subject of " + user.profile.user_name;
      identity.alternate_subject = std::string(connection) == "entra" ? "pairwise" : "";
      identity.groups = {ClaimedGroups::State::present, {"eng", "ops"}};
      test::must(transaction.identities(organization.key).link(user, identity));
    }
  });
  const auto shown = get(path);
  ASSERT_EQ(size_at(shown, "identities"), 2U) << shown.body;
  const std::string first = at(shown, "identities.0.connection") == "okta" ? "0" : "1";
  const std::string okta = "identities." + first + ".";
  EXPECT_EQ(at(shown, okta + "connection"), "okta");
  EXPECT_EQ(at(shown, okta + "issuer"), "https://idp.test");
  EXPECT_EQ(at(shown, okta + "subject"), "subject of ada@acme.example");
  EXPECT_EQ(at(shown, okta + "alternate_subject"), "null");
  EXPECT_EQ(at(shown, okta + "groups"), R"({"state":"present","values":["eng","ops"]})");
  EXPECT_EQ(at(shown, okta + "last_sign_in"), format_timestamp(directory_.clock().now()));

  // What began with the identity ends with it.
  const std::string cookie = session("acme", ada);
  const std::string viewer = person("acme", "bea@acme.example");
  expect_problem(call(Method::delete_, path + "/identities/okta", as(viewer)), 403, "forbidden");
  EXPECT_EQ(call(Method::get, path, with_cookie(cookie)).status, 200);
  EXPECT_EQ(remove(path + "/identities/okta").status, 204);
  EXPECT_EQ(call(Method::get, path, with_cookie(cookie)).status, 401);
  EXPECT_EQ(size_at(get(path), "identities"), 1U);
  expect_problem(remove(path + "/identities/okta"), 404, "not_found");
  EXPECT_EQ(size_at(get("/organizations/acme/audit?type=identity.unlinked"), "items"), 1U);
}

}  // namespace
}  // namespace rollcall::admin
