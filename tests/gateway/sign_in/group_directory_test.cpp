#include "gateway/sign_in/group_directory.h"

#include "tests/gateway/sign_in/oidc_fixture.h"

namespace rollcall::test {
namespace {

using namespace sign_in;

const std::string tenant = "11111111-2222-3333-4444-555555555555";
const std::string object_id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

std::string texts(const json::Value* list) {
  std::string text;
  for (const json::Value& value : *list->array()) text += *value.string() + " ";
  return text;
}

class GroupDirectoryTest : public OidcFixture {
 protected:
  /// "present eng ops " of a sign-in that goes well.
  std::string groups_of_sign_in() {
    const http::Response response = sign_in();
    const SignInTrace trace = trace_of(response);
    EXPECT_EQ(response.status, 303) << trace.reason << why(trace);
    const json::Object& groups = *trace.document.find("groups")->object();
    problem_ = groups.find("problem") ? *groups.find("problem")->string() : "";
    return *groups.find("state")->string() + " " + texts(groups.find("values"));
  }
  void answers(const std::string& path, json::Value value) {
    idp_.on(path, [value](const auto&) -> Result<http::FetchResponse> {
      return json_answer(200, value);
    });
  }

  /// Tokens of applications, beside those of people.
  void answers_client_credentials() {
    idp_.on("/token", [this](const http::FetchRequest& request) -> Result<http::FetchResponse> {
      if (form_field(request, "grant_type") != "client_credentials") {
        json::Object tokens = idp_.token_answer;
        tokens.set("id_token", idp_.token(idp_.claims()));
        return json_answer(200, tokens);
      }
      application_request_ = request;
      return json_answer(200,
                         json::Object{{"access_token", "app-token"}, {"token_type", "Bearer"}});
    });
  }
  void entra() {
    connect({{"vendor", "entra"}, {"directory", json::Object{{"url", ScriptedIdp::issuer}}}});
    idp_.claim("oid", object_id);
    idp_.claim("tid", tenant);
    idp_.claim("groups", json::Null());
    idp_.claim("_claim_names", json::Object{{"groups", "src1"}});
    answers_client_credentials();
  }
  const std::string graph_ = "/v1.0/users/" + object_id + "/getMemberObjects";

  void okta(std::size_t groups, int max_groups = 1000) {
    connect({{"vendor", "okta"},
             {"max_groups", max_groups},
             {"directory", json::Object{{"url", ScriptedIdp::issuer}}}});
    json::Array names;
    for (std::size_t i = 0; i < groups; ++i) names.emplace_back("g" + std::to_string(i));
    idp_.claim("groups", std::move(names));
  }
  const std::string okta_ = "/api/v1/users/alice-1/groups";

