#include "gateway/admin/organization_file.h"
#include "tests/gateway/admin/admin_fixture.h"

namespace rollcall::admin {
namespace {

using http::Method;
using Items = std::vector<std::string>;

/// What connections keep secret, through the API and `apply`.
class AdminSecrets : public AdminTest {
 protected:
  AdminSecrets() { make_organization("acme"); }

  static std::string body(const std::string& oidc) {
    return R"({"protocol": "oidc", "oidc": {"issuer": "https://idp.example", "client_id": "c")" +
           oidc + "}}";
  }
  static std::string file(const std::string& secret) {
    return "organization: {slug: acme}\nconnections:\n"
           "  - {id: okta, protocol: oidc, oidc: {issuer: \"https://idp.example\", client_id: c" +
           secret + "}}\n";
  }
  std::string stored(const std::string& name) {
    std::string text = "(none)";
    in("acme", [&](Transaction& transaction, const Organization& organization) {
      auto secrets = transaction.connection_secrets(organization.key);
      if (const auto secret = secrets.get(keys_, "okta", name)) text = secret->reveal();
    });
    return text;
  }
  std::size_t audited(const std::string& type) {
    return size_at(get("/organizations/acme/audit?type=" + type), "items");
  }

  const std::string path_ = "/organizations/acme/connections/okta";
  static constexpr const char* hush = "hush-hush-5ecret";
};

TEST_F(AdminSecrets, AreKeptAndNeverShownAgain) {
  const std::string stated = body(std::string(R"(, "client_secret": ")") + hush + "\"");
  const auto made = put(path_, stated);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(stored("client_secret"), hush);
  EXPECT_EQ(at(made, "secrets"), R"(["client_secret"])");
  EXPECT_EQ(at(made, "state"), "ready");
  EXPECT_EQ(at(made, "problem"), "null");
  const std::string yaml = file(std::string(", client_secret: ") + hush);
  for (const auto& answer :
       {made, get(path_), get("/organizations/acme/connections"), put(path_, stated), remove(path_),
        get("/organizations/acme/export"), plan(yaml), apply(yaml),
        get("/organizations/acme/audit"), get("/organizations/acme/audit/export"),
        put(path_, body(std::string(R"(, "clock_skew": 999, "client_secret": ")") + hush + "\"")),
        put(path_, body(std::string(R"(, "client_secret": [")") + hush + "\"]")),
        apply(file(std::string(", client_secret: [") + hush + "]")),
        apply(file(std::string(", client_secrets: ") + hush))}) {
    EXPECT_FALSE(answer.body.empty());
    EXPECT_EQ(answer.body.find(hush), std::string::npos) << answer.body;
  }
  EXPECT_EQ(at(get(path_), "oidc.client_secret"), "(none)");
}

TEST_F(AdminSecrets, ThatAreNotStatedStayAndNullEndsOne) {
  put(path_, body(R"(, "client_secret": "one")"));
  EXPECT_EQ(put(path_, body(R"(, "max_age": 60)")).status, 200);
  EXPECT_EQ(stored("client_secret"), "one");
  EXPECT_EQ(put(path_, body(R"(, "client_secret": "two")")).status, 200);
  EXPECT_EQ(stored("client_secret"), "two");
  EXPECT_EQ(audited("connection.secret.set"), 2U);
  const auto ended = put(path_, body(R"(, "client_secret": null)"));
  EXPECT_EQ(at(ended, "secrets"), "[]");
  EXPECT_EQ(at(ended, "state"), "incomplete");
  EXPECT_EQ(at(ended, "problem"), "oidc.client_secret is missing.");
  EXPECT_EQ(stored("client_secret"), "(none)");
  put(path_, body(R"(, "client_secret": null)"));
  EXPECT_EQ(audited("connection.secret.removed"), 1U);
}

// Whoever may write settings could have them sent to themselves otherwise.
TEST_F(AdminSecrets, DoNotFollowSettingsThatSendThemElsewhere) {
  put(path_, body(R"(, "client_secret": "one")"));
  const auto moved = put(path_, R"({"protocol": "oidc", "oidc": {"issuer": "https://evil.example",
                                    "client_id": "c"}})");
  EXPECT_EQ(at(moved, "secrets"), "[]");
  EXPECT_EQ(at(moved, "state"), "incomplete");
  EXPECT_EQ(stored("client_secret"), "(none)");
  EXPECT_EQ(audited("connection.secret.removed"), 1U);
  put(path_, body(R"(, "client_secret": "two")"));
  EXPECT_EQ(stored("client_secret"), "two");
  EXPECT_EQ(
      planned(apply("organization: {slug: acme}\nconnections:\n  - {id: okta, protocol: oidc, "
                    "oidc: {issuer: \"https://evil.example\", client_id: c}}\n"),
              "changed"),
      Items{"connection okta (oidc, client_secret)"});
  EXPECT_EQ(stored("client_secret"), "(none)");
}

