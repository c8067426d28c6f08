#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

constexpr std::string_view full_user = R"({
  "schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
  "userName":"Ada@Acme.test","externalId":"00u1","password":"s3cret!","locale":"en-US","groups":[],
  "name":{"givenName":"Ada","familyName":"Lovelace"},"active":true,
  "emails":[{"value":"ada@acme.test","type":"work","primary":true}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Engines"}})";

TEST(ScimUsers, PostAnswersTheWholeResourceAndItsLocation) {  // RFC 7644 §3.3
  Idp idp;
  const auto answer = idp.send("POST", "/scim/v2/Users", full_user);
  ASSERT_EQ(answer.status(), 201) << answer.response.body;
  const auto location = "https://scim.example.com/scim/v2/Users/" + answer.text("id");
  EXPECT_EQ(answer.header("Location"), location);
  EXPECT_EQ(answer.text("meta.location"), location);
  EXPECT_EQ(answer.text("meta.resourceType"), "User");
  EXPECT_EQ(answer.text("meta.created"), answer.text("meta.lastModified"));
  EXPECT_EQ(answer.text("meta.version"), answer.header("ETag"));
  EXPECT_EQ(answer.text("userName"), "Ada@Acme.test");
  EXPECT_EQ(answer.text("externalId"), "00u1");
  EXPECT_EQ(answer.text("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department"),
            "Engines");
  EXPECT_TRUE(answer.at("password").is_null());
  EXPECT_EQ(answer.response.content_type, "application/scim+json");
  const auto read = idp.send("GET", "/scim/v2/Users/" + answer.text("id"));
  EXPECT_EQ(read.status(), 200);
  EXPECT_EQ(read.response.body, answer.response.body);
}

TEST(ScimUsers, ASecondUserNameInAnyCaseIsAConflict) {  // RFC 7644 §3.3.1
  Idp idp;
  idp.add_user("Ada@Acme.test");
  const auto answer = idp.send("POST", "/scim/v2/Users", R"({"userName":"ADA@acme.TEST"})");
  EXPECT_EQ(answer.status(), 409);
  EXPECT_EQ(answer.text("scimType"), "uniqueness");
  EXPECT_EQ(answer.text("status"), "409");
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").number("totalResults"), 1);
}

TEST(ScimUsers, ADeletedUserIsGoneForEveryOperationAndItsNameIsFree) {  // RFC 7644 §3.6
  Idp idp;
  const auto id = idp.add_user("ada@acme.test");
  const auto group = idp.add_group("Engineering", {id});
  const auto path = "/scim/v2/Users/" + id;
  EXPECT_EQ(idp.send("DELETE", path).status(), 204);
  EXPECT_EQ(idp.send("DELETE", path).status(), 404);
  EXPECT_EQ(idp.send("GET", path).status(), 404);
  EXPECT_EQ(idp.send("PUT", path, R"({"userName":"ada@acme.test"})").status(), 404);
  EXPECT_EQ(
      idp.send("PATCH", path, patch_body(R"({"op":"replace","value":{"active":false}})")).status(),
      404);
  EXPECT_TRUE(idp.members(group).empty());
  EXPECT_NE(idp.add_user("ada@acme.test"), id);
}

TEST(ScimUsers, PutReplacesAndIgnoresReadOnlyAttributes) {  // RFC 7644 §3.5.1; Okta's PUT
  Idp idp;
  const auto created = idp.send("POST", "/scim/v2/Users", full_user);
  const auto path = "/scim/v2/Users/" + created.text("id");
  idp.clock.advance(std::chrono::seconds(1));
  const auto answer = idp.send("PUT", path,
                               R"({"id":"other","userName":"ada@acme.test","externalId":"00u1",
      "groups":[{"value":"nope"}],"meta":{"resourceType":"Group"},"name":{"givenName":"Augusta"}})");
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.text("id"), created.text("id"));
  EXPECT_EQ(answer.text("name.givenName"), "Augusta");
  EXPECT_TRUE(answer.at("name.familyName").is_null());
  EXPECT_TRUE(answer.at("emails").is_null());
  EXPECT_EQ(answer.at("active"), json::Value(true));
  EXPECT_NE(answer.text("meta.lastModified"), created.text("meta.lastModified"));
}

