#include "gateway/app/ready_file.h"

#include "tests/gateway/app/scratch.h"
#include "tests/support/sign_in.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace rollcall::app {
namespace {

using test::Scratch;

class ReadyFile : public testing::Test {
 protected:
  ReadyFile() {
    DirectoryOptions options;
    options.store = "sqlite::memory:";
    options.audit_key = Secret(std::string(32, 'k'));
    directory = Directory::open(std::move(options), clock, log);
    add("acme", {"okta", "entra"});
  }

  void add(std::string_view slug, const std::vector<std::string>& connections) {
    const auto done = directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
      TRY(const auto organization, tx.organizations().add(slug));
      for (const std::string& id : connections) {
        const ScimConnection connection{.key = ScimConnectionKey(0),
                                        .organization = organization.key,
                                        .organization_slug = {},
                                        .id = id};
        CHECK_OK(tx.organizations().put_scim_connection(connection));
      }
      return {};
    });
    if (!done) throw std::runtime_error(done.error().detail());
  }

  json::Object start() {
    const Urls at{"http://127.0.0.1:8080", "http://127.0.0.1:9090"};
    json::Object document =
        ready_document(scratch / "ready.json", *directory, test::key_ring(), at);
    write_ready_file(scratch / "ready.json", document);
    return document;
  }

  std::vector<Token> alive(std::optional<std::string_view> slug) {
    auto tokens = directory->read_now([&](Transaction& tx) -> Result<std::vector<Token>> {
      std::optional<OrganizationKey> organization;
      if (slug) {
        TRY(const auto found, tx.organizations().get(*slug));
        organization = found.key;
      }
      auto all = tx.tokens().list(organization);
      std::erase_if(all, [&](const Token& token) { return !token.alive(tx.now()); });
      return all;
    });
    return *std::move(tokens);
  }

  void revoke(std::string_view secret) {
    const auto done = directory->write_now(Actor{}, [&](Transaction& tx) {
      return tx.tokens().revoke(tx.tokens().find(token_hash(secret))->id);
    });
    ASSERT_TRUE(done);
  }

  const Scratch scratch;
  const SystemClock clock;
  Log log{LogFormat::text, LogLevel::error};
  std::unique_ptr<Directory> directory;
};

const json::Array& scim(const json::Object& document, std::size_t organization) {
  return *document.find("organizations")->array()->at(organization).object()->find("scim")->array();
}
std::string text(const json::Object& object, std::string_view name) {
  return *object.find(name)->string();
}
std::string token(const json::Value& scim_entry) { return text(*scim_entry.object(), "token"); }

TEST_F(ReadyFile, HasTheShapeOfTheContract) {
  const json::Object document = start();
  const std::string first = token(scim(document, 0).at(0));
  const std::string second = token(scim(document, 0).at(1));
  const json::Object expected{
      {"base_url", "http://127.0.0.1:8080"},
      {"admin_url", "http://127.0.0.1:8080/api/v1"},
      {"metrics_url", "http://127.0.0.1:9090/metrics"},
      {"admin_token", text(document, "admin_token")},
      {"organizations",
       json::Array{json::Object{
           {"slug", "acme"},
           {"scim",
            json::Array{
                json::Object{{"connection", text(*scim(document, 0)[0].object(), "connection")},
                             {"base_url", "http://127.0.0.1:8080/scim/v2"},
                             {"token", first}},
                json::Object{{"connection", text(*scim(document, 0)[1].object(), "connection")},
                             {"base_url", "http://127.0.0.1:8080/scim/v2"},
                             {"token", second}}}},
           {"connections", json::Array{}}}}}};
  EXPECT_EQ(document, expected);
  EXPECT_NE(first, second);
  EXPECT_EQ(*json::parse(test::content_of(scratch / "ready.json")), json::Value(document));
}

