#include "scim/list_query.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

Result<ListQuery> get(std::vector<http::Parameter> parameters, const Quirks& quirks = lenient()) {
  return parse_list_query(parameters, user_type(), quirks);
}
Result<ListQuery> search(std::string_view body, const Quirks& quirks = lenient()) {
  return parse_search_request(value(body), user_type(), quirks);
}

TEST(ScimListQuery, HasDefaults) {
  const auto query = get({});
  EXPECT_EQ(query->start_index, 1);
  EXPECT_EQ(query->count, default_count);
  EXPECT_FALSE(query->filter);
  EXPECT_FALSE(query->sort_by);
  EXPECT_FALSE(query->descending);
  EXPECT_TRUE(query->projection.is_default());
}

TEST(ScimListQuery, BringsNumbersIntoRange) {  // RFC 7644 §3.4.2.4
  const struct {
    const char* text;
    std::int64_t start_index;
    std::int64_t count;
  } cases[] = {
      {"0", 1, 0},
      {"-5", 1, 0},
      {"1", 1, 1},
      {"100", 100, 100},
      {"201", 201, max_count},
      {" 7 ", 7, 7},
      {"+3", 3, 3},
      {"99999999999999999999", INT64_MAX, max_count},
      {"-99999999999999999999", 1, 0},
  };
  for (const auto& [text, start_index, count] : cases) {
    const auto query = get({{"startIndex", text}, {"count", text}});
    ASSERT_TRUE(query) << text;
    EXPECT_EQ(query->start_index, start_index) << text;
    EXPECT_EQ(query->count, count) << text;
  }
  for (const char* text : {"", "x", "1.5", "1e3", "1 2", "++1", "0x10"}) {
    EXPECT_EQ(get({{"startIndex", text}}).error().fault(), Fault::invalid_value) << text;
    EXPECT_EQ(get({{"count", text}}).error().fault(), Fault::invalid_value) << text;
  }
}

TEST(ScimListQuery, IgnoresUnknownParameters) {  // RFC 7644 §3.4.2; Entra's ?aadOptscim062020
  EXPECT_TRUE(get({{"aadOptscim062020", ""}, {"cursor", "x"}, {"nope", "1"}}));
}

TEST(ScimListQuery, ReadsFilterSortAndProjection) {
  const auto query = get({{"FILTER", "userName eq \"a\""},
                          {"sortBy", "name.FamilyName"},
                          {"sortOrder", "Descending"},
                          {"attributes", "userName"},
                          {"attributes", "emails"}});
  ASSERT_TRUE(query);
  EXPECT_EQ(query->filter->path.str(), "userName");
  EXPECT_EQ(query->sort_by->str(), "name.familyName");
  EXPECT_TRUE(query->descending);
  EXPECT_TRUE(query->projection.wants("emails"));
  EXPECT_TRUE(query->projection.wants("userName"));
  EXPECT_FALSE(query->projection.wants("title"));
  EXPECT_FALSE(get({{"filter", ""}})->filter);
}

TEST(ScimListQuery, RefusesWhatCannotBeMeant) {
  EXPECT_EQ(get({{"filter", "nope"}}).error().fault(), Fault::invalid_filter);
  EXPECT_EQ(get({{"sortBy", "nope"}}).error().fault(), Fault::invalid_value);
  EXPECT_EQ(get({{"sortBy", "password"}}).error().fault(), Fault::invalid_value);
  EXPECT_EQ(get({{"sortBy", std::string(enterprise_urn)}}).error().fault(), Fault::invalid_value);
  EXPECT_EQ(get({{"sortOrder", "sideways"}}).error().fault(), Fault::invalid_value);
  EXPECT_EQ(get({{"attributes", "userName"}, {"excludedAttributes", "title"}}).error().fault(),
            Fault::invalid_value);
}

TEST(ScimListQuery, ReadsASearchBodyTheSameWay) {  // RFC 7644 §3.4.3
  const auto query = search(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
      "attributes":["displayName","userName"],"filter":"displayName sw \"smith\"",
      "sortBy":"userName","sortOrder":"descending","startIndex":3,"count":1000,"unknown":{}})");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->start_index, 3);
  EXPECT_EQ(query->count, max_count);
  EXPECT_TRUE(query->descending);
  EXPECT_EQ(query->filter->op, Operator::starts_with);
  EXPECT_TRUE(query->projection.wants("displayName"));
  EXPECT_FALSE(query->projection.wants("emails"));
  EXPECT_EQ(search(R"({"count":"5"})")->count, 5);
  EXPECT_EQ(search(R"({"excludedAttributes":"groups"})")->projection.wants("groups"), false);
}

TEST(ScimListQuery, RefusesABadSearchBody) {
  EXPECT_EQ(search("[]").error().fault(), Fault::invalid_syntax);
  for (const char* body : {R"({"count":1.5})", R"({"startIndex":true})", R"({"count":"x"})",
                           R"({"sortOrder":"up"})"}) {
    EXPECT_EQ(search(body).error().fault(), Fault::invalid_value) << body;
  }
  EXPECT_EQ(search(R"({"filter":"("})").error().fault(), Fault::invalid_filter);
  EXPECT_EQ(search("{}", strict()).error().fault(), Fault::invalid_value);
}

}  // namespace
}  // namespace rollcall::scim
