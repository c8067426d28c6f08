#include "scim/discovery.h"

#include "scim/list_query.h"
#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

const json::Object& child(const json::Object& owner, std::string_view name) {
  return *owner.find(name)->object();
}

TEST(ScimDiscovery, ServiceProviderConfigHasEveryRequiredMember) {  // RFC 7643 §5
  const auto config = object(service_provider_config(base_url));
  for (const char* feature : {"patch", "bulk", "filter", "changePassword", "sort", "etag"}) {
    ASSERT_NE(config.find(feature), nullptr) << feature;
    EXPECT_NE(child(config, feature).find("supported")->boolean(), nullptr) << feature;
  }
  EXPECT_EQ(*child(config, "filter").find("maxResults"), json::Value(max_count));
  EXPECT_NE(child(config, "bulk").find("maxOperations")->integer(), nullptr);
  EXPECT_NE(child(config, "bulk").find("maxPayloadSize")->integer(), nullptr);
  const json::Object& scheme = *config.find("authenticationSchemes")->array()->front().object();
  EXPECT_EQ(*scheme.find("type"), json::Value("oauthbearertoken"));
  EXPECT_NE(scheme.find("name"), nullptr);
  EXPECT_NE(scheme.find("description"), nullptr);
  EXPECT_EQ(*child(config, "meta").find("location"),
            json::Value("https://scim.example.com/scim/v2/ServiceProviderConfig"));
  EXPECT_NE(config.find("pagination"), nullptr);  // RFC 9865
}

TEST(ScimDiscovery, ListsBothResourceTypes) {  // RFC 7643 §6
  const auto list = object(resource_types(base_url));
  EXPECT_EQ(*list.find("totalResults"), json::Value(2));
  const auto user = object(*resource_type("user", base_url));
  EXPECT_EQ(*user.find("id"), *user.find("name"));
  EXPECT_EQ(*user.find("endpoint"), json::Value("/Users"));
  EXPECT_EQ(*user.find("schema"), json::Value(user_urn));
  EXPECT_EQ(
      json::write(*user.find("schemaExtensions")),
      R"([{"schema":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","required":false},)"
      R"({"schema":"urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User","required":false}])");
  EXPECT_EQ(json::write(*object(*resource_type("Group", base_url)).find("schemaExtensions")), "[]");
  EXPECT_EQ(*child(user, "meta").find("location"),
            json::Value("https://scim.example.com/scim/v2/ResourceTypes/User"));
  EXPECT_FALSE(resource_type("Device", base_url));
}

TEST(ScimDiscovery, ListsTheSchemasAndGivesEachByUrnInAnyCase) {  // RFC 7643 §7
  const auto list = object(schemas(base_url));
  EXPECT_EQ(*list.find("totalResults"), json::Value(4));
  EXPECT_EQ(list.find("Resources")->array()->size(), 4U);
  for (const std::string_view urn : {user_urn, group_urn, enterprise_urn, license_urn}) {
    const auto document = object(*schema(urn, base_url));
    EXPECT_EQ(*document.find("id"), json::Value(urn));
    EXPECT_FALSE(document.find("attributes")->array()->empty());
    EXPECT_EQ(*child(document, "meta").find("location"),
              json::Value(std::string(base_url) + "/Schemas/" + std::string(urn)));
  }
  EXPECT_TRUE(schema("URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER", base_url));
  EXPECT_FALSE(schema("urn:ietf:params:scim:api:messages:2.0:PatchOp", base_url));
  EXPECT_FALSE(schema("", base_url));
}

}  // namespace
}  // namespace rollcall::scim
