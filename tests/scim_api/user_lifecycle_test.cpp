#include "scim/schema.h"
#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

constexpr std::string_view ada = R"({"userName":"ada@acme.test",
  "emails":[{"value":"ada@acme.test","primary":true}],"displayName":"Ada"})";

class ScimUserLifecycle : public testing::Test {
 protected:
  template <class Work>
  auto in(Work work) {
    auto result = idp.directory->write_now(
        Actor{.kind = ActorKind::operator_token,
              .id = "admin",
              .address = {},
              .source = Source::api,
              .request_id = {}},
        [&](Transaction& tx) { return work(tx, tx.organizations().list().front().key); });
    if (!result) throw std::runtime_error(result.error().detail());
    return *std::move(result);
  }
  void connect(std::string options) {
    in([&](Transaction& tx, OrganizationKey organization) -> Result<bool> {
      auto connection = tx.organizations().scim_connections(organization).front();
      connection.options = std::move(options);
      CHECK_OK(tx.organizations().put_scim_connection(connection));
      return true;
    });
  }
  void license_all() {
    in([&](Transaction& tx, OrganizationKey organization) {
      Organization wanted = tx.organization(organization);
      wanted.policy.licenses = true;
      return tx.organizations().update(wanted);
    });
  }
  void set_seats(std::string_view pool, std::int64_t seats) {
    in([&](Transaction& tx, OrganizationKey organization) -> Result<bool> {
      CHECK_OK(tx.seats(organization).set(pool, std::optional(std::optional(seats)), std::nullopt));
      return true;
    });
  }
  std::optional<License> license_of(const std::string& id) {
    return in([&](Transaction& tx, OrganizationKey organization) -> Result<std::optional<License>> {
      TRY(const User user, tx.users(organization).get(*UserId::parse(id)));
      return user.license;
    });
  }

  Idp idp;
};

// RFC 7643 §4.1.1: userName is unique, an e-mail address is not; Microsoft's collection shares one.
TEST_F(ScimUserLifecycle, UsersOfTheIdpMayShareAnAddress) {
  const auto first = idp.send("POST", "/scim/v2/Users", ada);
  ASSERT_EQ(first.status(), 201) << first.response.body;
  const auto second = idp.send("POST", "/scim/v2/Users", R"({"userName":"ada.admin",
    "emails":[{"value":"ada@acme.test","primary":true}]})");
  ASSERT_EQ(second.status(), 201) << second.response.body;
  EXPECT_NE(second.text("id"), first.text("id"));
  const auto third = idp.send("POST", "/scim/v2/Users", R"({"userName":"grace"})");
  const auto shared = idp.send("PATCH", "/scim/v2/Users/" + third.text("id"),
                               R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"add","path":"emails","value":[{"value":"ada@acme.test","primary":true}]}]})");
  EXPECT_EQ(shared.status(), 200) << shared.response.body;
}

// F57, 3.3e
TEST_F(ScimUserLifecycle, PostLinksAUserWhoWasAddedByHandAndAnswers201) {
  const User added = in([&](Transaction& tx, OrganizationKey organization) {
    UserProfile profile;
    profile.user_name = "Ada@acme.test";
    profile.display_name = profile.user_name;
    profile.emails = {profile.user_name};
    profile.document = R"("userName":"Ada@acme.test")";
    profile.schemas = {std::string(scim::user_urn)};
    return tx.users(organization).add(profile, {});
  });
  const auto answer = idp.send("POST", "/scim/v2/Users", ada);
  EXPECT_EQ(answer.status(), 201) << answer.response.body;
  EXPECT_EQ(answer.text("id"), added.id.str());
  EXPECT_EQ(answer.text("userName"), "ada@acme.test");
  const auto again = idp.send("POST", "/scim/v2/Users", ada);
  EXPECT_EQ(again.status(), 409);
  EXPECT_EQ(again.text("scimType"), "uniqueness");
}

// 3.3d: the IdP shows it and tries again.
TEST_F(ScimUserLifecycle, WithoutAFreeSeatTheAnswerIs403AndSaysSo) {
  set_seats("user", 1);
  const auto id = idp.send("POST", "/scim/v2/Users", ada).text("id");
  const auto refused = idp.send("POST", "/scim/v2/Users", R"({"userName":"bea@acme.test"})");
  EXPECT_EQ(refused.status(), 403);
  EXPECT_NE(refused.text("detail").find("seat_limit"), std::string::npos);
  const auto path = "/scim/v2/Users/" + id;
  const auto off = patch_body(R"({"op":"replace","value":{"active":false}})");
  EXPECT_EQ(idp.send("PATCH", path, off).status(), 200);
  EXPECT_EQ(idp.send("POST", "/scim/v2/Users", R"({"userName":"bea@acme.test"})").status(), 201);
  const auto on = patch_body(R"({"op":"replace","value":{"active":true}})");
  EXPECT_EQ(idp.send("PATCH", path, on).status(), 403);
  EXPECT_EQ(idp.send("GET", path).at("active"), json::Value(false));
}

