#include "oidc/provider_metadata.h"

#include "gateway/base/json.h"
#include "oidc/entra_issuer.h"
#include "oidc/metadata_warnings.h"
#include "tests/oidc/exchange.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

constexpr const char* tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
constexpr const char* personal = "9188040d-6c67-4c5b-b112-36a304b66dad";

json::Array words(std::initializer_list<const char*> texts) {
  json::Array array;
  for (const char* text : texts) array.emplace_back(text);
  return array;
}

/// A document that nothing is wrong with, and that nothing is warned of.
json::Object document() {
  return {{"issuer", "https://idp.example"},
          {"authorization_endpoint", "https://idp.example/authorize"},
          {"token_endpoint", "https://idp.example/token"},
          {"jwks_uri", "https://idp.example/jwks"},
          {"userinfo_endpoint", "https://idp.example/userinfo"},
          {"end_session_endpoint", "https://idp.example/logout"},
          {"pushed_authorization_request_endpoint", "https://idp.example/par"},
          {"require_pushed_authorization_requests", true},
          {"authorization_response_iss_parameter_supported", true},
          {"response_types_supported", words({"code", "id_token"})},
          {"response_modes_supported", words({"query", "form_post"})},
          {"token_endpoint_auth_methods_supported", words({"client_secret_post"})},
          {"id_token_signing_alg_values_supported", words({"RS256", "ES256"})},
          {"scopes_supported", words({"openid", "groups"})},
          {"code_challenge_methods_supported", words({"S256"})}};
}

Result<ProviderMetadata> parse(const json::Object& object,
                               const ClientSettings& settings = test::settings()) {
  return parse_provider_metadata(json::write(object), settings);
}

Result<ProviderMetadata> parse_with(std::string_view name, json::Value value,
                                    const ClientSettings& settings = test::settings()) {
  json::Object object = document();
  object.set(name, std::move(value));
  return parse(object, settings);
}

ClientSettings settings_of(std::string issuer, std::vector<std::string> tenants = {}) {
  ClientSettings settings = test::settings();
  settings.issuer = std::move(issuer);
  settings.tenants = std::move(tenants);
  return settings;
}

// Discovery §4.1, spec/oidc 1.5
TEST(OidcDiscovery, TheDocumentLiesBelowTheIssuer) {
  const std::pair<const char*, const char*> rows[] = {
      {"https://idp.example", "https://idp.example/.well-known/openid-configuration"},
      {"https://idp.example/", "https://idp.example/.well-known/openid-configuration"},
      {"https://idp.example:8443/realms/r",
       "https://idp.example:8443/realms/r/.well-known/openid-configuration"},
      {"https://idp.example//a/", "https://idp.example//a/.well-known/openid-configuration"},
      {"https://[2001:db8::1]/x", "https://[2001:db8::1]/x/.well-known/openid-configuration"},
  };
  for (const auto& [issuer, expected] : rows) {
    const auto url = discovery_url(settings_of(issuer));
    ASSERT_TRUE(url) << issuer;
    EXPECT_EQ(*url, expected);
  }
}

// Discovery §2, spec/oidc 1.5
TEST(OidcDiscovery, AnIssuerIsAnHttpsUrlAndNothingMore) {
  for (const std::string& issuer :
       std::vector<std::string>{"",
                                "idp.example",
                                "http://idp.example",
                                "HTTPS://idp.example",
                                "ftp://idp.example",
                                "https://",
                                "https:///path",
                                "https://idp.example?a=b",
                                "https://idp.example?",
                                "https://idp.example#f",
                                "https://idp.example#",
                                "https://me@idp.example",
                                "https://me:pw@idp.example",
                                "https://idp.example:",
                                "https://idp.example:0",
                                "https://idp.example:65536",
                                "https://idp.example:4x",
                                "https://idp example",
                                "https://idp.example/ä",
                                "https://idp.example/\n",
                                "https://idp.example\\@evil.example",
                                "https://[idp.example]",
                                "https://[::1",
                                "https://idp.example/{tenantid}/v2.0",
                                "https://127.0.0.1.evil.example\t",
                                "http://localhost",
                                "http://127.0.0.1:8080",
                                "https://idp.example/" + std::string(2048, 'a')}) {
    const auto url = discovery_url(settings_of(issuer));
    EXPECT_FALSE(url) << issuer;
    if (!url) EXPECT_EQ(url.error().fault(), Fault::invalid_value) << issuer;
  }
}

