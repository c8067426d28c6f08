#include "scim/attribute_path.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

TEST(ScimAttributePath, ResolvesInAnyCaseToTheSchemasSpelling) {  // RFC 7644 §3.10
  const struct {
    const char* text;
    const char* canonical;
  } cases[] = {
      {"userName", "userName"},
      {"USERNAME", "userName"},
      {"Name.FAMILYNAME", "name.familyName"},
      {"emails.$ref", ""},
      {"groups.$REF", "groups.$ref"},
      {"externalID", "externalId"},
      {"meta.lastmodified", "meta.lastModified"},
      {"urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"},
      {"URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:name.givenname", "name.givenName"},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:USER:Manager.Value",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
  };
  for (const auto& [text, canonical] : cases) {
    const auto path = resolve_path(text, user_type());
    EXPECT_EQ(path ? path->str() : "", canonical) << text;
  }
}

TEST(ScimAttributePath, DoesNotKnowWhatNoSchemaKnows) {
  for (const char* text :
       {"", "nope", "name.", ".givenName", "name.nope", "userName.value", "name.givenName.x",
        "department", "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:core:2.0:User:",
        "urn:ietf:params:scim:schemas:core:2.0:Users:userName",
        "urn:ietf:params:scim:schemas:core:2.0:Group:displayName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName",
        "urn:example:2.0:User:manager"}) {
    EXPECT_FALSE(resolve_path(text, user_type())) << text;
  }
  EXPECT_FALSE(resolve_path("userName", group_type()));
}

TEST(ScimAttributePath, TellsAPathFromOtherText) {
  for (const char* text : {"a", "userName", "name.givenName", "$ref", "x-y_z9",
                           "urn:example:vendor:2.0:User:colour.shade", "urn:example:2.0:User"}) {
    EXPECT_TRUE(is_attribute_path(text)) << text;
  }
  for (const char* text : {"", " ", "9a", "a b", "a.b.c", "a.", "/userName", "emails[0]", "a\"b",
                           ":userName", "urn:", "http//x:y"}) {
    EXPECT_FALSE(is_attribute_path(text)) << text;
  }
}

}  // namespace
}  // namespace rollcall::scim
