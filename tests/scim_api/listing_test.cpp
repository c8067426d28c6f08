#include "gateway/http/url.h"
#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

class ScimListing : public testing::Test {
 protected:
  ScimListing() {
    for (int i = 0; i < 25; ++i) {
      const std::string n = std::to_string(i);
      const auto answer =
          idp_.send("POST", "/scim/v2/Users",
                    R"({"userName":"user)" + n + R"(@acme.test","externalId":"x)" + n +
                        R"(","nickName":"n)" + std::to_string(i % 5) +
                        R"(","emails":[{"type":"work","value":"U)" + n + R"(@mail.test"}]})");
      EXPECT_EQ(answer.status(), 201);
      ids_.push_back(answer.text("id"));
    }
  }
  Answer query(std::string_view filter, std::string_view more = {}) {
    return idp_.send("GET",
                     "/scim/v2/Users?filter=" + http::percent_encode(filter) + std::string(more));
  }

  Idp idp_;
  std::vector<std::string> ids_;
};

TEST_F(ScimListing, PagesShowEveryUserOnceInAStableOrder) {  // RFC 7644 §3.4.2.4; snipe-it#19343
  std::vector<std::string> seen;
  for (int start = 1; start <= 25; start += 10) {
    const auto page =
        idp_.send("GET", "/scim/v2/Users?count=10&startIndex=" + std::to_string(start));
    EXPECT_EQ(page.number("totalResults"), 25);
    EXPECT_EQ(page.number("startIndex"), start);
    const auto resources = page.at("Resources");
    EXPECT_EQ(page.number("itemsPerPage"), static_cast<std::int64_t>(resources.array()->size()));
    for (const auto& user : *resources.array()) {
      seen.push_back(*user.object()->find("id")->string());
    }
  }
  EXPECT_EQ(seen, ids_);
}

TEST_F(ScimListing, AJumpIntoTheListingGivesTheRightRow) {
  const auto page = idp_.send("GET", "/scim/v2/Users?count=1&startIndex=18");
  EXPECT_EQ(page.text("Resources.0.id"), ids_[17]);
}

TEST_F(ScimListing, DeletingBetweenTwoPagesSkipsNobody) {
  idp_.send("GET", "/scim/v2/Users?count=10&startIndex=1");
  idp_.send("DELETE", "/scim/v2/Users/" + ids_[3]);
  const auto page = idp_.send("GET", "/scim/v2/Users?count=10&startIndex=11");
  EXPECT_EQ(page.text("Resources.0.id"), ids_[10]);
}

TEST_F(ScimListing, BeyondTheEndIsAnEmptyPageWithTheTrueTotal) {  // ory/polis#4054
  const auto page = idp_.send("GET", "/scim/v2/Users?count=10&startIndex=99");
  EXPECT_EQ(page.status(), 200);
  EXPECT_EQ(page.number("totalResults"), 25);
  EXPECT_EQ(page.number("itemsPerPage"), 0);
  EXPECT_TRUE(page.at("Resources").array()->empty());
  const auto huge = idp_.send("GET", "/scim/v2/Users?count=10&startIndex=9223372036854775807");
  EXPECT_EQ(huge.number("totalResults"), 25);
}

TEST_F(ScimListing, CountZeroGivesTheTotalOnly) {
  const auto page = idp_.send("GET", "/scim/v2/Users?count=0");
  EXPECT_EQ(page.number("totalResults"), 25);
  EXPECT_TRUE(page.at("Resources").array()->empty());
}

struct FilterCase {
  const char* filter;
  std::int64_t total;
};

class ScimFilters : public ScimListing, public testing::WithParamInterface<FilterCase> {};

TEST_P(ScimFilters, FindExactlyTheMatches) {  // RFC 7644 §3.4.2.2
  const auto answer = query(GetParam().filter);
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.number("totalResults"), GetParam().total) << GetParam().filter;
}