  http::FetchRequest application_request_;
  std::string problem_;
};

// spec/oidc 2: Entra's overage is asked of Graph, with an application's token.
TEST_F(GroupDirectoryTest, EntrasOverageIsAskedOfGraph) {
  entra();
  answers(graph_, json::Object{{"value", json::Array{"g-1", "g-2"}}});
  EXPECT_EQ(groups_of_sign_in(), "present g-1 g-2 ");
  EXPECT_EQ(form_field(application_request_, "scope"), ScriptedIdp::issuer + "/.default");
  EXPECT_EQ(idp_.last(graph_).body, R"({"securityEnabledOnly":true})");
}

// product.md: never "no groups".
TEST_F(GroupDirectoryTest, GroupsThatGraphDoesNotTellAreUnknown) {
  entra();
  idp_.on(graph_, [](const auto&) -> Result<http::FetchResponse> {
    return json_answer(403, json::Object());
  });
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
  EXPECT_NE(problem_.find("403"), std::string::npos) << problem_;
}

TEST(TenantEndpoint, IsThatOfTheTokensTenant) {
  EXPECT_EQ(tenant_endpoint("https://l.example/organizations/oauth2/v2.0/token", "t"),
            "https://l.example/t/oauth2/v2.0/token");
  EXPECT_EQ(tenant_endpoint("https://l.example/common/oauth2/v2.0/token", "t"),
            "https://l.example/t/oauth2/v2.0/token");
  EXPECT_EQ(tenant_endpoint("https://l.example/own/oauth2/v2.0/token", "t"),
            "https://l.example/own/oauth2/v2.0/token");
}

// spec/oidc 2: Okta cuts at 100 without a word.
TEST_F(GroupDirectoryTest, AHundredGroupsOfOktaAreAskedForPageByPage) {
  okta(100);
  set_secret("directory_token", "okta-token");
  idp_.on(okta_, [](const http::FetchRequest& request) -> Result<http::FetchResponse> {
    const bool second = parameter(request.url, "after") == "1";
    const json::Object profile{{"name", second ? "ops" : "eng"}};
    auto page = json_answer(200, json::Array{json::Object{{"profile", profile}}});
    if (!second) {
      page.fields.emplace_back("Link", "<" + ScriptedIdp::issuer +
                                           "/api/v1/users/alice-1/groups?after=1>; rel=\"next\"");
    }
    return page;
  });
  EXPECT_EQ(groups_of_sign_in(), "present eng ops ");
  EXPECT_EQ(idp_.count(okta_), 2U);
  EXPECT_EQ(idp_.last(okta_).fields.back().second, "SSWS okta-token");
}

TEST_F(GroupDirectoryTest, OktaIsNotAskedWhereItsTokenSaysAll) {
  okta(99);
  set_secret("directory_token", "okta-token");
  EXPECT_TRUE(groups_of_sign_in().starts_with("present g0 "));
  EXPECT_EQ(idp_.count(okta_), 0U);
}

TEST_F(GroupDirectoryTest, WithoutATokenForItTheGroupsAreUnknown) {
  okta(100);
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
  EXPECT_NE(problem_.find("directory_token"), std::string::npos) << problem_;
}

TEST_F(GroupDirectoryTest, ASecondPageThatFailsLeavesNoPart) {
  okta(100);
  set_secret("directory_token", "okta-token");
  idp_.on(okta_, [](const http::FetchRequest& request) -> Result<http::FetchResponse> {
    if (parameter(request.url, "after") == "1") return json_answer(500, json::Object());
    const json::Object profile{{"name", "eng"}};
    auto page = json_answer(200, json::Array{json::Object{{"profile", profile}}});
    page.fields.emplace_back(
        "Link", "<" + ScriptedIdp::issuer + "/api/v1/users/alice-1/groups?after=1>; rel=\"next\"");
    return page;
  });
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
}

// design.md 7: the token goes where the first page came from, and nowhere else.
TEST_F(GroupDirectoryTest, APageElsewhereIsNotAskedFor) {
  okta(100);
  set_secret("directory_token", "okta-token");
  idp_.on(okta_, [](const auto&) -> Result<http::FetchResponse> {
    auto page = json_answer(200, json::Array{});
    page.fields.emplace_back("Link", "<https://evil.example/next>; rel=\"next\"");
    return page;
  });
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
  EXPECT_EQ(idp_.count("/next"), 0U);
}

TEST_F(GroupDirectoryTest, PagesWithoutAnEndStopAtTheBound) {
  okta(100, 50);
  set_secret("directory_token", "okta-token");
  idp_.on(okta_, [](const auto&) -> Result<http::FetchResponse> {
    const json::Object group{{"profile", json::Object{{"name", "g"}}}};
    auto page = json_answer(200, json::Array{group, group, group, group});
    page.fields.emplace_back(
        "Link", "<" + ScriptedIdp::issuer + "/api/v1/users/alice-1/groups?after=1>; rel=\"next\"");
    return page;
  });
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
  EXPECT_EQ(idp_.count(okta_), 13U);
}

TEST_F(GroupDirectoryTest, ASlowDirectoryLeavesGroupsUnknownWithinTheDeadline) {
  okta(100);
  set_secret("directory_token", "okta-token");
  idp_.goes_silent(okta_);
  const Timestamp before = clock_.now();
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
  EXPECT_LE(clock_.now() - before, std::chrono::seconds(15));
}

class GoogleGroups : public GroupDirectoryTest {
 protected:
  GoogleGroups() {
    connect({{"vendor", "google"},
             {"groups_source", "directory"},
             {"directory",
              json::Object{{"url", ScriptedIdp::issuer}, {"administrator", "admin@acme.test"}}}});
    idp_.claim("hd", "acme.test");
    idp_.claim("groups", json::Null());
    const Secret pem = PrivateKey::generate(KeyKind::rsa).pem();
    set_secret("service_account", json::write(json::Object{{"type", "service_account"},
                                                           {"client_email", "sync@p.iam"},
                                                           {"private_key_id", "k"},
                                                           {"private_key", pem.reveal()}}));
  }
  const std::string api_ = "/admin/directory/v1/groups";
};

// spec/oidc 2: Google has no groups claim; the Directory API says them to a service account.
TEST_F(GoogleGroups, AreAskedOfTheDirectoryApi) {
  const auto usual = [this](const http::FetchRequest& request) -> Result<http::FetchResponse> {
    json::Object tokens = idp_.token_answer;
    if (form_field(request, "assertion").empty()) {
      tokens.set("id_token", idp_.token(idp_.claims()));
    } else {
      tokens.set("access_token", "directory-token");
    }
    return json_answer(200, tokens);
  };
  idp_.on("/token", usual);
  idp_.on(api_, [](const http::FetchRequest& request) -> Result<http::FetchResponse> {
    const bool second = parameter(request.url, "pageToken") == "p2";
    json::Object page{{"groups", json::Array{json::Object{
                                     {"email", second ? "ops@acme.test" : "eng@acme.test"}}}}};
    if (!second) page.set("nextPageToken", "p2");
    return json_answer(200, page);
  });
  EXPECT_EQ(groups_of_sign_in(), "present eng@acme.test ops@acme.test ");
  EXPECT_EQ(parameter(idp_.last(api_).url, "userKey"), "a@acme.test");
  EXPECT_EQ(idp_.last(api_).fields.back().second, "Bearer directory-token");
}

TEST_F(GroupDirectoryTest, AConnectionWhoseVendorHasNoDirectoryApiSaysSo) {
  connect({{"groups_source", "directory"}});
  EXPECT_EQ(groups_of_sign_in(), "unknown ");
  EXPECT_NE(problem_.find("No directory API"), std::string::npos) << problem_;
}

}  // namespace
}  // namespace rollcall::test