// spec/oidc 1.5: "http allowed only for explicitly flagged loopback test IdPs"
TEST(OidcDiscovery, PlainHttpIsForFlaggedLoopbackHostsAlone) {
  const std::pair<const char*, bool> rows[] = {
      {"http://localhost:8080", true},      {"http://LOCALHOST", true},
      {"http://127.0.0.1", true},           {"http://127.8.9.1:1", true},
      {"http://[::1]:9000/x", true},        {"https://localhost", true},
      {"https://idp.example", true},        {"http://idp.example", false},
      {"http://127.0.0.1.nip.io", false},   {"http://localhost.example", false},
      {"http://10.0.0.1", false},           {"http://[::2]", false},
      {"http://localhost@10.0.0.1", false}, {"http://0.0.0.0", false},
  };
  for (const auto& [url, allowed] : rows) {
    EXPECT_EQ(is_endpoint(url, true), allowed) << url;
    EXPECT_EQ(is_endpoint(url, false), std::string_view(url).starts_with("https://")) << url;
    ClientSettings settings = settings_of(url);
    settings.allow_insecure_loopback = true;
    EXPECT_EQ(static_cast<bool>(discovery_url(settings)), allowed) << url;
  }
}

// spec/oidc 1.5: "common/organizations/consumers without allow-list = refuse to start"
TEST(OidcDiscovery, AnIssuerOfManyTenantsNeedsToKnowWhichComeIn) {
  for (const std::string name : {"common", "organizations", "consumers"}) {
    const std::string issuer = "https://login.microsoftonline.com/" + name + "/v2.0";
    EXPECT_EQ(test::code_of(discovery_url(settings_of(issuer))), "invalid_value") << issuer;
    EXPECT_TRUE(discovery_url(settings_of(issuer, {tenant}))) << issuer;
  }
  EXPECT_TRUE(discovery_url(settings_of("https://idp.example/commons/v2.0")));
  EXPECT_TRUE(discovery_url(settings_of("https://idp.example/common")));
}

// spec/oidc 1.5: "after checking tid is a GUID in the configured tenant allow-list"
TEST(OidcDiscovery, ATenantIsAGuid) {
  const std::string issuer = "https://login.microsoftonline.com/common/v2.0";
  for (const char* id :
       {"", "contoso.onmicrosoft.com", "common", "*", "{tenantid}",
        "72f988bf86f141af91ab2d7cd011db47", "72f988bf-86f1-41af-91ab-2d7cd011db4",
        "72f988bf-86f1-41af-91ab-2d7cd011db47/", "72f988bf-86f1-41af-91ab-2d7cd011db4g",
        "72f988bf-86f1-41af-91ab+2d7cd011db47"}) {
    EXPECT_FALSE(discovery_url(settings_of(issuer, {tenant, id}))) << id;
  }
  EXPECT_TRUE(discovery_url(settings_of(issuer, {"72F988BF-86F1-41AF-91AB-2D7CD011DB47"})));
}

