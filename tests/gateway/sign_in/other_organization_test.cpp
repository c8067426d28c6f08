#include "tests/gateway/sign_in/front_door.h"

namespace rollcall::sign_in::test {
namespace {

const TestBrowser::Fields from_elsewhere{{"Sec-Fetch-Site", "cross-site"}};
const TestBrowser::Fields from_here{{"Sec-Fetch-Site", "same-origin"}};

/// spec/oidc 5, login CSRF: a second organization, whose IdP does what a stranger wants.
class OtherOrganization : public FrontDoor {
 protected:
  OtherOrganization() {
    const OrganizationKey evil = directory.add_tenant("evil").organization;
    must(in([&](Transaction& tx) -> Result<> {
      CHECK_OK(tx.organizations().put_connection(
          {.organization = evil, .id = "idp", .settings = json::write(json::Value(settings()))}));
      tx.connection_secrets(evil).set(keys, "idp", "client_secret", Secret("client secret"));
      return {};
    }));
  }

  static bool goes_to_idp(const http::Response& response) {
    return response.status == 303 &&
           field(response, "Location").starts_with("https://idp.example/authorize?");
  }
  static bool asks(const http::Response& response) {
    return response.status == 200 && contains(response.body, "Sign in to evil instead?") &&
           contains(response.body, "name=\"connection\" value=\"evil/idp\"");
  }
};

TEST_F(OtherOrganization, IsNotEnteredBecauseAnotherSiteSaysSo) {
  sign_in_with(browser);
  for (const std::string_view url : {"/login?connection=evil/idp&return_to=/x&email=a@evil.test",
                                     "/login?organization=evil&return_to=/x&email=a@evil.test",
                                     "/oidc/evil/idp/login?target_link_uri=/x&"
                                     "login_hint=a@evil.test"}) {
    const http::Response response = browser.get(url, from_elsewhere);
    EXPECT_TRUE(asks(response)) << url << response.body;
    EXPECT_TRUE(contains(response.body, "<strong>Alice</strong>"));
    EXPECT_TRUE(contains(response.body, "name=\"return_to\" value=\"/x\""));
    EXPECT_TRUE(contains(response.body, "name=\"login_hint\" value=\"a@evil.test\""));
    EXPECT_NE(field(response, "X-Rollcall-Trace"), "");
  }
  EXPECT_EQ(browser.attempts(), 0U);
  EXPECT_TRUE(session_of(browser));
}

TEST_F(OtherOrganization, IsAskedForOverAndOverByFormsOfAnotherSite) {
  sign_in_with(browser);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(asks(browser.post("/login", "connection=evil%2Fidp", from_elsewhere)));
  }
  EXPECT_EQ(browser.attempts(), 0U);
}

// A form of another site comes without the session's cookie (SameSite=Lax).
TEST_F(OtherOrganization, FormsOfAnotherSiteAreMadeRequestsThatBringTheCookie) {
  sign_in_with(browser);
  TestBrowser withheld(service);
  const std::string form = "connection=evil%2Fidp&return_to=%2Fx&email=a%40evil.test";
  const http::Response turned = withheld.post("/login", form, from_elsewhere);
  EXPECT_EQ(turned.status, 303);
  const std::string again = field(turned, "Location");
  ASSERT_TRUE(again.starts_with("/login?")) << again;
  EXPECT_EQ(withheld.attempts(), 0U);
  const http::Response asked = browser.get(again, from_elsewhere);
  EXPECT_TRUE(asks(asked)) << again;
  EXPECT_TRUE(contains(asked.body, "name=\"login_hint\" value=\"a@evil.test\""));
  EXPECT_TRUE(goes_to_idp(withheld.get(again, from_elsewhere))) << "nobody to ask";
  const http::Response initiated = withheld.post("/oidc/evil/idp/login", "", from_elsewhere);
  EXPECT_TRUE(asks(browser.get(field(initiated, "Location"), from_elsewhere)));
}

TEST_F(OtherOrganization, IsEnteredByTheButtonOfThePage) {
  sign_in_with(browser);
  EXPECT_TRUE(goes_to_idp(browser.post("/login", "connection=evil%2Fidp", from_here)));
}

TEST_F(OtherOrganization, IsEnteredByATypedAddress) {
  sign_in_with(browser);
  EXPECT_TRUE(goes_to_idp(browser.get("/login?connection=evil/idp", {{"Sec-Fetch-Site", "none"}})));
}

TEST_F(OtherOrganization, IsEnteredFromAnywhereWithoutASessionThatIsAlive) {
  EXPECT_TRUE(goes_to_idp(browser.get("/login?connection=evil/idp", from_elsewhere)));
  sign_in_with(browser);
  const auto session = session_of(browser);
  ASSERT_TRUE(session);
  directory.clock().advance(session->idle);
  EXPECT_TRUE(goes_to_idp(browser.get("/login?connection=evil/idp", from_elsewhere)));
}

// Its IdP may confirm it quietly: it is somebody's still.
TEST_F(OtherOrganization, IsAskedForAlsoWhenTheSessionIsToBeConfirmed) {
  change_policy([](Policy& policy) { policy.reauth_hours = 1; });
  sign_in_with(browser);
  directory.clock().advance(std::chrono::minutes(61));
  EXPECT_TRUE(asks(browser.get("/login?connection=evil/idp", from_elsewhere)));
}

TEST_F(OtherOrganization, OnesOwnIsEnteredFromAnywhere) {
  sign_in_with(browser);
  EXPECT_TRUE(goes_to_idp(browser.get(login, from_elsewhere)));
  EXPECT_TRUE(goes_to_idp(browser.post("/login", "connection=acme%2Fidp", from_elsewhere)));
}

// A frame's request shows no cookie, so nobody can be asked.
TEST_F(OtherOrganization, IsNotEnteredInAFrame) {
  const http::Response response =
      browser.get("/login?connection=evil/idp",
                  {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Dest", "iframe"}});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(browser.attempts(), 0U);
}

}  // namespace
}  // namespace rollcall::sign_in::test