TEST(ScimUsers, DisablingKeepsTheUserReadable) {  // spec/scim 2.1, 2.2
  Idp idp;
  const auto path = "/scim/v2/Users/" + idp.add_user("ada@acme.test");
  const auto disabled =
      idp.send("PATCH", path, patch_body(R"({"op":"Replace","path":"active","value":"False"})"));
  ASSERT_EQ(disabled.status(), 200) << disabled.response.body;
  EXPECT_EQ(disabled.at("active"), json::Value(false));
  EXPECT_EQ(idp.send("GET", path).at("active"), json::Value(false));
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users?filter=active%20eq%20false").number("totalResults"), 1);
  const auto enabled =
      idp.send("PATCH", path, patch_body(R"({"op":"replace","value":{"active":true}})"));
  EXPECT_EQ(enabled.at("active"), json::Value(true));
}

TEST(ScimUsers, APatchThatFailsInItsLastOperationChangesNothing) {  // RFC 7644 §3.5.2
  Idp idp;
  const auto path = "/scim/v2/Users/" + idp.add_user("ada@acme.test");
  const auto before = idp.send("GET", path).response.body;
  const auto answer =
      idp.send("PATCH", path, patch_body(R"({"op":"replace","path":"nickName","value":"A"},
                                            {"op":"remove","path":"userName"})"));
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.text("scimType"), "mutability");
  EXPECT_EQ(idp.send("GET", path).response.body, before);
}

TEST(ScimUsers, APatchWithoutEffectKeepsVersionAndLastModified) {  // RFC 7644 §3.5.2.1
  Idp idp;
  const auto path = "/scim/v2/Users/" + idp.add_user("ada@acme.test");
  const auto patch =
      patch_body(R"({"op":"add","path":"emails","value":[{"value":"a@b.test","type":"work"}]})");
  const auto first = idp.send("PATCH", path, patch);
  idp.clock.advance(std::chrono::seconds(5));
  const auto second = idp.send("PATCH", path, patch);
  EXPECT_EQ(second.status(), 200);
  EXPECT_EQ(second.response.body, first.response.body);
}

TEST(ScimUsers, EntityTagsGuardReadsAndWrites) {  // RFC 7644 §3.14
  Idp idp;
  const auto path = "/scim/v2/Users/" + idp.add_user("ada@acme.test");
  const auto tag = idp.send("GET", path).header("ETag");
  const auto unchanged = idp.send("GET", path, {}, {{"If-None-Match", tag}});
  EXPECT_EQ(unchanged.status(), 304);
  EXPECT_EQ(unchanged.response.body, "");
  EXPECT_EQ(idp.send("GET", path, {}, {{"If-None-Match", "\"1\", \"99\""}}).status(), 304);
  const auto patch = patch_body(R"({"op":"replace","path":"nickName","value":"A"})");
  EXPECT_EQ(idp.send("PATCH", path, patch, {{"If-Match", "W/\"77\""}}).status(), 412);
  EXPECT_EQ(idp.send("PATCH", path, patch, {{"If-Match", tag}}).status(), 200);
  EXPECT_EQ(idp.send("PUT", path, R"({"userName":"ada@acme.test"})", {{"If-Match", tag}}).status(),
            412);
  EXPECT_EQ(idp.send("DELETE", path, {}, {{"If-Match", tag}}).status(), 412);
  EXPECT_EQ(idp.send("DELETE", path, {}, {{"If-Match", "*"}}).status(), 204);
}

TEST(ScimUsers, AttributesNarrowTheReplyOfReadsAndWrites) {  // RFC 7644 §3.9
  Idp idp;
  const auto answer =
      idp.send("POST", "/scim/v2/Users?attributes=userName,name.givenName", full_user);
  ASSERT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.text("userName"), "Ada@Acme.test");
  EXPECT_EQ(answer.text("name.givenName"), "Ada");
  EXPECT_TRUE(answer.at("name.familyName").is_null());
  EXPECT_TRUE(answer.at("emails").is_null());
  EXPECT_FALSE(answer.text("id").empty());
  const auto path = "/scim/v2/Users/" + answer.text("id");
  EXPECT_TRUE(idp.send("GET", path + "?excludedAttributes=emails").at("emails").is_null());
  EXPECT_EQ(idp.send("GET", path + "?attributes=id&excludedAttributes=userName").status(), 400);
}

TEST(ScimUsers, GroupsAreDerivedFromMemberships) {  // RFC 7643 §4.1.2
  Idp idp;
  const auto user = idp.add_user("ada@acme.test");
  const auto group = idp.add_group("Engineering", {user});
  const auto read = idp.send("GET", "/scim/v2/Users/" + user);
  EXPECT_EQ(read.text("groups.0.value"), group);
  EXPECT_EQ(read.text("groups.0.display"), "Engineering");
  EXPECT_EQ(read.text("groups.0.$ref"), "https://scim.example.com/scim/v2/Groups/" + group);
  EXPECT_TRUE(idp.send("GET", "/scim/v2/Users/" + user + "?excludedAttributes=groups")
                  .at("groups")
                  .is_null());
}

