#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;

/// Callers with some right who try to come by others.
class AdminHandOn : public AdminTest {
 protected:
  http::Response ask(Method method, const std::string& path, const std::string& token,
                     const json::Object& body) {
    return call(method, base_ + path, as(token, json::write(body)));
  }
  std::string make(const std::string& path, const json::Object& body) {
    const auto made = post(base_ + path, json::write(body));
    EXPECT_EQ(made.status, 201) << made.body;
    return at(made, "id");
  }
  /// A token of somebody who holds a custom role of the level organization with the permission.
  std::string holder_of(const std::string& permission) {
    const std::string key = "r" + std::to_string(++roles_);
    make("/roles", {{"key", key},
                    {"name", key},
                    {"level", "organization"},
                    {"permissions", json::Array{permission}}});
    return person("acme", key + "@acme.example", key);
  }
  /// In dbt's preset: a token of a member of a new group that holds the role.
  std::string member_with(const std::string& role, const std::string& scope) {
    const std::string group = "G" + std::to_string(++roles_);
    make("/groups", {{"name", group}});
    make("/grants", {{"group", group}, {"role", role}, {"scope", scope}});
    const std::string id = add_person("acme", group + "@acme.example");
    make("/memberships", {{"group", group}, {"user", id}});
    return personal_token("acme", id);
  }

  const std::string base_ = "/organizations/acme";
  int roles_ = 0;
};

// F6, F29, S44
TEST_F(AdminHandOn, WhoManagesServiceUsersGetsNoMoreThroughThem) {
  make_organization("acme");
  const std::string token = holder_of("service_users.manage");
  service("acme", "strong", "organization_admin");
  const std::string strong = at(get(base_ + "/service-users"), "items.0.id");
  const std::string own = make("/service-users", {{"name", "own"}});
  const json::Object everything{
      {"service_user", own}, {"role", "organization_admin"}, {"scope", "org"}};
  expect_problem(ask(Method::post, "/grants", token, everything), 403, "forbidden");
  expect_problem(ask(Method::post, "/service-users/" + strong + "/tokens", token, {{"name", "t"}}),
                 403, "forbidden");
  EXPECT_EQ(ask(Method::post, "/service-users/" + own + "/tokens", token, {{"name", "t"}}).status,
            201);
  const std::string admin = person("acme", "root@acme.example", "organization_admin");
  EXPECT_EQ(ask(Method::post, "/grants", admin, everything).status, 201);
}

// F5, S87
TEST_F(AdminHandOn, WhoFormsTeamsMakesNoAdmins) {
  make_organization("acme");
  const std::string token = holder_of("teams.manage");
  const std::string adder = holder_of("users.add");
  const std::string friends = add_person("acme", "friend@acme.example");
  const std::string admins = make("/groups", {{"name", "Admins"}});
  make("/grants", {{"group", "Admins"}, {"role", "organization_admin"}, {"scope", "org"}});
  make("/groups", {{"name", "Plain"}});
  expect_problem(ask(Method::post, "/memberships", token, {{"group", "Admins"}, {"user", friends}}),
                 403, "forbidden");
  expect_problem(
      ask(Method::post, "/mappings", token, {{"group", "Admins"}, {"idp_group", "everyone"}}), 403,
      "forbidden");
  expect_problem(ask(Method::patch, "/groups/" + admins, token, {{"assign_by_default", true}}), 403,
                 "forbidden");
  EXPECT_EQ(
      ask(Method::post, "/memberships", token, {{"group", "Plain"}, {"user", friends}}).status,
      201);
  // Who may add people does not put them into groups.
  expect_problem(ask(Method::post, "/users", adder,
                     {{"email", "x@acme.example"}, {"groups", json::Array{"Plain"}}}),
                 403, "forbidden");
}

// F3
TEST_F(AdminHandOn, WhoManagesRolesGivesTheirOwnRoleNothing) {
  make_organization("acme");
  const std::string token = holder_of("roles.manage");
  const json::Object more{{"permissions", json::Array{"roles.manage", "users.manage"}}};
  expect_problem(ask(Method::patch, "/roles/r1", token, more), 403, "forbidden");
  EXPECT_EQ(size_at(get(base_ + "/roles/r1"), "permissions"), 1U);
  EXPECT_EQ(ask(Method::patch, "/roles/r1", token, {{"name", "Other"}}).status, 200);
  const std::string admin = person("acme", "root@acme.example", "organization_admin");
  EXPECT_EQ(ask(Method::patch, "/roles/r1", admin, more).status, 200);
}

// F6, F27, S14
TEST_F(AdminHandOn, AnEditorMakesNewUsersNoAdmins) {
  make_organization("acme");
  make("/deployments", {{"name", "prod"}});
  const std::string editor = person("acme", "ed@acme.example", "editor", "deployment/prod");
  const auto default_role = [&](const char* role) {
    return ask(Method::patch, "/deployments/prod", editor, {{"default_role", role}});
  };
  expect_problem(default_role("admin"), 403, "forbidden");
  EXPECT_EQ(default_role("editor").status, 200);
}

// S58, F34
TEST_F(AdminHandOn, TheItLicenceIsGivenByWhoHasWhatItGives) {
  make_organization("acme", "dbt", "enterprise");
  const std::string creator = member_with("project_creator", "org");
  const std::string security = member_with("security_admin", "org");
  const std::string ada = add_person("acme", "ada@acme.example");
  const json::Object it{{"license", "it"}};
  expect_problem(ask(Method::patch, "/users/" + ada, creator, it), 403, "forbidden");
  expect_problem(
      ask(Method::post, "/users", creator, {{"email", "n@acme.example"}, {"license", "it"}}), 403,
      "forbidden");
  expect_problem(
      ask(Method::post, "/invitations", creator, {{"emails", "n@acme.example"}, {"license", "it"}}),
      403, "forbidden");
  expect_problem(ask(Method::post, "/license-mappings", creator,
                     {{"license", "it"}, {"idp_group", "everyone"}}),
                 403, "forbidden");
  EXPECT_EQ(ask(Method::patch, "/users/" + ada, creator, {{"license", "read_only"}}).status, 200);
  EXPECT_EQ(ask(Method::patch, "/users/" + ada, security, it).status, 200);
}

