#include "gateway/sign_in/test_sign_in.h"
#include "tests/gateway/sign_in/front_door.h"

namespace rollcall::sign_in::test {
namespace {

class LoginPage : public FrontDoor {
 protected:
  void own_domain(const std::string& name) {
    must(in([&](Transaction& tx) -> Result<> {
      CHECK_OK(tx.domains(organization).add(name));
      CHECK_OK(tx.domains(organization).verify(name, "operator"));
      return {};
    }));
  }
  /// A link to a test of these settings.
  std::string test_link(json::Object tested, const std::string& id = "idp") {
    return must(in([&](Transaction& tx) -> Result<std::string> {
      TRY(const Organization of, tx.organizations().get(organization));
      Secrets secrets;
      secrets.emplace("client_secret", Secret("draft secret"));
      TRY(const PreparedTest made, prepare_test(tx, keys, of, id, tested, secrets));
      return "/login?test=" + std::string(made.secret.reveal());
    }));
  }
  bool goes_to_idp(const http::Response& response) {
    return response.status == 303 &&
           field(response, "Location").starts_with("https://idp.example/authorize?");
  }
};

TEST_F(LoginPage, AsksForTheAddress) {
  const http::Response response = browser.get("/login?return_to=/x");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(contains(response.body, "name=\"email\""));
  EXPECT_TRUE(contains(response.body, "name=\"return_to\" value=\"/x\""));
  EXPECT_FALSE(contains(response.body, "Sign out"));
}

TEST_F(LoginPage, SaysWhoIsSignedIn) {
  sign_in_with(browser);
  const http::Response response = browser.get("/login");
  EXPECT_TRUE(contains(response.body, "Alice"));
  EXPECT_TRUE(contains(response.body, "action=\"/logout\""));
}

TEST_F(LoginPage, OfAnOrganizationWithOneConnectionGoesStraightToIt) {
  EXPECT_TRUE(goes_to_idp(browser.get("/login?organization=acme")));
  EXPECT_TRUE(goes_to_idp(browser.get("/login?organization=ACME")));
}

TEST_F(LoginPage, OfAnOrganizationWithSeveralLetsChooseAmongThoseThatAreReady) {
  declare({{"vendor", "okta"}}, "second");
  declare({{"enabled", false}}, "third");
  const http::Response response = browser.get("/login?organization=acme&return_to=/x");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(contains(response.body, "value=\"acme/idp\""));
  EXPECT_TRUE(contains(response.body, "value=\"acme/second\""));
  EXPECT_TRUE(contains(response.body, "Okta (second)"));
  EXPECT_FALSE(contains(response.body, "third"));
  EXPECT_TRUE(goes_to_idp(browser.post("/login", "connection=acme%2Fsecond&return_to=%2Fx")));
}

TEST_F(LoginPage, OfAnOrganizationWithoutAReadyOneIsRefused) {
  declare({{"enabled", false}});
  EXPECT_EQ(browser.get("/login?organization=acme").status, 403);
  EXPECT_EQ(browser.get("/login?organization=nobody").status, 404);
}

TEST_F(LoginPage, ByAddressFindsTheConnectionOfAVerifiedDomain) {
  own_domain("acme.test");
  const http::Response away = browser.post("/login", "email=Alice%40ACME.test");
  EXPECT_TRUE(goes_to_idp(away));
  EXPECT_EQ(value_of(field(away, "Location"), "login_hint"), "Alice@ACME.test");
}

TEST_F(LoginPage, ByAddressPrefersTheConnectionThatNamesTheDomain) {
  own_domain("acme.test");
  declare({{"domains", json::Array{}}, {"vendor", "okta"}}, "open");
  EXPECT_TRUE(goes_to_idp(browser.post("/login", "email=a%40acme.test")));
  declare({}, "twin");
  const http::Response choice = browser.post("/login", "email=a%40acme.test");
  EXPECT_EQ(choice.status, 200);
  EXPECT_TRUE(contains(choice.body, "acme/twin"));
  EXPECT_TRUE(contains(choice.body, "name=\"login_hint\" value=\"a@acme.test\""));
  EXPECT_FALSE(contains(choice.body, "acme/open"));
}

// Nobody learns from /login which domains are known here.
TEST_F(LoginPage, ByAddressAnswersAlikeWhateverTheReason) {
  must(in([&](Transaction& tx) -> Result<> {
    CHECK_OK(tx.domains(organization).add("claimed.test"));
    return {};
  }));
  own_domain("elsewhere.test");
  for (const std::string_view address :
       {"a%40unknown.test", "a%40claimed.test", "a%40elsewhere.test", "a%40acme.test", "nonsense",
        "a%40b%40acme.test", "%40acme.test"}) {
    const http::Response response = browser.post("/login", "email=" + std::string(address));
    EXPECT_EQ(response.status, 404) << address;
    EXPECT_TRUE(contains(response.body, "There is no sign-in for this address here")) << address;
    EXPECT_FALSE(contains(response.body, "acme/")) << address;
  }
}

// spec/oidc 1.2: a bad one is never silently followed, nor silently dropped.
TEST_F(LoginPage, RefusesToReturnElsewhere) {
  for (const std::string_view target : {"//evil.example", "https://evil.example/", "/%09/x"}) {
    const http::Response response =
        browser.get(std::string(login) + "&return_to=" + http::percent_encode(target));
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_EQ(field(response, "Location"), "");
  }
  EXPECT_EQ(browser.attempts(), 0U);
}

TEST_F(LoginPage, RefusesAParameterThatComesTwice) {
  EXPECT_EQ(browser.get("/login?connection=acme/idp&connection=acme/other").status, 403);
}

TEST_F(LoginPage, OfAConnectionThatIsNotThereIsNotFound) {
  for (const std::string_view name : {"acme/none", "none/idp", "acme", "/", "acme/idp/x"}) {
    EXPECT_EQ(browser.get("/login?connection=" + std::string(name)).status, 404) << name;
  }
}

TEST_F(LoginPage, AlwaysStartsAnewAlsoWithASession) {
  sign_in_with(browser);
  EXPECT_TRUE(goes_to_idp(browser.get(login)));
}

// spec/oidc 1.2: no state for what cannot follow a redirect.
TEST_F(LoginPage, TellsAScriptWhereToGo) {
  for (const TestBrowser::Fields& fields :
       std::initializer_list<TestBrowser::Fields>{{{"Sec-Fetch-Mode", "cors"}},
                                                  {{"X-Requested-With", "XMLHttpRequest"}},
                                                  {{"Accept", "application/json"}},
                                                  {{"Sec-Purpose", "prefetch"}}}) {
    for (const std::string_view url :
         {"/login?connection=acme/idp&return_to=/x", "/oidc/acme/idp/login"}) {
      const http::Response response = browser.get(url, fields);
      EXPECT_EQ(response.status, 401);
      EXPECT_TRUE(contains(response.body, R"("error":"login_required")")) << response.body;
      EXPECT_TRUE(contains(response.body, "https://login.example/login")) << response.body;
    }
  }
  EXPECT_EQ(browser.attempts(), 0U);
  EXPECT_EQ(idp.fetches, 0);
}

// OpenID Connect Core §4.
TEST_F(LoginPage, IsOpenedByTheIdpForItsOwnConnectionOnly) {
  const http::Response away = browser.get(
      "/oidc/acme/idp/login?iss=https%3A%2F%2Fidp.example&login_hint=bob&target_link_uri=%2Fdeep");
  EXPECT_TRUE(goes_to_idp(away));
  EXPECT_EQ(value_of(field(away, "Location"), "login_hint"), "bob");
  const http::Response back =
      browser.get(std::string(callback) + idp.authorize(field(away, "Location")));
  EXPECT_EQ(field(back, "Location"), "/deep");

  const http::Response other = browser.get("/oidc/acme/idp/login?iss=https%3A%2F%2Fevil.example");
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(reason_of(other), "issuer_mismatch");
  EXPECT_EQ(browser.get("/oidc/acme/idp/login?target_link_uri=https://evil.example/").status, 400);
}

TEST_F(LoginPage, DoesNotSpeakSamlYet) {
  declare({{"protocol", "saml"},
           {"saml", json::Object{{"metadata_url", "https://idp.example/metadata"}}}},
          "saml");
  const http::Response response = browser.get("/login?connection=acme/saml");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(reason_of(response), "connection_incomplete");
}

TEST_F(LoginPage, OfATestShowsWhatCameAndSignsNobodyIn) {
  const std::string link = test_link(settings());
  const http::Response passed = sign_in_with(browser, link);
  EXPECT_EQ(passed.status, 200) << passed.body;
  EXPECT_TRUE(contains(passed.body, "The test sign-in passed"));
  EXPECT_TRUE(contains(passed.body, "alice@acme.test"));
  EXPECT_TRUE(contains(passed.body, "a user would be made"));
  EXPECT_EQ(browser.session(), "");
  EXPECT_EQ(user_count(), 0);
  const auto told = trace_of(passed);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->outcome, SignInOutcome::test_passed);
  // Until it expires the link is good for another try.
  EXPECT_EQ(sign_in_with(browser, link).status, 200);
  directory.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(browser.get(link).status, 404);
}

TEST_F(LoginPage, OfATestThatFailsTellsTheReason) {
  idp.spoil = [](json::Object& claims) { claims.set("aud", "someone-else"); };
  const http::Response refused = sign_in_with(browser, test_link(settings()));
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(contains(refused.body, "audience_mismatch")) << refused.body;
  EXPECT_EQ(reason_of(refused), "audience_mismatch");
}

TEST_F(LoginPage, OfATestNeedsNoSavedConnection) {
  EXPECT_EQ(sign_in_with(browser, test_link(settings(), "idp")).status, 200);
  const http::Response away = browser.get(test_link(settings(), "unsaved"));
  EXPECT_TRUE(goes_to_idp(away));
  const http::Response passed =
      browser.get("/oidc/acme/unsaved/callback?" + idp.authorize(field(away, "Location")));
  EXPECT_EQ(passed.status, 200) << reason_of(passed);
}

// Activation after a passed test.
TEST_F(LoginPage, OfAPassedTestOpensTheConnection) {
  change_policy([](Policy& policy) { policy.require_connection_test = true; });
  EXPECT_EQ(reason_of(browser.get(login)), "connection_incomplete");
  must(in([&](Transaction& tx) -> Result<> {
    tx.connection_secrets(organization).set(keys, "idp", "client_secret", Secret("draft secret"));
    return {};
  }));
  EXPECT_EQ(sign_in_with(browser, test_link(settings())).status, 200);
  EXPECT_EQ(sign_in_with(browser).status, 303);
}

}  // namespace
}  // namespace rollcall::sign_in::test