INSTANTIATE_TEST_SUITE_P(
    Filters, ScimFilters,
    testing::Values(FilterCase{R"(userName eq "user7@acme.test")", 1},
                    FilterCase{R"(userName eq "USER7@ACME.TEST")", 1},
                    FilterCase{R"(userName eq "nobody")", 0},
                    FilterCase{R"(externalId eq "x7")", 1}, FilterCase{R"(externalId eq "X7")", 0},
                    FilterCase{R"(emails eq "u7@mail.test")", 1},
                    FilterCase{R"(emails[type eq "work"].value eq "u7@mail.test")", 1},
                    FilterCase{R"(emails[type eq "home" and value eq "u7@mail.test"])", 0},
                    FilterCase{R"(nickName eq "n3")", 5}, FilterCase{R"(nickName co "N")", 25},
                    FilterCase{R"(not (nickName eq "n3"))", 20},
                    FilterCase{R"(nickName eq "n3" or userName eq "user0@acme.test")", 6},
                    FilterCase{R"(userName eq "user3@acme.test" and nickName eq "n3")", 1},
                    FilterCase{R"(userName eq "user3@acme.test" and nickName eq "n4")", 0},
                    FilterCase{R"(id eq "not-a-uuid")", 0},
                    FilterCase{R"(meta.created gt "2020-01-01T00:00:00Z")", 25},
                    FilterCase{R"(meta.lastModified lt "2020-01-01T00:00:00Z")", 0},
                    FilterCase{"userName pr", 25}, FilterCase{"title pr", 0}));

TEST_F(ScimListing, FiltersPageOverTheirMatchesOnly) {
  const auto page = query(R"(nickName eq "n3")", "&startIndex=2&count=2");
  EXPECT_EQ(page.number("totalResults"), 5);
  EXPECT_EQ(page.text("Resources.0.id"), ids_[8]);
  EXPECT_EQ(page.text("Resources.1.id"), ids_[13]);
}

TEST_F(ScimListing, SortsWithPositionAsTieBreak) {  // RFC 7644 §3.4.2.3
  const auto ascending = idp_.send("GET", "/scim/v2/Users?sortBy=nickName&count=6");
  EXPECT_EQ(ascending.text("Resources.0.id"), ids_[0]);
  EXPECT_EQ(ascending.text("Resources.4.id"), ids_[20]);
  EXPECT_EQ(ascending.text("Resources.5.id"), ids_[1]);
  const auto descending =
      idp_.send("GET", "/scim/v2/Users?sortBy=nickName&sortOrder=descending&count=2");
  EXPECT_EQ(descending.text("Resources.0.nickName"), "n4");
  EXPECT_EQ(descending.text("Resources.0.id"), ids_[4]);
}

TEST_F(ScimListing, BadFiltersAreRefused) {
  for (const auto* filter :
       {"userName", "userName xx \"a\"", "(userName pr", "password sw \"a\"", "active gt true"}) {
    const auto answer = query(filter);
    EXPECT_EQ(answer.status(), 400) << filter;
    EXPECT_EQ(answer.text("scimType"), "invalidFilter") << filter;
  }
}

TEST_F(ScimListing, SearchByPostAnswersLikeGet) {  // RFC 7644 §3.4.3
  const auto answer =
      idp_.send("POST", "/scim/v2/Users/.search",
                R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      "filter":"nickName eq \"n3\"","attributes":["userName"],"startIndex":1,"count":2})");
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.number("totalResults"), 5);
  EXPECT_EQ(answer.number("itemsPerPage"), 2);
  EXPECT_TRUE(answer.at("Resources.0.nickName").is_null());
}

TEST_F(ScimListing, TheRootListsUsersThenGroups) {  // RFC 7644 §3.4.2.1
  const auto group = idp_.add_group("Engineering", {ids_[0]});
  const auto all = idp_.send("GET", "/scim/v2/?count=10&startIndex=20");
  EXPECT_EQ(all.number("totalResults"), 26);
  EXPECT_EQ(all.text("Resources.6.id"), group);
  const auto groups = idp_.send("POST", "/scim/v2/.search", R"({"filter":"members pr"})");
  EXPECT_EQ(groups.number("totalResults"), 1);
  const auto typed =
      idp_.send("GET", "/scim/v2?filter=meta.resourceType%20eq%20%22User%22&count=1");
  EXPECT_EQ(typed.number("totalResults"), 25);
}

}  // namespace
}  // namespace rollcall::test