// RFC 7644 §3.5.1 leaves it open what an omitted attribute becomes.
TEST_F(ScimUserLifecycle, OnlyActiveTrueBringsADeactivatedUserBack) {
  const auto path = "/scim/v2/Users/" + idp.send("POST", "/scim/v2/Users", ada).text("id");
  idp.send("PATCH", path, patch_body(R"({"op":"replace","value":{"active":false}})"));
  const auto put = idp.send("PUT", path, ada);
  EXPECT_EQ(put.status(), 200);
  EXPECT_EQ(put.at("active"), json::Value(false));
  EXPECT_EQ(idp.send("PUT", path, R"({"userName":"ada@acme.test","active":null})").at("active"),
            json::Value(false));
  const auto rename = patch_body(R"({"op":"replace","path":"displayName","value":"A"})");
  EXPECT_EQ(idp.send("PATCH", path, rename).at("active"), json::Value(false));
  EXPECT_EQ(idp.send("GET", path).at("active"), json::Value(false));
  EXPECT_EQ(idp.send("PUT", path, R"({"userName":"ada@acme.test","active":true})").at("active"),
            json::Value(true));
  // A user who is active stays so.
  EXPECT_EQ(idp.send("PUT", path, ada).at("active"), json::Value(true));
}

// F44
TEST_F(ScimUserLifecycle, LicenseTypeDecidesTheLicenceWhereTheConnectionControlsIt) {
  license_all();
  connect(R"({"controls_license": true})");
  constexpr std::string_view body = R"({"userName":"ada@acme.test",
    "schemas":["urn:ietf:params:scim:schemas:core:2.0:User",
               "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User"],
    "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User":{"licenseType":"read_only"}})";
  const auto answer = idp.send("POST", "/scim/v2/Users", body);
  ASSERT_EQ(answer.status(), 201) << answer.response.body;
  EXPECT_EQ(answer.text("urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User/licenseType"),
            "read_only");
  const auto id = answer.text("id");
  EXPECT_EQ(license_of(id), License::read_only);
  const auto change = [&](std::string_view key) {
    return idp.send(
        "PATCH", "/scim/v2/Users/" + id,
        patch_body(
            R"({"op":"replace","path":"urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User:licenseType","value":")" +
            std::string(key) + R"("})"));
  };
  EXPECT_EQ(change("it").status(), 200);
  EXPECT_EQ(license_of(id), License::it);
  const auto unknown = change("gold");
  EXPECT_EQ(unknown.status(), 400);
  EXPECT_EQ(unknown.text("scimType"), "invalidValue");
  EXPECT_EQ(license_of(id), License::it);
  EXPECT_EQ(idp.send("PUT", "/scim/v2/Users/" + id, R"({"userName":"ada@acme.test"})").status(),
            200);
  EXPECT_EQ(license_of(id), License::it) << "absent on update";
}

// 3.3e
TEST_F(ScimUserLifecycle, LicenseTypeIsKeptWithoutEffectElsewhere) {
  license_all();
  constexpr std::string_view body = R"({"userName":"ada@acme.test",
    "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User":{"licenseType":"read_only"}})";
  const auto answer = idp.send("POST", "/scim/v2/Users", body);
  ASSERT_EQ(answer.status(), 201) << answer.response.body;
  EXPECT_EQ(license_of(answer.text("id")), License::developer);
  EXPECT_EQ(answer.text("urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User/licenseType"),
            "read_only");
}

// A value kept from before the connection controlled licences stands in no other patch's way.
TEST_F(ScimUserLifecycle, APatchOfSomethingElseAsksForNoLicence) {
  license_all();
  constexpr std::string_view body = R"({"userName":"ada@acme.test",
    "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User":{"licenseType":"gold"}})";
  const auto id = idp.send("POST", "/scim/v2/Users", body).text("id");
  connect(R"({"controls_license": true})");
  const auto rename = patch_body(R"({"op":"replace","path":"displayName","value":"A"})");
  EXPECT_EQ(idp.send("PATCH", "/scim/v2/Users/" + id, rename).status(), 200);
  EXPECT_EQ(license_of(id), License::developer);
}

TEST_F(ScimUserLifecycle, TheLicenceSchemaIsPublished) {
  const auto schema =
      idp.send("GET", "/scim/v2/Schemas/urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User");
  EXPECT_EQ(schema.status(), 200);
  EXPECT_EQ(schema.text("attributes.0.name"), "licenseType");
}

}  // namespace
}  // namespace rollcall::test