TEST_F(ReadyFile, NamesTheAddressesThatTheFormsOfIdpsWant) {
  const auto done = directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
    TRY(const auto organization, tx.organizations().get("acme"));
    const auto put = [&](const char* id, const char* settings) {
      return tx.organizations().put_connection(
          {.organization = organization.key, .id = id, .settings = settings});
    };
    CHECK_OK(put("a-oidc", R"({"protocol":"oidc","oidc":{"issuer":"https://i","client_id":"c"}})"));
    tx.connection_secrets(organization.key)
        .set(test::key_ring(), "a-oidc", "client_secret", Secret("hush"));
    CHECK_OK(put("b-saml", R"({"protocol":"saml"})"));
    CHECK_OK(put("c-saml", R"({"protocol":"saml","enabled":false,"saml":{"sp":)"
                           R"({"entity_id":"urn:us","acs_url":"https://old.test/acs"}}})"));
    return {};
  });
  ASSERT_TRUE(done);
  const json::Object document = start();
  const json::Object& acme = *document.find("organizations")->array()->at(0).object();
  const std::string base = "http://127.0.0.1:8080";
  const json::Array expected{
      json::Object{{"id", "a-oidc"},
                   {"protocol", "oidc"},
                   {"login_url", base + "/login?connection=acme/a-oidc"},
                   {"state", "ready"},
                   {"oidc", json::Object{{"redirect_uri", base + "/oidc/acme/a-oidc/callback"},
                                         {"backchannel_logout_uri",
                                          base + "/oidc/acme/a-oidc/backchannel-logout"}}}},
      json::Object{{"id", "b-saml"},
                   {"protocol", "saml"},
                   {"login_url", base + "/login?connection=acme/b-saml"},
                   {"state", "incomplete"},
                   {"saml", json::Object{{"entity_id", base + "/saml/acme/b-saml/metadata"},
                                         {"acs_url", base + "/saml/acme/b-saml/acs"},
                                         {"metadata_url", base + "/saml/acme/b-saml/metadata"},
                                         {"slo_url", base + "/saml/acme/b-saml/slo"}}}},
      json::Object{{"id", "c-saml"},
                   {"protocol", "saml"},
                   {"login_url", base + "/login?connection=acme/c-saml"},
                   {"state", "disabled"},
                   {"saml", json::Object{{"entity_id", "urn:us"},
                                         {"acs_url", "https://old.test/acs"},
                                         {"metadata_url", base + "/saml/acme/c-saml/metadata"},
                                         {"slo_url", base + "/saml/acme/c-saml/slo"}}}}};
  EXPECT_EQ(*acme.find("connections"), json::Value(expected));
  EXPECT_EQ(test::content_of(scratch / "ready.json").find("hush"), std::string::npos);
}

TEST_F(ReadyFile, KeepsTokensThatAreStillAlive) {
  const json::Object first = start();
  EXPECT_EQ(start(), first);
  EXPECT_EQ(alive("acme").size(), 2u);
  EXPECT_EQ(alive(std::nullopt).size(), 1u);
}

TEST_F(ReadyFile, ReplacesOnlyWhatWasRevoked) {
  const json::Object first = start();
  revoke(token(scim(first, 0).at(0)));
  const json::Object second = start();
  EXPECT_NE(token(scim(second, 0).at(0)), token(scim(first, 0).at(0)));
  EXPECT_EQ(token(scim(second, 0).at(1)), token(scim(first, 0).at(1)));
  EXPECT_EQ(text(second, "admin_token"), text(first, "admin_token"));
}

TEST_F(ReadyFile, MakesNewTokensWhenItWasRemovedAndRevokesItsOldOnes) {
  const json::Object first = start();
  std::filesystem::remove(scratch / "ready.json");
  const json::Object second = start();
  EXPECT_NE(text(second, "admin_token"), text(first, "admin_token"));
  EXPECT_EQ(alive("acme").size(), 2u);
  EXPECT_EQ(alive(std::nullopt).size(), 1u);
}

TEST_F(ReadyFile, LeavesTokensOfOtherNamesAlone) {
  NewToken wanted;
  wanted.kind = TokenKind::operator_;
  wanted.name = "ci";
  const auto created = directory->write_now(
      Actor{}, [&](Transaction& tx) -> Result<CreatedToken> { return tx.tokens().add(wanted); });
  ASSERT_TRUE(created);
  start();
  std::filesystem::remove(scratch / "ready.json");
  start();
  EXPECT_EQ(alive(std::nullopt).size(), 2u);
}

TEST_F(ReadyFile, DoesNotTakeATokenOfAnotherUse) {
  const json::Object first = start();
  const std::string scim_token = token(scim(first, 0).at(0));
  const json::Object forged{{"admin_token", scim_token}};
  write_ready_file(scratch / "ready.json", forged);
  EXPECT_NE(text(start(), "admin_token"), scim_token);
}

TEST_F(ReadyFile, ListsEveryOrganization) {
  add("globex", {});
  const json::Object document = start();
  EXPECT_EQ(document.find("organizations")->array()->size(), 2u);
}

TEST_F(ReadyFile, TakesABrokenFileForNone) {
  scratch.file("ready.json", "{\"admin_token\": [", 0600);
  EXPECT_TRUE(text(start(), "admin_token").starts_with("rco_"));
}

}  // namespace
}  // namespace rollcall::app