TEST(OidcMetadata, IsReadWhole) {
  const auto metadata = parse(document());
  ASSERT_TRUE(metadata) << metadata.error().why();
  EXPECT_EQ(metadata->issuer, "https://idp.example");
  EXPECT_EQ(metadata->authorization_endpoint, "https://idp.example/authorize");
  EXPECT_EQ(metadata->token_endpoint, "https://idp.example/token");
  EXPECT_EQ(metadata->jwks_uri, "https://idp.example/jwks");
  EXPECT_EQ(metadata->userinfo_endpoint, "https://idp.example/userinfo");
  EXPECT_EQ(metadata->end_session_endpoint, "https://idp.example/logout");
  EXPECT_EQ(metadata->pushed_authorization_request_endpoint, "https://idp.example/par");
  EXPECT_TRUE(metadata->require_pushed_authorization_requests);
  EXPECT_TRUE(metadata->authorization_response_iss_parameter_supported);
  EXPECT_EQ(metadata->token_endpoint_auth_methods_supported,
            std::vector<std::string>{"client_secret_post"});
  EXPECT_EQ(metadata->id_token_signing_alg_values_supported,
            (std::vector<std::string>{"RS256", "ES256"}));
  EXPECT_EQ(metadata->response_types_supported, (std::vector<std::string>{"code", "id_token"}));
  EXPECT_EQ(metadata->response_modes_supported, (std::vector<std::string>{"query", "form_post"}));
  EXPECT_EQ(metadata->scopes_supported, (std::vector<std::string>{"openid", "groups"}));
  EXPECT_EQ(metadata->code_challenge_methods_supported, std::vector<std::string>{"S256"});
  EXPECT_TRUE(metadata->warnings.empty()) << metadata->warnings.front();
}

// Discovery §4.3, spec/oidc 1.3 ("iss with an extra /") and 1.5
TEST(OidcMetadata, TheIssuerIsTheConfiguredOneToTheByte) {
  for (const json::Value& issuer :
       {json::Value("https://idp.example/"), json::Value("https://IDP.example"),
        json::Value("https://idp.example:443"), json::Value("http://idp.example"), json::Value(""),
        json::Value(), json::Value(7), json::Value(words({"https://idp.example"})),
        json::Value("https://{tenantid}/v2.0")}) {
    EXPECT_EQ(test::code_of(parse_with("issuer", issuer)), "issuer_mismatch");
  }
  json::Object without = document();
  without.erase("issuer");
  EXPECT_EQ(test::code_of(parse(without)), "issuer_mismatch");
}

// The document may be anybody's: what it calls itself is told without control characters.
TEST(OidcMetadata, AnotherIssuerIsToldInBoundedPlainText) {
  const auto refused =
      parse_with("issuer", std::string("https://evil\r\n\x1b[2J") + std::string(5000, 'x'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why().find_first_of("\r\n\x1b"), std::string::npos);
  EXPECT_LT(refused.error().why().size(), 300U);
}

// spec/oidc 1.5, Entra multi-tenant
TEST(OidcMetadata, EntrasTemplateStandsForItsSharedIssuersAlone) {
  const std::string base = "https://login.microsoftonline.com/";
  const auto with = [](std::string id) {
    return "https://login.microsoftonline.com/" + std::move(id) + "/v2.0";
  };
  struct Row {
    std::string configured;
    std::string said;
    bool accepted;
  };
  for (const auto& [configured, said, accepted] : {
           Row{with("organizations"), with("{tenantid}"), true},
           Row{with("common"), with("{tenantid}"), true},
           Row{with("consumers"), with(personal), true},
           Row{with("common"), with(tenant), true},
           Row{with("common"), with("common"), true},
           Row{with("common"), with("00000000-0000-0000-0000-000000000000"), false},
           Row{with("common"), with("{tenantId}"), false},
           Row{with("common"), with("organizations"), false},
           Row{with("common"), "https://login.microsoftonline.us/{tenantid}/v2.0", false},
           Row{with("common"), "https://sts.windows.net/{tenantid}/", false},
           Row{with(tenant), with("{tenantid}"), false},
           Row{with(tenant), with(personal), false},
           Row{with(tenant), with(tenant), true},
           Row{base + "common", base + "{tenantid}", false},
       }) {
    const auto metadata = parse_with("issuer", said, settings_of(configured, {tenant, personal}));
    EXPECT_EQ(test::code_of(metadata), accepted ? "" : "issuer_mismatch")
        << configured << " " << said;
    if (metadata) EXPECT_EQ(metadata->issuer, said);
  }
}

// spec/oidc 1.5: "All endpoints https"
TEST(OidcMetadata, EveryEndpointIsAnHttpsUrl) {
  for (const char* name :
       {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint",
        "end_session_endpoint", "pushed_authorization_request_endpoint"}) {
    for (const json::Value& url :
         {json::Value("http://idp.example/x"), json::Value("http://127.0.0.1/x"),
          json::Value("https://idp.example/x#f"), json::Value("https://u@idp.example/x"),
          json::Value("javascript:alert(1)"), json::Value("//idp.example/x"), json::Value(""),
          json::Value("https://idp.example/\r\nx"), json::Value(7), json::Value(true),
          json::Value("https://idp.example/" + std::string(3000, 'a'))}) {
      const auto refused = parse_with(name, url);
      EXPECT_EQ(test::code_of(refused), "idp_unreachable") << name << json::write(url);
      if (!refused) EXPECT_NE(refused.error().why().find(name), std::string::npos);
    }
    // Some IdPs have a query or an empty segment in theirs.
    EXPECT_TRUE(parse_with(name, "https://idp.example//x//y?p=b2c")) << name;
  }
}

TEST(OidcMetadata, PlainHttpIsReadWhereTheConnectionAllowsLoopback) {
  ClientSettings settings = test::settings();
  settings.allow_insecure_loopback = true;
  EXPECT_TRUE(parse_with("token_endpoint", "http://127.0.0.1:8080/token", settings));
  EXPECT_FALSE(parse_with("token_endpoint", "http://idp.example/token", settings));
}

// Discovery §3
TEST(OidcMetadata, ThreeEndpointsAreRequired) {
  for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    json::Object without = document();
    without.erase(name);
    EXPECT_EQ(test::code_of(parse(without)), "idp_unreachable") << name;
    EXPECT_EQ(test::code_of(parse_with(name, json::Null())), "idp_unreachable") << name;
  }
  for (const char* name : {"userinfo_endpoint", "end_session_endpoint", "scopes_supported"}) {
    json::Object without = document();
    without.erase(name);
    EXPECT_TRUE(parse(without)) << name;
    EXPECT_TRUE(parse_with(name, json::Null())) << name;
  }
}