TEST_F(AdminSecrets, OfADirectoryDoNotFollowItsAddress) {
  const auto settings = [](const std::string& vendor, const std::string& secrets,
                           const std::string& directory) {
    return R"({"protocol": "oidc", "vendor": ")" + vendor +
           R"(", "oidc": {"issuer": "https://idp.example", "client_id": "c")" + secrets +
           R"(}, "directory": {)" + directory + "}}";
  };
  const std::string evil = R"("url": "https://evil.example")";
  const std::vector<std::pair<std::string, std::string>> sent{
      {"okta", "directory_token"}, {"google", "service_account"}, {"entra", "client_secret"}};
  for (const auto& [vendor, name] : sent) {
    for (const bool detour : {false, true}) {
      put(path_,
          settings(vendor, R"(, "client_secret": "c")", R"("token": "t", "service_account": "s")"));
      put(path_, settings(vendor, R"(, "max_age": 60)", ""));
      EXPECT_NE(stored(name), "(none)") << vendor;
      if (detour) put(path_, settings("generic", "", evil));
      put(path_, settings(vendor, "", evil));
      EXPECT_EQ(stored(name), "(none)") << vendor << detour;
    }
  }
}

TEST_F(AdminSecrets, OfADirectoryOfGroupsAreKeptBesideTheClients) {
  const auto made = put(path_, R"({"protocol": "oidc", "groups_source": "directory",
      "oidc": {"client_secret": "a"}, "directory": {"url": "https://graph.example", "token": "b",
      "administrator": "root@acme.example", "service_account": "{\"k\": \"c\"}"}})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "secrets"), R"(["client_secret","directory_token","service_account"])");
  EXPECT_EQ(at(made, "directory.administrator"), "root@acme.example");
  EXPECT_EQ(at(made, "directory.token"), "(none)");
  EXPECT_EQ(stored("directory_token"), "b");
  EXPECT_EQ(stored("service_account"), R"({"k": "c"})");
}

TEST_F(AdminSecrets, EndWithTheirConnection) {
  put(path_, body(R"(, "client_secret": "one")"));
  EXPECT_EQ(remove(path_ + "?confirm=true").status, 204);
  EXPECT_EQ(stored("client_secret"), "(none)");
  EXPECT_EQ(at(put(path_, body("")), "secrets"), "[]");
  EXPECT_EQ(apply(file(", client_secret: two")).status, 200);
  EXPECT_EQ(apply("organization: {slug: acme}\nconnections: []\n").status, 200);
  EXPECT_EQ(stored("client_secret"), "(none)");
}

TEST_F(AdminSecrets, AreNamedByThePlanAndTheSameFileTwiceFindsNothingToDo) {
  ASSERT_EQ(apply(file(", client_secret: one")).status, 200);
  EXPECT_EQ(stored("client_secret"), "one");
  const std::string changes = "connection.changed";
  const auto again = apply(file(", client_secret: one"));
  for (const char* list : {"added", "changed", "removed"}) EXPECT_EQ(size_at(again, list), 0U);
  EXPECT_EQ(audited("connection.secret.set"), 1U);
  EXPECT_EQ(audited(changes), 0U);

  const auto dry = plan(file(", client_secret: two"));
  EXPECT_EQ(planned(dry, "changed"), Items{"connection okta (client_secret)"});
  EXPECT_EQ(stored("client_secret"), "one");
  EXPECT_EQ(planned(apply(file(", client_secret: two, max_age: 60")), "changed"),
            Items{"connection okta (oidc, client_secret)"});
  EXPECT_EQ(stored("client_secret"), "two");
  // What the file does not state stays.
  EXPECT_EQ(planned(apply(file("")), "changed"), Items{"connection okta (oidc)"});
  EXPECT_EQ(stored("client_secret"), "two");
  EXPECT_EQ(planned(apply(file(", client_secret: null")), "changed"),
            Items{"connection okta (client_secret)"});
  EXPECT_EQ(stored("client_secret"), "(none)");
}

