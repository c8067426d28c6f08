#include "scim/sort.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

SortKey key(std::string_view document, std::string_view path) {
  return SortKey::of(object(document), *resolve_path(path, user_type()));
}

TEST(ScimSort, ComparesTextAsTheAttributeSays) {  // RFC 7644 §3.4.2.3
  EXPECT_LT(key(R"({"title":"a"})", "title"), key(R"({"title":"B"})", "title"));
  EXPECT_EQ(key(R"({"title":"A"})", "title"), key(R"({"title":"a"})", "title"));
  EXPECT_LT(key(R"({"externalId":"B"})", "externalId"), key(R"({"externalId":"a"})", "externalId"));
}

TEST(ScimSort, NoValueIsGreaterThanAnyValue) {
  EXPECT_LT(key(R"({"title":"z"})", "title"), key("{}", "title"));
  EXPECT_EQ(key("{}", "title"), key(R"({"userName":"x"})", "title"));
  EXPECT_LT(key(R"({"active":true})", "active"), key("{}", "active"));
}

TEST(ScimSort, OfSeveralValuesThePrimaryElseTheFirstCounts) {
  const char* with_primary = R"({"emails":[{"value":"a"},{"value":"z","primary":true}]})";
  const char* without = R"({"emails":[{"value":"m"},{"value":"a"}]})";
  EXPECT_GT(key(with_primary, "emails"), key(without, "emails"));
  EXPECT_GT(key(with_primary, "emails.value"), key(without, "emails.value"));
}

TEST(ScimSort, ReachesSubAttributesAndExtensions) {
  EXPECT_LT(key(R"({"name":{"familyName":"A"}})", "name.familyName"),
            key(R"({"name":{"familyName":"b"}})", "name.familyName"));
  const std::string path = std::string(enterprise_urn) + ":department";
  EXPECT_LT(key("{\"" + std::string(enterprise_urn) + "\":{\"department\":\"a\"}}", path),
            key("{}", path));
}

TEST(ScimSort, ComparesInstantsChronologically) {
  EXPECT_LT(key(R"({"meta":{"created":"2026-01-01T01:00:00+02:00"}})", "meta.created"),
            key(R"({"meta":{"created":"2026-01-01T00:00:00Z"}})", "meta.created"));
}

}  // namespace
}  // namespace rollcall::scim