// RFC 9126 §5
TEST(OidcMetadata, RequiredPushingNeedsAPlaceToPushTo) {
  json::Object without = document();
  without.erase("pushed_authorization_request_endpoint");
  EXPECT_EQ(test::code_of(parse(without)), "idp_unreachable");
  without.set("require_pushed_authorization_requests", false);
  EXPECT_TRUE(parse(without));
}

TEST(OidcMetadata, WithoutTheCodeFlowThereIsNoSignIn) {
  EXPECT_EQ(test::code_of(parse_with("response_types_supported", words({"id_token", "token"}))),
            "idp_unreachable");
  EXPECT_TRUE(parse_with("response_types_supported", words({"id_token", "code"})));
}

TEST(OidcMetadata, WhatHasAnotherTypeOrIsAbsurdIsNoDocument) {
  json::Array many;
  for (int i = 0; i < 1001; ++i) many.emplace_back("scope");
  const std::pair<const char*, json::Value> rows[] = {
      {"require_pushed_authorization_requests", "true"},
      {"authorization_response_iss_parameter_supported", 1},
      {"token_endpoint_auth_methods_supported", "client_secret_basic"},
      {"id_token_signing_alg_values_supported", json::Object{{"RS256", true}}},
      {"code_challenge_methods_supported", json::Array{json::Value(256)}},
      {"scopes_supported", many},
      {"scopes_supported", json::Array{json::Value(std::string(257, 's'))}},
      {"response_types_supported", json::Array{json::Value()}},
  };
  for (const auto& [name, value] : rows) {
    EXPECT_EQ(test::code_of(parse_with(name, value)), "idp_unreachable") << name;
  }
}

// spec/oidc 1.5 (1 MiB) and the duplicate members of 0.1
TEST(OidcMetadata, TextThatIsNoObjectOfUniqueMembersIsRefused) {
  const std::string good = json::write(document());
  const std::string twice =
      good.substr(0, good.size() - 1) + R"(,"jwks_uri":"https://evil.example/jwks"})";
  for (const std::string& text :
       {std::string(), std::string("<html>"), std::string("[]"), std::string("null"), good + "x",
        good.substr(0, good.size() - 1), twice, good + std::string(1024 * 1024, ' ')}) {
    EXPECT_EQ(test::code_of(parse_provider_metadata(text, test::settings())), "idp_unreachable")
        << text.substr(0, 40);
  }
  EXPECT_TRUE(parse_provider_metadata(good + std::string(1000, ' '), test::settings()));
}