TEST_F(AdminSecrets, AreTheSameWhateverTheOrderOfTheSettings) {
  put(path_,
      R"({"oidc": {"client_id": "c", "issuer": "https://idp.example"}, "protocol": "oidc"})");
  const auto again = apply(file(""));
  EXPECT_EQ(size_at(again, "changed"), 0U) << again.body;
  EXPECT_EQ(audited("connection.changed"), 0U);
}

TEST_F(AdminSecrets, InFilesComeAlongWithApplyAndAreRefusedInABody) {
  const std::string yaml = file(", client_secret_file: secrets/okta.txt");
  expect_problem(apply(yaml), 422, "invalid_value");
  const auto packed = with_named_files(yaml, [](const std::string& path) -> Result<std::string> {
    return "content of " + path + "\n";
  });
  ASSERT_TRUE(packed);
  ASSERT_EQ(apply(*packed).status, 200);
  EXPECT_EQ(stored("client_secret"), "content of secrets/okta.txt");
  EXPECT_EQ(at(get(path_), "oidc.client_secret_file"), "(none)");
  for (const std::string& content : {std::string(), std::string(" \n"), std::string(20'000, 'x')}) {
    const auto bad =
        with_named_files(yaml, [&](const std::string&) -> Result<std::string> { return content; });
    expect_problem(apply(*bad), 422, "invalid_value");
  }
  expect_problem(put(path_, body(R"(, "client_secret_file": "/etc/passwd")")), 422,
                 "invalid_value");
  expect_problem(post(path_ + "/test", body(R"(, "client_secret_file": "/etc/passwd")")), 422,
                 "invalid_value");
  EXPECT_EQ(stored("client_secret"), "content of secrets/okta.txt");
}

struct Bad {
  const char* name;
  const char* settings;
  const char* sentence;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class AdminBadSettings : public AdminSecrets, public testing::WithParamInterface<Bad> {};

TEST_P(AdminBadSettings, AreRefusedByName) {
  const auto refused = put(path_, GetParam().settings);
  expect_problem(refused, 422, "invalid_value");
  ASSERT_FALSE(errors_of(refused).empty());
  EXPECT_NE(errors_of(refused).front().find(GetParam().sentence), std::string::npos)
      << errors_of(refused).front();
  EXPECT_EQ(get(path_).status, 404);
}

INSTANTIATE_TEST_SUITE_P(
    Connections, AdminBadSettings,
    testing::Values(
        Bad{"no_algorithm", R"({"protocol": "oidc", "oidc": {"algorithms": ["none"]}})",
            "not \"none\""},
        Bad{"symmetric", R"({"protocol": "oidc", "oidc": {"algorithms": ["RS256", "HS256"]}})",
            "not \"HS256\""},
        Bad{"tenant_by_name", R"({"protocol": "oidc", "oidc": {"tenants": ["acme.example"]}})",
            "a GUID, not \"acme.example\""},
        Bad{"tenant_common", R"({"protocol": "oidc", "oidc": {"tenants": ["common"]}})", "a GUID"},
        Bad{"skew", R"({"protocol": "oidc", "oidc": {"clock_skew": 301}})", "from 0 to 300"},
        Bad{"age", R"({"protocol": "oidc", "oidc": {"max_age": -1}})", "from 0 to 31536000"},
        Bad{"client_authentication", R"({"protocol": "oidc", "oidc": {"token_auth": "basic"}})",
            "client_secret_basic"},
        Bad{"response_mode", R"({"protocol": "oidc", "oidc": {"response_mode": "fragment"}})",
            "query form_post"},
        Bad{"empty_secret", R"({"protocol": "oidc", "oidc": {"client_secret": ""}})",
            "or null for none"},
        Bad{"domain", R"({"protocol": "oidc", "domains": ["https://acme.example"]})",
            "is not the name of an e-mail domain"},
        Bad{"unknown", R"({"protocol": "oidc", "oidc": {"tenant": []}})", "did you mean"},
        Bad{"vendor", R"({"protocol": "oidc", "vendor": "azure"})", "entra"}),
    [](const auto& row) { return std::string(row.param.name); });

// product.md: the settings are as they were stated, and the form of the IdP wants these of us.
TEST_F(AdminSecrets, AreBesideTheAddressesThatTheFormOfTheIdpWants) {
  const auto made = put(path_, body(R"(, "client_secret": "one")"));
  const std::string ours = "https://gw.test/oidc/acme/okta/";
  EXPECT_EQ(at(made, "login_url"), "https://gw.test/login?connection=acme/okta");
  EXPECT_EQ(at(made, "addresses.redirect_uri"), ours + "callback");
  EXPECT_EQ(at(made, "addresses.initiate_login_uri"), ours + "login");
  EXPECT_EQ(at(made, "addresses.backchannel_logout_uri"), ours + "backchannel-logout");
  EXPECT_EQ(at(made, "addresses.frontchannel_logout_uri"), ours + "frontchannel-logout");
  EXPECT_EQ(at(made, "addresses.post_logout_redirect_uri"), "https://gw.test/logout/done");
  EXPECT_EQ(at(made, "addresses.jwks_uri"), ours + "jwks.json");
  EXPECT_EQ(at(put(path_, R"({"protocol": "oidc", "enabled": false})"), "state"), "disabled");
  EXPECT_EQ(at(put(path_, R"({"protocol": "saml"})"), "addresses"), "(none)");
}

}  // namespace
}  // namespace rollcall::admin
