#include "tests/scim/patching.h"

namespace rollcall::scim {
namespace {

json::Value repeated(std::size_t times, std::string_view operation) {
  std::string operations(operation);
  for (std::size_t i = 1; i < times; ++i) (operations += ',') += operation;
  auto body = json::parse(R"({"Operations":[)" + operations + "]}", {32, 10'000'000});
  return *std::move(body);
}

TEST(ScimPatchLimits, RefuseAHundredThousandOperationsAtOnce) {
  const json::Value body = repeated(100'000, R"({"op":"add","path":"title","value":"x"})");
  const auto patch = parse_patch(body, user_type(), lenient());
  ASSERT_FALSE(patch);
  EXPECT_EQ(patch.error().fault(), Fault::payload_too_large);
  EXPECT_NE(patch.error().detail().find("maxOperations"), std::string::npos);
}

TEST(ScimPatchLimits, RefuseTooManyChangesOfOneDocument) {
  const auto patch =
      parse_patch(repeated(max_patch_changes + 1, R"({"op":"add","path":"title","value":"x"})"),
                  user_type(), lenient());
  ASSERT_FALSE(patch);
  EXPECT_EQ(patch.error().fault(), Fault::payload_too_large);
}

TEST(ScimPatchLimits, TakeAsManyMemberChangesAsOperations) {
  const auto patch = parse_patch(
      repeated(
          max_patch_operations,
          R"({"op":"add","path":"members","value":[{"value":"01909a2c-0000-7000-8000-0000000000a1"}]})"),
      group_type(), lenient());
  ASSERT_TRUE(patch);
  EXPECT_EQ(patch->members.size(), 1U);
}

TEST(ScimPatchLimits, BoundWalksThroughAllMembers) {
  const std::string_view operation = R"({"op":"remove","path":"members[display sw \"x\"]"})";
  EXPECT_TRUE(parse_patch(repeated(max_member_filters, operation), group_type(), lenient()));
  const auto patch =
      parse_patch(repeated(max_member_filters + 1, operation), group_type(), lenient());
  EXPECT_EQ(patch.error().fault(), Fault::payload_too_large);
}

TEST(ScimPatchLimits, BoundTheProductOfFiltersAndValues) {
  json::Array emails;
  for (std::size_t i = 0; i < max_values; ++i) {
    emails.push_back(json::Object{{"value", std::to_string(i) + "@x"}, {"type", "work"}});
  }
  json::Object document{{"userName", "a"}, {"emails", std::move(emails)}};
  const auto patch = parse_patch(
      repeated(
          max_patch_changes,
          R"({"op":"replace","path":"emails[type ne \"work\" and type ne \"x\"].display","value":null})"),
      user_type(), lenient());
  ASSERT_TRUE(patch) << patch.error().detail();
  const auto applied = apply(*patch, document, user_type(), lenient());
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().fault(), Fault::too_many);
}

TEST(ScimPatchLimits, KeepAMultiValuedAttributeWithinItsBound) {
  json::Object document{{"userName", "a"}};
  std::string values;
  for (std::size_t i = 0; i < 600; ++i) {
    values += (i == 0 ? "" : ",") + std::string("{\"value\":\"") + std::to_string(i) + "@x\"}";
  }
  const std::string add = R"({"op":"add","path":"emails","value":[)" + values + "]}";
  const auto once = patched(document, add);
  EXPECT_EQ(once.fault, std::nullopt) << once.detail;
  std::string others = values;
  for (char& c : others) c = c == '@' ? '#' : c;
  EXPECT_EQ(
      patched(once.document, R"({"op":"add","path":"emails","value":[)" + others + "]}").fault,
      Fault::too_many);
}

}  // namespace
}  // namespace rollcall::scim