struct BadBody {
  const char* body;
  int status;
  const char* scim_type;
};

class ScimBadUser : public testing::TestWithParam<BadBody> {};

TEST_P(ScimBadUser, IsRefusedWithAHelpfulErrorAndNothingIsWritten) {  // RFC 7644 §3.12
  Idp idp;
  const auto answer = idp.send("POST", "/scim/v2/Users", GetParam().body);
  EXPECT_EQ(answer.status(), GetParam().status) << answer.response.body;
  EXPECT_EQ(answer.text("scimType"), GetParam().scim_type);
  EXPECT_FALSE(answer.text("detail").empty());
  EXPECT_EQ(idp.send("GET", "/scim/v2/Users").number("totalResults"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, ScimBadUser,
    testing::Values(BadBody{"", 400, "invalidSyntax"}, BadBody{"{", 400, "invalidSyntax"},
                    BadBody{"[]", 400, "invalidSyntax"},
                    BadBody{R"({"userName":"a","userName":"b"})", 400, "invalidSyntax"},
                    BadBody{R"({"userName":"a","USERNAME":"b"})", 400, "invalidSyntax"},
                    BadBody{R"({"displayName":"nobody"})", 400, "invalidValue"},
                    BadBody{R"({"userName":""})", 400, "invalidValue"},
                    BadBody{R"({"userName":7})", 400, "invalidValue"},
                    BadBody{R"({"userName":"a\u0009b"})", 400, "invalidValue"},
                    BadBody{R"({"userName":"a","title":"a\u0000b"})", 400, "invalidValue"},
                    BadBody{R"({"userName":"a","active":"maybe"})", 400, "invalidValue"},
                    BadBody{"{\"userName\":\"\xff\"}", 400, "invalidSyntax"}));

TEST(ScimUsers, UserNameMustBeTheEmailWhereTheConnectionWantsIt) {
  Idp idp;
  ASSERT_TRUE(idp.directory->write_now(Actor{}, [&](Transaction& tx) -> Result<> {
    TRY(const auto organization, tx.organizations().get("acme"));
    auto connection = tx.organizations().scim_connections(organization.key).front();
    connection.username_is_email = true;
    CHECK_OK(tx.organizations().put_scim_connection(connection));
    return {};
  }));
  const auto post = [&](const char* body) { return idp.send("POST", "/scim/v2/Users", body); };
  const auto refused = post(R"({"userName":"ada","emails":[{"value":"ada@acme.test"}]})");
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.text("scimType"), "invalidValue");
  EXPECT_EQ(post(R"({"userName":"bea"})").status(), 400);
  const auto created = post(R"({"userName":"Ada@acme.test","emails":[{"value":"x@acme.test"},
      {"value":"ada@acme.test","primary":true}]})");
  ASSERT_EQ(created.status(), 201) << created.response.body;
  EXPECT_EQ(idp.send("PATCH", "/scim/v2/Users/" + created.text("id"),
                     patch_body(R"({"op":"replace","path":"userName","value":"ada"})"))
                .status(),
            400);
}

TEST(ScimUsers, EveryWriteLeavesItsAuditRow) {
  Idp idp;
  const auto path = "/scim/v2/Users/" + idp.add_user("ada@acme.test");
  idp.send("PATCH", path, patch_body(R"({"op":"replace","path":"nickName","value":"A"})"));
  idp.send("PATCH", path, patch_body(R"({"op":"remove","path":"userName"})"));  // refused
  idp.send("DELETE", path);
  const auto events =
      idp.directory->read_now([](Transaction& tx) -> Result<std::vector<AuditEvent>> {
        TRY(const auto organization, tx.organizations().get("acme"));
        EXPECT_FALSE(tx.audit(organization.key).verify().broken_at);
        return tx.audit(organization.key).list(0, 100);
      });
  ASSERT_TRUE(events);
  std::vector<std::string> types;
  for (const auto& event : *events) {
    if (event.type.starts_with("user.")) {
      types.push_back(event.type);
      EXPECT_EQ(event.actor.kind, ActorKind::scim_token);
      EXPECT_EQ(event.actor.id, idp.token_id.str());
      EXPECT_EQ(event.actor.address, "192.0.2.7");
      EXPECT_EQ(event.actor.request_id, "test-request");
    }
  }
  EXPECT_EQ(types, (std::vector<std::string>{"user.added", "user.changed", "user.removed"}));
}

}  // namespace
}  // namespace rollcall::test
