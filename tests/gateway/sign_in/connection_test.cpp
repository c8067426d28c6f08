// Stored settings as a connection: contract "Connections", product.md, spec/oidc 1.3, 1.4.
#include "gateway/sign_in/connection.h"

#include "gateway/directory/transaction.h"
#include "oidc/own_keys.h"
#include "tests/gateway/sign_in/sign_ins.h"

namespace rollcall::sign_in::test {
namespace {

Organization acme() {
  return {.key = OrganizationKey(1),
          .slug = "acme",
          .name = "Acme",
          .plan = {},
          .policy = {},
          .created = {}};
}

SignInConnection read(const json::Object& declared, const Secrets& secrets = {}) {
  return read_connection(acme(),
                         {.organization = OrganizationKey(1),
                          .id = "idp",
                          .settings = json::write(json::Value(declared))},
                         secrets);
}

Secrets with_secret() { return {{"client_secret", Secret("s")}}; }

json::Object oidc(json::Object over = {}) {
  json::Object all{{"issuer", issuer}, {"client_id", "rollcall"}};
  for (const json::Member& member : over) all.set(member.name, member.value);
  return {{"protocol", "oidc"}, {"oidc", std::move(all)}};
}

TEST(SignInConnection, HasDefaults) {
  const SignInConnection connection = read(oidc(), with_secret());
  EXPECT_EQ(connection.name(), "acme/idp");
  EXPECT_EQ(connection.state, ConnectionState::ready);
  EXPECT_EQ(connection.protocol, Protocol::oidc);
  EXPECT_EQ(connection.vendor, Vendor::generic);
  EXPECT_FALSE(connection.jit);
  EXPECT_EQ(connection.groups_source, GroupsSource::assertion);
  EXPECT_EQ(connection.email_verified_by, EmailVerifiedBy::claim);
  // spec/oidc 1.3
  EXPECT_EQ(connection.oidc.algorithms,
            (std::vector{SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pss_sha256,
                         SignatureScheme::ecdsa_p256_sha256}));
  EXPECT_EQ(connection.oidc.clock_skew, std::chrono::seconds(30));
  EXPECT_FALSE(connection.oidc.max_age);
  EXPECT_FALSE(connection.oidc.auth);
  EXPECT_TRUE(connection.oidc.logout_at_idp);
  EXPECT_EQ(connection.oidc.response_mode, oidc::ResponseMode::query);
  EXPECT_EQ(connection.claims.groups, "groups");
}

TEST(SignInConnection, ReadsEverySetting) {
  json::Object declared = oidc({{"scopes", json::Array{"email"}},
                                {"token_auth", "client_secret_jwt"},
                                {"algorithms", json::Array{"EdDSA", "ES384"}},
                                {"response_mode", "form_post"},
                                {"tenants", json::Array{"11111111-1111-4111-8111-111111111111"}},
                                {"audiences", json::Array{"api"}},
                                {"clock_skew", 5},
                                {"max_age", 60},
                                {"acr_values", json::Array{"mfa"}},
                                {"logout_at_idp", false},
                                {"email_verified_by", "domain"}});
  declared.set("directory",
               json::Object{{"url", "https://dir.example"}, {"administrator", "a@acme.test"}});
  declared.set("vendor", "keycloak");
  declared.set("jit", true);
  declared.set("domains", json::Array{"ACME.test"});
  declared.set("groups_source", "directory");
  declared.set("groups_absent", "deny");
  declared.set("groups_separator", ";");
  declared.set("group_match", "casefold");
  declared.set("allow_groups", json::Array{"eng"});
  declared.set("include_nested", true);
  declared.set("max_groups", 250);
  declared.set("attribute_map", json::Object{{"email", "mail"}, {"groups", "/realm/groups"}});
  const SignInConnection connection = read(declared, with_secret());
  EXPECT_EQ(connection.state, ConnectionState::ready);
  EXPECT_EQ(connection.vendor, Vendor::keycloak);
  EXPECT_TRUE(connection.jit);
  EXPECT_EQ(connection.domains, std::vector<std::string>{"acme.test"});
  EXPECT_EQ(connection.email_verified_by, EmailVerifiedBy::domain);
  EXPECT_EQ(connection.groups_source, GroupsSource::directory);
  EXPECT_EQ(connection.groups_absent, GroupsAbsent::deny);
  EXPECT_EQ(connection.allow_groups, std::vector<std::string>{"eng"});
  EXPECT_TRUE(connection.fold_groups);
  EXPECT_TRUE(connection.include_nested);
  EXPECT_EQ(connection.max_groups, 250U);
  EXPECT_EQ(connection.directory.base_url, "https://dir.example");
  EXPECT_EQ(connection.directory_administrator, "a@acme.test");
  EXPECT_EQ(connection.claims.email, "mail");
  EXPECT_EQ(connection.claims.groups, "/realm/groups");
  EXPECT_EQ(connection.claims.groups_separator, ";");
  const oidc::ClientSettings& client = connection.oidc;
  EXPECT_EQ(client.scopes, std::vector<std::string>{"email"});
  EXPECT_EQ(client.auth, oidc::ClientAuth::secret_jwt);
  EXPECT_EQ(client.algorithms,
            (std::vector{SignatureScheme::ed25519, SignatureScheme::ecdsa_p384_sha384}));
  EXPECT_EQ(client.response_mode, oidc::ResponseMode::form_post);
  EXPECT_EQ(client.tenants.size(), 1U);
  EXPECT_EQ(client.audiences, std::vector<std::string>{"api"});
  EXPECT_EQ(client.clock_skew, std::chrono::seconds(5));
  EXPECT_EQ(client.max_age, std::chrono::seconds(60));
  EXPECT_EQ(client.acr_values, std::vector<std::string>{"mfa"});
  EXPECT_FALSE(client.logout_at_idp);
}

// What is stored was checked; what is not as it should be reads as if it were not there.
TEST(SignInConnection, SurvivesWhatIsNoSettings) {
  for (const char* text : {"", "[]", "7", R"({"oidc":7,"domains":7,"jit":"yes"})", "{\"a\":"}) {
    const SignInConnection connection = read_connection(
        acme(), {.organization = OrganizationKey(1), .id = "idp", .settings = text}, {});
    EXPECT_EQ(connection.state, ConnectionState::incomplete) << text;
    EXPECT_FALSE(connection.jit);
  }
}

struct VendorDefault {
  Vendor vendor;
  GroupsAbsent absent;
  bool nested;
  const char* directory;
};
class SignInVendor : public testing::TestWithParam<VendorDefault> {};

// product.md: okta and keycloak omit an empty groups claim.
TEST_P(SignInVendor, HasItsDefaults) {
  json::Object declared = oidc();
  declared.set("vendor", name(GetParam().vendor));
  const SignInConnection connection = read(declared, with_secret());
  EXPECT_EQ(connection.groups_absent, GetParam().absent);
  EXPECT_EQ(connection.include_nested, GetParam().nested);
  EXPECT_EQ(connection.directory.base_url, GetParam().directory);
  EXPECT_EQ(connection.oidc.scopes, oidc::default_scopes(GetParam().vendor));
}
INSTANTIATE_TEST_SUITE_P(
    All, SignInVendor,
    testing::Values(
        VendorDefault{Vendor::okta, GroupsAbsent::empty, false, "https://idp.example"},
        VendorDefault{Vendor::keycloak, GroupsAbsent::empty, false, ""},
        VendorDefault{Vendor::entra, GroupsAbsent::keep, true, "https://graph.microsoft.com"},
        VendorDefault{Vendor::google, GroupsAbsent::keep, false, "https://admin.googleapis.com"},
        VendorDefault{Vendor::onelogin, GroupsAbsent::keep, false, ""},
        VendorDefault{Vendor::generic, GroupsAbsent::keep, false, ""}),
    [](const auto& at) { return std::string(name(at.param.vendor)); });

TEST(SignInConnection, KnowsIssuersThatVendorsShare) {
  const std::string tenant = "11111111-1111-4111-8111-111111111111";
  const std::string other = "22222222-2222-4222-8222-222222222222";
  const auto issuer_of = [](const char* vendor, json::Array tenants) {
    const SignInConnection connection =
        read({{"vendor", vendor},
              {"oidc", json::Object{{"client_id", "c"}, {"tenants", std::move(tenants)}}}},
             with_secret());
    return connection.state == ConnectionState::ready ? connection.oidc.issuer : "incomplete";
  };
  EXPECT_EQ(issuer_of("google", {}), "https://accounts.google.com");
  EXPECT_EQ(issuer_of("entra", {tenant}), "https://login.microsoftonline.com/" + tenant + "/v2.0");
  EXPECT_EQ(issuer_of("entra", {tenant, other}),
            "https://login.microsoftonline.com/organizations/v2.0");
  EXPECT_EQ(issuer_of("entra", {}), "incomplete");
  EXPECT_EQ(issuer_of("okta", {}), "incomplete");
}

struct Incomplete {
  const char* name;
  json::Object settings;
  bool secret;
  ConnectionState state;
};
class SignInConnectionState : public testing::TestWithParam<Incomplete> {};

TEST_P(SignInConnectionState, FollowsFromWhatIsThere) {
  EXPECT_EQ(read(GetParam().settings, GetParam().secret ? with_secret() : Secrets()).state,
            GetParam().state);
}

json::Object saml(json::Object members) {
  return {{"protocol", "saml"}, {"saml", std::move(members)}};
}
json::Object off() {
  json::Object settings = oidc();
  settings.set("enabled", false);
  return settings;
}
using enum ConnectionState;
INSTANTIATE_TEST_SUITE_P(
    Rows, SignInConnectionState,
    testing::Values(
        Incomplete{"NoIssuer", oidc({{"issuer", ""}}), true, incomplete},
        Incomplete{"NoClient", oidc({{"client_id", ""}}), true, incomplete},
        Incomplete{"PlainIssuer", oidc({{"issuer", "http://idp.example"}}), true, incomplete},
        Incomplete{"Loopback",
                   oidc({{"issuer", "http://127.0.0.1:1"}, {"allow_insecure_loopback", true}}),
                   true, ready},
        // spec/oidc 1.5: refused without the tenants.
        Incomplete{"Shared", oidc({{"issuer", "https://login.microsoftonline.com/common/v2.0"}}),
                   true, incomplete},
        Incomplete{"NoAlgorithm", oidc({{"algorithms", json::Array{"none"}}}), true, incomplete},
        Incomplete{"NoSecret", oidc(), false, incomplete},
        Incomplete{"NoSecretForBasic", oidc({{"token_auth", "client_secret_basic"}}), false,
                   incomplete},
        Incomplete{"NoSecretForPost", oidc({{"token_auth", "client_secret_post"}}), false,
                   incomplete},
        Incomplete{"NoSecretForJwt", oidc({{"token_auth", "client_secret_jwt"}}), false,
                   incomplete},
        Incomplete{"PrivateKey", oidc({{"token_auth", "private_key_jwt"}}), false, ready},
        Incomplete{"Public", oidc({{"token_auth", "none"}}), false, ready},
        Incomplete{"Disabled", off(), true, disabled},
        Incomplete{"SamlWithoutIdp", saml({}), false, incomplete},
        Incomplete{"SamlWithMetadata", saml({{"metadata_url", "https://idp/m"}}), false, ready},
        Incomplete{"SamlWithoutCertificate",
                   saml({{"idp", json::Object{{"entity_id", "e"}, {"sso_url", "u"}}}}), false,
                   incomplete},
        Incomplete{"SamlWithIdp",
                   saml({{"idp", json::Object{{"entity_id", "e"},
                                              {"sso_url", "u"},
                                              {"certificates", json::Array{"pem"}}}}}),
                   false, ready}),
    [](const auto& at) { return std::string(at.param.name); });

TEST(SignInConnection, WantsATestOfTheseVerySettings) {
  Organization organization = acme();
  organization.policy.require_connection_test = true;
  Connection row{
      .organization = organization.key, .id = "idp", .settings = json::write(json::Value(oidc()))};
  const SignInConnection before = read_connection(organization, row, with_secret());
  EXPECT_EQ(before.state, untested);
  row.tested = before.digest;
  EXPECT_EQ(read_connection(organization, row, with_secret()).state, ready);
  EXPECT_EQ(read_connection(organization, row, {{"client_secret", Secret("t")}}).state, untested);
  row.settings = json::write(json::Value(oidc({{"client_id", "other"}})));
  EXPECT_EQ(read_connection(organization, row, with_secret()).state, untested);
}

TEST(SignInConnection, DigestIsOfWhatTheSettingsSay) {
  const auto digest = [](const char* settings, const Secrets& secrets = {}) {
    return read_connection(acme(),
                           {.organization = OrganizationKey(1), .id = "idp", .settings = settings},
                           secrets)
        .digest;
  };
  const Sha256 one = digest(R"({"jit":true,"oidc":{"issuer":"i","client_id":"c"}})");
  EXPECT_EQ(one, digest(R"({"oidc":{"client_id":"c","issuer":"i"},"jit":true})"));
  EXPECT_EQ(one, digest(R"({"oidc":{"client_id":"c","issuer":"i"},"jit":true,"enabled":false})"));
  EXPECT_NE(one, digest(R"({"oidc":{"client_id":"c","issuer":"i"},"jit":false})"));
  EXPECT_NE(digest(R"({"domains":["a","b"]})"), digest(R"({"domains":["b","a"]})"));
  EXPECT_NE(digest("{}"), digest("{}", {{"directory_token", Secret("s")}}));
  EXPECT_NE(digest("{}", {{"client_secret", Secret("s")}}),
            digest("{}", {{"directory_token", Secret("s")}}));
  // Our own keys come at the first test.
  EXPECT_EQ(digest("{}"), digest("{}", {{"signing_key", Secret("s")}}));
}

TEST(SignInConnection, HasAddresses) {
  const SignInConnection connection = read(oidc(), with_secret());
  EXPECT_EQ(login_url("https://gw.test", connection), "https://gw.test/login?connection=acme/idp");
  EXPECT_EQ(oidc_url("https://gw.test", connection, "callback"),
            "https://gw.test/oidc/acme/idp/callback");
}

class SignInCredentials : public SignIns {
 protected:
  oidc::ClientCredentials open() {
    const OwnKeys fresh = make_own_keys(connection());
    return must(
        in([&](Transaction& tx) { return open_credentials(tx, keys, connection(), &fresh); }));
  }
  void use(std::string method, std::string vendor = "generic") {
    declare({{"vendor", vendor},
             {"oidc", json::Object{{"issuer", issuer},
                                   {"client_id", "rollcall"},
                                   {"token_auth", method},
                                   {"encrypted_id_token", true}}}});
  }
};

TEST_F(SignInCredentials, AreTheSecretAlone) {
  const oidc::ClientCredentials credentials = open();
  EXPECT_EQ(credentials.secret.reveal(), "client secret");
  EXPECT_FALSE(credentials.signing_key);
  EXPECT_TRUE(credentials.decryption_keys.empty());
}

TEST_F(SignInCredentials, MakeOurKeysOnce) {
  use("private_key_jwt");
  const auto kept = in([&](Transaction& tx) { return open_credentials(tx, keys, connection()); });
  EXPECT_EQ(code_of(kept), "not_found");
  const oidc::ClientCredentials first = open();
  ASSERT_TRUE(first.signing_key);
  EXPECT_EQ(first.signing_key->algorithm, SignatureScheme::ecdsa_p256_sha256);
  ASSERT_EQ(first.decryption_keys.size(), 1U);
  EXPECT_EQ(first.decryption_keys[0].key.kind(), KeyKind::rsa);
  const oidc::ClientCredentials second = open();
  EXPECT_EQ(second.signing_key->kid, first.signing_key->kid);
  EXPECT_EQ(second.decryption_keys[0].kid, first.decryption_keys[0].kid);
  EXPECT_EQ(events("connection.secret.set").size(), 3U);  // and the client secret
}

// What an earlier setting left behind does not turn a public client into a confidential one.
TEST_F(SignInCredentials, OfAPublicClientAreNone) {
  use("none");
  EXPECT_TRUE(open().secret.empty());
}

// Entra verifies client assertions of RSA keys alone.
TEST_F(SignInCredentials, HaveAKeyThatTheVendorTakes) {
  use("private_key_jwt");
  const std::string kid = open().signing_key->kid;
  use("private_key_jwt", "entra");
  const oidc::ClientCredentials credentials = open();
  EXPECT_EQ(credentials.signing_key->algorithm, SignatureScheme::rsa_pkcs1_sha256);
  EXPECT_NE(credentials.signing_key->kid, kid);
  EXPECT_FALSE(oidc::sign(*credentials.signing_key, "JWT", {{"sub", "c"}}).empty());
  // A test of other settings leaves the key alone that the IdP knows.
  use("private_key_jwt");
  EXPECT_EQ(open().signing_key->kid, kid);
}

TEST_F(SignInCredentials, OfADraftComeFirst) {
  SignInConnection draft = connection();
  draft.draft_secrets["client_secret"] = keys.seal("drafted", draft_purpose);
  const auto credentials =
      must(in([&](Transaction& tx) { return open_credentials(tx, keys, draft); }));
  EXPECT_EQ(credentials.secret.reveal(), "drafted");
}

TEST_F(SignInCredentials, BelongToAConnectionThatExists) {
  const auto find = [&](std::string_view slug, std::string_view id) {
    return code_of(
        directory->read_now([&](Transaction& tx) { return find_connection(tx, keys, slug, id); }));
  };
  EXPECT_EQ(find("acme", "idp"), "");
  EXPECT_EQ(find("ACME", "idp"), "");
  EXPECT_EQ(find("acme", "other"), "not_found");
  EXPECT_EQ(find("other", "idp"), "not_found");
}

}  // namespace
}  // namespace rollcall::sign_in::test
