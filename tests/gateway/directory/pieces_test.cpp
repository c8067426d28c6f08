#include "gateway/directory/document_diff.h"
#include "gateway/directory/packed.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

TEST(Packed, GivesBackWhatWasPacked) {
  const std::vector<std::vector<std::string>> lists = {
      {}, {""}, {"a"}, {"", "", ""}, {"1:2", "5:alice3:bob", std::string("nul\0nul", 7)}};
  for (const auto& texts : lists) EXPECT_EQ(unpack(pack(texts)), texts);
}

TEST(Packed, RefusesWhatItDidNotPack) {
  for (const char* wrong :
       {"a", "1", "1:", "2:a", "1:ab", ":a", "-1:a", "99999999999999999999:a"}) {
    EXPECT_THROW(unpack(wrong), std::logic_error) << wrong;
  }
}

struct DiffCase {
  const char* name;
  const char* before;
  const char* after;
  std::vector<std::string> changed;
};
class ChangedMembers : public testing::TestWithParam<DiffCase> {};

TEST_P(ChangedMembers, AreNamed) {
  EXPECT_EQ(changed_members(GetParam().before, GetParam().after), GetParam().changed);
}

INSTANTIATE_TEST_SUITE_P(
    Documents, ChangedMembers,
    testing::Values(
        DiffCase{"Equal", R"("a":1,"b":2)", R"("a":1,"b":2)", {}},
        DiffCase{"OtherOrder", R"("a":1,"b":2)", R"("b":2,"a":1)", {}},
        DiffCase{"Value", R"("a":1,"b":2)", R"("a":1,"b":3)", {"b"}},
        DiffCase{"Added", "", R"("a":"x")", {"a"}}, DiffCase{"Removed", R"("a":"x")", "", {"a"}},
        DiffCase{"Nested",
                 R"("a":{"b":[1,{"c":","}]},"d":"x")",
                 R"("a":{"b":[1,{"c":"."}]},"d":"x")",
                 {"a"}},
        DiffCase{"Quotes", R"("a":"},\"{","b":1)", R"("a":"},\"{","b":2)", {"b"}},
        DiffCase{"UrnName", R"("urn:x:User":{"a":1})", R"("urn:x:User":{"a":2})", {"urn:x:User"}},
        DiffCase{"Broken", R"("a":{{{)", R"("a":"x)", {"a"}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace rollcall