// F34: what counts is all of a person's groups, however many.
TEST_F(AdminHandOn, ManyGroupsHideNoAdmin) {
  make_organization("acme", "dbt");
  const std::string creator = member_with("project_creator", "all_projects");
  const std::string kim = add_person("acme", "kim@acme.example");
  ASSERT_TRUE(directory_->write_now(Actor{}, [&](Transaction& transaction) -> Result<> {
    TRY(const Organization acme, transaction.organizations().get("acme"));
    Groups groups = transaction.groups(acme.key);
    const std::vector<UserId> members{*UserId::parse(kim)};
    for (int i = 0; i <= 1000; ++i) {
      TRY(const Group group, groups.add(test::group_profile("team " + std::to_string(i))));
      CHECK_OK(groups.add_members(group, members, Origin::sso));
    }
    return {};
  }));
  make("/grants", {{"group", "team 1000"}, {"role", "account_admin"}, {"scope", "org"}});
  expect_problem(ask(Method::patch, "/users/" + kim, creator, {{"email", "mallory@acme.example"}}),
                 403, "forbidden");
}

// F34, 3.3a: who has a person's address signs in as that person.
TEST_F(AdminHandOn, TheAddressOfAnAdminIsChangedByAdmins) {
  make_organization("acme", "dbt", "enterprise");
  const std::string creator = member_with("project_creator", "org");
  const std::string admin = member_with("account_admin", "org");
  const std::string owner = at(get(base_ + "/users?user_name=G2%40acme.example"), "items.0.id");
  const std::string ada = add_person("acme", "ada@acme.example");
  const json::Object address{{"email", "mallory@acme.example"}};
  expect_problem(ask(Method::patch, "/users/" + owner, creator, address), 403, "forbidden");
  expect_problem(
      ask(Method::patch, "/users/" + owner, creator, {{"user_name", "mallory@acme.example"}}), 403,
      "forbidden");
  EXPECT_EQ(ask(Method::patch, "/users/" + owner, creator, {{"given_name", "Olga"}}).status, 200);
  EXPECT_EQ(ask(Method::patch, "/users/" + ada, creator, address).status, 200);
  EXPECT_EQ(ask(Method::patch, "/users/" + owner, admin, {{"email", "olga@acme.example"}}).status,
            200);
}

// spec/oidc 1.6: another identity may be linked in the place of one that is forgotten.
TEST_F(AdminHandOn, TheIdentityOfAnAdminIsUnlinkedByAdmins) {
  make_organization("acme", "dbt", "enterprise");
  const std::string creator = member_with("project_creator", "org");
  const std::string admin = member_with("account_admin", "org");
  const std::string owner = at(get(base_ + "/users?user_name=G2%40acme.example"), "items.0.id");
  const std::string ada = add_person("acme", "ada@acme.example");
  in("acme", [&](Transaction& transaction, const Organization& organization) {
    for (const std::string& id : {owner, ada}) {
      const User user = test::must(transaction.users(organization.key).get(*UserId::parse(id)));
      Identity identity;
      identity.connection = "okta";
      identity.issuer = "https://idp.test";
      identity.subject = id;
      test::must(transaction.identities(organization.key).link(user, identity));
    }
  });
  const auto unlink = [&](const std::string& user, const std::string& token) {
    return call(Method::delete_, base_ + "/users/" + user + "/identities/okta", as(token));
  };
  expect_problem(unlink(owner, creator), 403, "forbidden");
  EXPECT_EQ(unlink(ada, creator).status, 204);
  EXPECT_EQ(unlink(owner, admin).status, 204);
}

// F11, invariant 6 of 3.2
TEST_F(AdminHandOn, AnAdminCannotSwitchOffWhatMakesTheLastOne) {
  make_organization("acme");
  const std::string admin = person("acme", "root@acme.example", "organization_admin");
  const json::Object off{{"policy", json::Object{{"direct_user_grants", false}}}};
  expect_problem(ask(Method::patch, "?confirm=true", admin, off), 409, "last_admin");
  EXPECT_EQ(call(Method::get, base_ + "/audit", as(admin)).status, 200);
}

// Refused operations are in the log like refused endpoints.
TEST_F(AdminHandOn, ARefusedErasureIsAudited) {
  make_organization("acme");
  const std::string ada = add_person("acme", "ada@acme.example");
  const std::string viewer = person("acme", "v@acme.example");
  EXPECT_EQ(ask(Method::post, "/users/" + ada + "/erase?confirm=true", viewer, {}).status, 403);
  EXPECT_NE(get(base_ + "/audit").body.find("request.refused"), std::string::npos);
}

// F48: one call does a bounded amount of work.
TEST_F(AdminHandOn, OneCallNamesABoundedNumberOfGroups) {
  make_organization("acme");
  const json::Array groups(101, "Team");
  for (const auto& [path, key, value] : {std::tuple{"/users", "email", "a@acme.example"},
                                         std::tuple{"/invitations", "emails", "a@acme.example"}}) {
    expect_problem(post(base_ + path, json::write(json::Object{{key, value}, {"groups", groups}})),
                   422, "invalid_value");
  }
}

}  // namespace
}  // namespace rollcall::admin
