#include "gateway/session/cookie.h"
#include "gateway/sign_in/connection.h"
#include "gateway/sign_in/identity_sign_in.h"
#include "gateway/sign_in/trace.h"
#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Field;
using http::Method;

/// Callers that are somebody in a browser.
class AdminSessions : public AdminTest {
 protected:
  AdminSessions() { make_organization("acme"); }

  /// The cookie of a new session of somebody who holds `role`.
  std::string browser(std::string_view email, std::string_view role = "") {
    person("acme", email, role);
    return session("acme", id_of(email));
  }
  std::string id_of(std::string_view email) {
    return at(get(base_ + "/users?email=" + std::string(email)), "items.0.id");
  }
  http::Response read(const std::string& cookie, const std::string& path) {
    return call(Method::get, path, with_cookie(cookie));
  }

  const std::string base_ = "/organizations/acme";
};

// S1
TEST_F(AdminSessions, ActAsThePersonWithThatPersonsRights) {
  const std::string admin = browser("ada@acme.example", "organization_admin");
  const std::string viewer = browser("bea@acme.example");
  EXPECT_EQ(read(admin, base_ + "/connections").status, 200);
  expect_problem(read(viewer, base_ + "/connections"), 403, "forbidden");
  EXPECT_EQ(read(viewer, base_ + "/users/" + id_of("bea@acme.example")).status, 200);
  expect_problem(read(admin, "/tokens"), 403, "forbidden");

  const std::string body = R"({"name": "New"})";
  EXPECT_EQ(call(Method::post, base_ + "/groups", with_cookie(admin, body)).status, 201);
  const auto log = get(base_ + "/audit?type=group.added");
  EXPECT_EQ(at(log, "items.0.actor.kind"), "user");
  EXPECT_EQ(at(log, "items.0.actor.id"), id_of("ada@acme.example"));
}

// S85: a connection without mappings; what people may comes from groups that others put them in.
TEST_F(AdminSessions, OfASignInHaveWhatGroupsGiveThatPeopleWereAddedToByHand) {
  add_person("acme", "ada@acme.example");
  post(base_ + "/groups", R"({"name": "Admins"})");
  post(base_ + "/memberships", R"({"group": "Admins", "user": "ada@acme.example"})");
  post(base_ + "/grants", R"({"group": "Admins", "role": "organization_admin", "scope": "org"})");
  put(base_ + "/connections/okta", R"({"protocol": "oidc", "domains": ["acme.example"],
      "oidc": {"issuer": "https://idp.test", "client_id": "c", "client_secret": "s"}})");
  const Secret value = session::make_session_value();
  in("acme", [&](Transaction& transaction, const Organization&) {
    const auto okta = test::must(sign_in::find_connection(transaction, keys_, "acme", "okta"));
    Identity identity;
    identity.connection = "okta";
    identity.issuer = "https://idp.test";
    identity.subject = "00u1";
    identity.email = "ada@acme.example";
    identity.email_verified = true;
    identity.groups = {ClaimedGroups::State::present, {"Others"}};
    sign_in::NewSession wanted;
    wanted.hash = session::hash_of(value);
    sign_in::Trace trace(directory_.clock());
    test::must(sign_in::sign_in(transaction, keys_, okta, identity, wanted, trace));
  });
  const std::string ada = "__Host-rollcall=" + std::string(value.reveal());
  EXPECT_EQ(read(ada, base_ + "/connections").status, 200);
  const auto shown = read(ada, base_ + "/users/" + id_of("ada@acme.example"));
  EXPECT_EQ(size_at(shown, "groups"), 1U);
  EXPECT_EQ(at(shown, "groups.0.origin"), "manual");
  EXPECT_EQ(at(shown, "identities.0.subject"), "00u1");
  EXPECT_EQ(at(shown, "last_sign_in"), format_timestamp(directory_.clock().now()));
}

TEST_F(AdminSessions, SeeNothingOfAnotherOrganization) {
  make_organization("other");
  const std::string admin = browser("ada@acme.example", "organization_admin");
  expect_problem(read(admin, "/organizations/other/users"), 404, "not_found");
  EXPECT_EQ(size_at(read(admin, "/organizations"), "items"), 1U);
}

TEST_F(AdminSessions, AreRefusedWhenUnknownOrIdleOrOverOrDueForAnotherSignIn) {
  const auto path = base_ + "/sessions";
  const std::string unknown =
      "__Host-rollcall=" + std::string(session::make_session_value().reveal());
  expect_problem(read(unknown, path), 401, "unauthenticated");
  expect_problem(read("__Host-rollcall=short", path), 401, "unauthenticated");

  const std::string idle = browser("ada@acme.example");
  directory_.clock().advance(std::chrono::minutes(59));
  EXPECT_EQ(read(idle, path).status, 200);
  // That was a use: the hour begins anew.
  directory_.clock().advance(std::chrono::minutes(59));
  EXPECT_EQ(read(idle, path).status, 200);
  directory_.clock().advance(std::chrono::minutes(60));
  expect_problem(read(idle, path), 401, "unauthenticated");

  const std::string busy = session("acme", id_of("ada@acme.example"));
  for (int minutes = 0; minutes < 4 * 60; minutes += 30) {
    EXPECT_EQ(read(busy, path).status, 200) << minutes;
    directory_.clock().advance(std::chrono::minutes(30));
  }
  expect_problem(read(busy, path), 401, "unauthenticated");
}