TEST(OidcMetadata, TheAdministratorIsWarned) {
  ClientSettings form = test::settings();
  form.response_mode = ResponseMode::form_post;
  ClientSettings basic = test::settings();
  basic.auth = ClientAuth::basic;
  struct Row {
    const char* name;
    json::Value value;
    ClientSettings settings;
    const char* word;
  };
  const Row rows[] = {
      {"id_token_signing_alg_values_supported", words({"RS256", "none"}), {}, "none"},
      {"id_token_signing_alg_values_supported", words({"HS256"}), {}, "algorithms"},
      {"code_challenge_methods_supported", words({"plain"}), {}, "S256"},
      {"code_challenge_methods_supported", json::Null(), {}, "S256"},
      {"response_types_supported", json::Null(), {}, "response types"},
      {"response_modes_supported", words({"query"}), form, "form_post"},
      {"token_endpoint_auth_methods_supported", words({"none"}), basic, "client_secret_basic"},
      {"jwks_uri", "https://keys.example/jwks", {}, "keys.example"},
  };
  for (const Row& row : rows) {
    const bool own = !row.settings.client_id.empty();
    const ClientSettings settings = own ? row.settings : test::settings();
    const auto metadata = parse_with(row.name, row.value, settings);
    ASSERT_TRUE(metadata) << row.name;
    const auto warnings = metadata_warnings(*metadata, settings);
    ASSERT_EQ(warnings.size(), 1U) << row.name;
    EXPECT_NE(warnings.front().find(row.word), std::string::npos) << warnings.front();
  }
  EXPECT_TRUE(metadata_warnings(*parse(document(), form), form).empty());
}

// spec/oidc 1.5: metadata is kept by issuer, so that other connections read it too.
TEST(OidcMetadata, WhatOneConnectionIsWarnedOfIsNotKeptForOthers) {
  ClientSettings odd = test::settings();
  odd.response_mode = ResponseMode::form_post;
  odd.auth = ClientAuth::basic;
  odd.algorithms = {SignatureScheme::ed25519};
  json::Object queried = document();
  queried.set("response_modes_supported", words({"query"}));
  const auto metadata = parse(queried, odd);
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata_warnings(*metadata, odd).size(), 3U);
  EXPECT_TRUE(metadata_warnings(*metadata, test::settings()).empty());
  EXPECT_TRUE(metadata->warnings.empty());
}

// What a session or a front-channel logout names; Entra writes tenants in lower case.
TEST(OidcMetadata, AnIssuerIsTheConnectionsOwnOrThatOfOneOfItsTenants) {
  EXPECT_TRUE(is_issuer({.issuer = "https://idp.example"}, "https://idp.example"));
  EXPECT_FALSE(is_issuer({.issuer = "https://idp.example"}, "https://idp.example/"));
  const std::string host = "https://login.example/";
  const ClientSettings shared{.issuer = host + "common/v2.0",
                              .tenants = {"72F988BF-86F1-41AF-91AB-2D7CD011DB47"}};
  EXPECT_TRUE(is_issuer(shared, host + tenant + "/v2.0"));
  EXPECT_FALSE(is_issuer(shared, host + personal + "/v2.0"));
  EXPECT_FALSE(is_issuer(shared, shared.issuer));
}

// spec/oidc 1.5: "pin the host set at first load"
TEST(OidcMetadata, ItsHostsAreToldOnce) {
  const auto metadata = parse_with("jwks_uri", "https://KEYS.example:444/jwks");
  ASSERT_TRUE(metadata);
  EXPECT_EQ(endpoint_hosts(*metadata), (std::vector<std::string>{"idp.example", "keys.example"}));
}

}  // namespace
}  // namespace rollcall::oidc
