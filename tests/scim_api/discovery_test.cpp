#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

TEST(ScimDiscovery, IsReadableWithoutAToken) {  // RFC 7644 §4
  Idp idp;
  for (const auto* path :
       {"/scim/v2/ServiceProviderConfig", "/scim/v2/ResourceTypes", "/scim/v2/ResourceTypes/User",
        "/scim/v2/Schemas", "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"}) {
    const auto answer = idp.send_bare("GET", path, {}, {});
    EXPECT_EQ(answer.status(), 200) << path;
    EXPECT_EQ(answer.response.content_type, "application/scim+json");
  }
}

TEST(ScimDiscovery, LocationsAreAbsoluteUnderTheBaseTheClientUsed) {
  Idp idp;
  EXPECT_EQ(idp.send("GET", "/scim/v2/acme/ResourceTypes/User").text("meta.location"),
            "https://scim.example.com/scim/v2/acme/ResourceTypes/User");
}

TEST(ScimDiscovery, RefusesAFilter) {  // RFC 7644 §4
  Idp idp;
  EXPECT_EQ(idp.send("GET", "/scim/v2/Schemas?filter=id%20eq%20%22x%22").status(), 403);
}

TEST(ScimDiscovery, UnknownNamesAreNotFound) {
  Idp idp;
  EXPECT_EQ(idp.send("GET", "/scim/v2/Schemas/urn:x").status(), 404);
  EXPECT_EQ(idp.send("GET", "/scim/v2/ResourceTypes/Device").status(), 404);
  EXPECT_EQ(idp.send("GET", "/scim/v2/Devices").status(), 404);
}

struct MethodCase {
  const char* method;
  const char* path;
  int status;
  const char* allow;
};

class ScimMethods : public testing::TestWithParam<MethodCase> {};

TEST_P(ScimMethods, AreAnsweredRightOnEveryRoute) {
  Idp idp;
  const auto& expected = GetParam();
  const auto answer = idp.send(expected.method, expected.path);
  EXPECT_EQ(answer.status(), expected.status);
  EXPECT_EQ(answer.header("Allow"), expected.allow);
}

INSTANTIATE_TEST_SUITE_P(
    Routes, ScimMethods,
    testing::Values(MethodCase{"PUT", "/scim/v2/Users", 405, "GET, HEAD, POST, OPTIONS"},
                    MethodCase{"OPTIONS", "/scim/v2/Users", 204, "GET, HEAD, POST, OPTIONS"},
                    MethodCase{"HEAD", "/scim/v2/Users", 200, ""},
                    MethodCase{"POST", "/scim/v2/Schemas", 405, "GET, HEAD, OPTIONS"},
                    MethodCase{"POST", "/scim/v2/Users/7", 405,
                               "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
                    MethodCase{"GET", "/scim/v2/Me", 501, ""},
                    MethodCase{"POST", "/scim/v2/Bulk", 501, ""},
                    MethodCase{"GET", "/scim/v1/Users", 400, ""}));

}  // namespace
}  // namespace rollcall::test