// S29: no request is admitted after the acknowledged deprovisioning.
TEST_F(AdminSessions, AreRefusedAtOnceWhenTheyEndOrTheirPersonIsDeactivated) {
  const std::string ada = browser("ada@acme.example");
  const std::string bea = browser("bea@acme.example");
  EXPECT_EQ(read(ada, base_).status, 200);
  EXPECT_EQ(read(bea, base_).status, 200);
  EXPECT_EQ(patch(base_ + "/users/" + id_of("bea@acme.example"), R"({"active": false})").status,
            200);
  expect_problem(read(bea, base_), 401, "unauthenticated");
  EXPECT_EQ(remove(base_ + "/sessions?user=ada@acme.example").status, 200);
  expect_problem(read(ada, base_), 401, "unauthenticated");
}

// F60
TEST_F(AdminSessions, AreHeldToTheIpRulesOfTheirOrganization) {
  const std::string ada = browser("ada@acme.example", "organization_admin");
  ASSERT_EQ(patch(base_, R"({"policy": {"ip_rules": {"enabled": true, "deny": ["192.0.2.0/24"]}}})")
                .status,
            200);
  expect_problem(read(ada, base_), 403, "ip_rule");
}

TEST_F(AdminSessions, GiveWayToATokenThatIsShownBesideThem) {
  const std::string ada = browser("ada@acme.example", "organization_admin");
  CallOptions both = with_cookie(ada);
  both.token = "rco_unknown";
  expect_problem(call(Method::get, base_, both), 401, "unauthenticated");
  both.token = operator_token();
  EXPECT_EQ(call(Method::get, "/tokens", both).status, 200);
}

// F28: the first personal token needs a sign-in.
TEST_F(AdminSessions, MakeTheirPersonsFirstToken) {
  const std::string id = add_person("acme", "ada@acme.example");
  const std::string ada = session("acme", id);
  const auto made =
      call(Method::post, base_ + "/tokens", with_cookie(ada, R"({"name": "laptop"})"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "kind"), "user");
  EXPECT_EQ(at(made, "user"), id);
  EXPECT_EQ(call(Method::get, base_, as(at(made, "secret"))).status, 200);
}

struct Sent {
  const char* name;
  Method method;
  std::vector<Field> fields;
  bool taken;
};

void PrintTo(const Sent& sent, std::ostream* out) { *out << sent.name; }

class CrossSite : public AdminSessions, public testing::WithParamInterface<Sent> {};

// spec/oidc 5, CSRF: what changes something must come from a page of ours.
TEST_P(CrossSite, IsRefusedToChangeAnything) {
  const std::string ada = browser("ada@acme.example", "organization_admin");
  const bool reads = GetParam().method == Method::get || GetParam().method == Method::head;
  const auto sent = call(GetParam().method, base_ + "/groups",
                         with_cookie(ada, reads ? "" : R"({"name": "New"})", GetParam().fields));
  if (GetParam().taken) {
    EXPECT_EQ(sent.status, reads ? 200 : 201) << sent.body;
  } else {
    expect_problem(sent, 403, "cross_site");
    EXPECT_EQ(size_at(get(base_ + "/groups"), "items"), 0U);
  }
}

const std::vector<Field> another_site{{"Sec-Fetch-Site", "cross-site"}};

INSTANTIATE_TEST_SUITE_P(
    Requests, CrossSite,
    testing::Values(Sent{"script_of_ours", Method::post, {{"Sec-Fetch-Site", "same-origin"}}, true},
                    Sent{"typed_by_the_person", Method::post, {{"Sec-Fetch-Site", "none"}}, true},
                    Sent{"no_browser", Method::post, {}, true},
                    Sent{"origin_is_ours", Method::post, {{"Origin", gateway_origin}}, true},
                    Sent{"ours_whatever_the_origin",
                         Method::post,
                         {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "null"}},
                         true},
                    Sent{"another_site", Method::post, another_site, false},
                    Sent{"a_sibling_host", Method::post, {{"Sec-Fetch-Site", "same-site"}}, false},
                    Sent{"another_origin", Method::post, {{"Origin", "https://evil.test"}}, false},
                    Sent{"another_port", Method::post, {{"Origin", "https://gw.test:8443"}}, false},
                    Sent{"another_scheme", Method::post, {{"Origin", "http://gw.test"}}, false},
                    Sent{"a_sandboxed_frame", Method::post, {{"Origin", "null"}}, false},
                    Sent{"another_site_that_names_our_origin",
                         Method::post,
                         {{"Sec-Fetch-Site", "cross-site"}, {"Origin", gateway_origin}},
                         false},
                    Sent{"reads", Method::get, another_site, true},
                    Sent{"reads_the_head", Method::head, another_site, true}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(AdminSessions, OfAnotherSiteAreRefusedByEveryMethodThatChanges) {
  const std::string ada = browser("ada@acme.example", "organization_admin");
  for (const auto& [method, path] :
       std::vector<std::pair<Method, std::string>>{{Method::patch, base_},
                                                   {Method::put, base_ + "/connections/okta"},
                                                   {Method::delete_, base_ + "/sessions?all=true"},
                                                   {Method::post, "/access/check"}}) {
    expect_problem(call(method, path, with_cookie(ada, "{}", another_site)), 403, "cross_site");
  }
  // A token is no browser's: nobody sends it unasked.
  CallOptions token = as(operator_token(), R"({"name": "New"})");
  token.fields = another_site;
  EXPECT_EQ(call(Method::post, base_ + "/groups", token).status, 201);
}

}  // namespace
}  // namespace rollcall::admin
