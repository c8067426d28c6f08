#include "scim/address.h"

#include <gtest/gtest.h>

namespace rollcall::scim {
namespace {

http::Request request_of(std::string_view path) {
  http::Request request;
  request.path = path;
  request.origin = "https://x.test";
  return request;
}

struct PathCase {
  const char* path;
  const char* base;
  const char* organization;
  std::vector<std::string> segments;
};

class ScimAddress : public testing::TestWithParam<PathCase> {};

TEST_P(ScimAddress, FindsBaseOrganizationAndEndpoint) {
  const auto& expected = GetParam();
  const auto address = read_address(request_of(expected.path));
  ASSERT_TRUE(address);
  EXPECT_EQ(address->base, expected.base);
  EXPECT_EQ(address->organization.value_or(""), expected.organization);
  EXPECT_EQ(address->segments, expected.segments);
}

INSTANTIATE_TEST_SUITE_P(
    Paths, ScimAddress,
    testing::Values(PathCase{"/scim/v2/Users", "https://x.test/scim/v2", "", {"Users"}},
                    PathCase{"/scim/v2/Users/7", "https://x.test/scim/v2", "", {"Users", "7"}},
                    // Tenant URLs that end in '/' (spec/scim 1.1).
                    PathCase{"/scim/v2//Users", "https://x.test/scim/v2", "", {"Users"}},
                    PathCase{"/scim/v2/Users/", "https://x.test/scim/v2", "", {"Users"}},
                    PathCase{"/scim/Groups", "https://x.test/scim", "", {"Groups"}},
                    PathCase{"/scim/v2/acme/Users/.search",
                             "https://x.test/scim/v2/acme",
                             "acme",
                             {"Users", ".search"}},
                    PathCase{"/scim/v2/acme", "https://x.test/scim/v2/acme", "acme", {}},
                    PathCase{"/scim/v2/users", "https://x.test/scim/v2", "", {"Users"}},
                    PathCase{"/scim/v2", "https://x.test/scim/v2", "", {}}));

TEST(ScimAddress, RefusesOtherVersions) {  // RFC 7644 §3.13
  for (const auto* path : {"/scim/v1/Users", "/scim/v1.1/Users", "/scim/v3"}) {
    const auto address = read_address(request_of(path));
    ASSERT_FALSE(address) << path;
    EXPECT_EQ(address.error().fault(), Fault::invalid_version);
  }
}

TEST(ScimAddress, RefusesAmbiguousPaths) {
  for (const auto* path : {"/scim/v2/../v2/Users", "/scim/v2/Users/%2e%2e", "/scim/v2/Users/a%2fb",
                           "/scim/v2/Users/%00", "/scim/v2/Users/%zz"}) {
    EXPECT_FALSE(read_address(request_of(path))) << path;
  }
}

struct AcceptCase {
  const char* accept;
  const char* type;  // empty: refused
};

class ScimAccept : public testing::TestWithParam<AcceptCase> {};

TEST_P(ScimAccept, ChoosesTheMediaType) {  // RFC 7644 §3.8
  auto request = request_of("/scim/v2/Users");
  request.fields.push_back({"accept", GetParam().accept});
  const auto type = answer_type(request);
  EXPECT_EQ(type ? *type : "", GetParam().type) << GetParam().accept;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, ScimAccept,
    testing::Values(AcceptCase{"application/scim+json", "application/scim+json"},
                    AcceptCase{"*/*", "application/scim+json"},
                    AcceptCase{"", "application/scim+json"},
                    AcceptCase{"application/json", "application/json"},
                    AcceptCase{"application/json, application/scim+json;q=0.5",
                               "application/scim+json"},
                    AcceptCase{"text/html, */*;q=0.1", "application/scim+json"},
                    AcceptCase{"text/html", ""}, AcceptCase{"application/xml, text/plain", ""}));

TEST(ScimBodyType, TakesJsonOfEitherNameAndRefusesOthers) {
  const auto verdict = [](std::string_view type) {
    auto request = request_of("/scim/v2/Users");
    request.fields.push_back({"Content-Type", type});
    return static_cast<bool>(check_body_type(request));
  };
  EXPECT_TRUE(verdict("application/scim+json"));
  EXPECT_TRUE(verdict("application/json"));
  EXPECT_TRUE(verdict("Application/JSON; charset=utf-8"));
  EXPECT_FALSE(verdict("application/x-www-form-urlencoded"));
  EXPECT_FALSE(verdict("text/xml"));
  EXPECT_TRUE(check_body_type(request_of("/scim/v2/Users")));
}

}  // namespace
}  // namespace rollcall::scim
