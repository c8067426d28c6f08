#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

TEST(ScimAuthentication, RefusesWithoutAValidBearerToken) {  // RFC 7644 §2, RFC 6750 §3
  Idp idp;
  const Idp::Fields cases[] = {{},
                               {{"Authorization", "non-token"}},
                               {{"Authorization", "Bearer "}},
                               {{"Authorization", "Bearer " + idp.token + "x"}},
                               {{"Authorization", "Basic " + idp.token}},
                               {{"Authorization", "Bearer " + std::string(5000, 'a')}}};
  for (const auto& fields : cases) {
    const auto answer = idp.send_bare("GET", "/scim/v2/Users", {}, fields);
    EXPECT_EQ(answer.status(), 401);
    EXPECT_NE(answer.header("WWW-Authenticate"), "");
    EXPECT_EQ(answer.text("status"), "401");
    EXPECT_EQ(answer.text("schemas/0"), "urn:ietf:params:scim:api:messages:2.0:Error");
  }
}

TEST(ScimAuthentication, SchemeIsCaseInsensitive) {
  Idp idp;
  const auto answer =
      idp.send_bare("GET", "/scim/v2/Users", {}, {{"authorization", "bearer " + idp.token}});
  EXPECT_EQ(answer.status(), 200);
}

TEST(ScimAuthentication, SeveralTokensAreAliveAtOnceAndRevokingOneEndsItAtOnce) {
  Idp idp;
  const auto first = idp.token;
  ASSERT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
  auto second = idp.directory->write_now(Actor{}, [&](Transaction& tx) -> Result<CreatedToken> {
    TRY(const auto organization, tx.organizations().get("acme"));
    NewToken token;
    token.organization = organization.key;
    token.scim_connection = tx.organizations().scim_connections(organization.key).front().key;
    token.name = "next";
    return tx.tokens().add(token);
  });
  ASSERT_TRUE(second);
  idp.token = second->secret.reveal();
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
  ASSERT_TRUE(idp.directory->write_now(
      Actor{}, [&](Transaction& tx) { return tx.tokens().revoke(idp.token_id); }));
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
  idp.token = first;
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 401);
}

TEST(ScimAuthentication, AnExpiredTokenIsRefusedThoughItWasRemembered) {
  Idp idp;
  auto created = idp.directory->write_now(Actor{}, [&](Transaction& tx) -> Result<CreatedToken> {
    TRY(const auto organization, tx.organizations().get("acme"));
    NewToken token;
    token.organization = organization.key;
    token.scim_connection = tx.organizations().scim_connections(organization.key).front().key;
    token.name = "short";
    token.expires = tx.now() + std::chrono::minutes(5);
    return tx.tokens().add(token);
  });
  ASSERT_TRUE(created);
  idp.token = created->secret.reveal();
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
  idp.clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 401);
}

TEST(ScimAuthentication, LastUseIsKept) {
  Idp idp;
  idp.send("GET", "/scim/v2/Users");
  idp.clock.advance(std::chrono::minutes(1));
  idp.send("GET", "/scim/v2/Users");
  const auto used_at = idp.clock.now();
  idp.api->flush_token_use();
  const auto token = idp.directory->read_now(
      [&](Transaction& tx) -> Result<Token> { return *tx.tokens().find(token_hash(idp.token)); });
  ASSERT_TRUE(token);
  EXPECT_EQ(token->last_used, used_at);
}

TEST(ScimAuthentication, ADisabledConnectionIsForbidden) {
  Idp idp;
  ASSERT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
  ASSERT_TRUE(idp.directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
    TRY(const auto organization, tx.organizations().get("acme"));
    auto connection = tx.organizations().scim_connections(organization.key).front();
    connection.enabled = false;
    CHECK_OK(tx.organizations().put_scim_connection(connection));
    return {};
  }));
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 403);
}

// F60
TEST(ScimAuthentication, IsHeldToTheIpRulesOfTheOrganizationAtOnce) {
  Idp idp;
  ASSERT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
  const auto allow = [&](const char* range) {
    ASSERT_TRUE(idp.directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
      TRY(auto organization, tx.organizations().get("acme"));
      organization.policy.ip_rules = {.enabled = true, .allow = {range}, .deny = {}};
      CHECK_OK(tx.organizations().update(organization));
      return {};
    }));
  };
  allow("10.0.0.0/8");
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 403);
  EXPECT_EQ(idp.send("POST", "/scim/v2/Users", R"({"userName": "ada@acme.test"})").status(), 403);
  allow("192.0.2.0/24");
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").status(), 200);
}

TEST(ScimAuthentication, IdsOfAnotherOrganizationAreNotFound) {
  Idp idp;
  const auto user = idp.add_user("ada@acme.test");
  const auto group = idp.add_group("Engineering", {user});
  idp.token = idp.other_token();
  for (const auto& path : {"/scim/v2/Users/" + user, "/scim/v2/Groups/" + group}) {
    EXPECT_EQ(idp.send("GET", path).status(), 404);
    EXPECT_EQ(idp.send("DELETE", path).status(), 404);
    EXPECT_EQ(
        idp.send("PATCH", path, patch_body(R"({"op":"replace","path":"displayName","value":"x"})"))
            .status(),
        404);
  }
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").number("totalResults"), 0);
  EXPECT_EQ(idp.send("GET", "/scim/v2/acme/Users").status(), 404);
  EXPECT_EQ(idp.send("GET", "/scim/v2/globex/Users").status(), 200);
  EXPECT_EQ(idp.send("GET", "/scim/v2/GLOBEX/Users").status(), 200);
  // A member of another organization is no user of this one.
  const auto mine = idp.add_group("Mine");
  EXPECT_EQ(
      idp.send("PATCH", "/scim/v2/Groups/" + mine,
               patch_body(R"({"op":"add","path":"members","value":[{"value":")" + user + R"("}]})"))
          .status(),
      400);
}

}  // namespace
}  // namespace rollcall::test
