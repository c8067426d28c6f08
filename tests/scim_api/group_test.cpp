#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rollcall::test {
namespace {

class ScimGroups : public testing::Test {
 protected:
  ScimGroups() : path_("/scim/v2/Groups/" + group_) {}

  int patch(std::string_view operations, std::string_view parameters = {}) {
    return idp_.send("PATCH", path_ + std::string(parameters), patch_body(operations)).status();
  }
  std::vector<std::string> members() { return idp_.members(group_); }

  Idp idp_;
  std::string a_ = idp_.add_user("a@acme.test");
  std::string b_ = idp_.add_user("b@acme.test");
  std::string c_ = idp_.add_user("c@acme.test");
  std::string group_ = idp_.add_group("Engineering", {a_, b_});
  std::string path_;
};

using Ids = std::vector<std::string>;

std::string value_list(const Ids& ids) {
  std::string list = "[";
  for (const auto& id : ids) {
    list += (list.size() > 1 ? "," : "") + (R"({"$ref":null,"value":")" + id) + R"("})";
  }
  return list + "]";
}

TEST_F(ScimGroups, AddMembersAnswers204AndRaisesTheVersionOnce) {
  const auto before = idp_.send("GET", path_).text("meta.version");
  EXPECT_EQ(patch(R"({"op":"Add","path":"members","value":)" + value_list({b_, c_}) + "}"), 204);
  EXPECT_EQ(members(), (Ids{a_, b_, c_}));
  const auto after = idp_.send("GET", path_).text("meta.version");
  EXPECT_NE(after, before);
  EXPECT_EQ(patch(R"({"op":"Add","path":"members","value":)" + value_list({b_, c_}) + "}"), 204);
  EXPECT_EQ(idp_.send("GET", path_).text("meta.version"), after);
}

// MicrosoftDocs/azure-docs#30826: Entra's removal with a value array must not wipe the group.
TEST_F(ScimGroups, RemoveWithValueArrayRemovesOnlyThoseMembers) {
  EXPECT_EQ(patch(R"({"op":"Remove","path":"members","value":)" + value_list({a_}) + "}"), 204);
  EXPECT_EQ(members(), Ids{b_});
  EXPECT_EQ(patch(R"({"op":"Remove","path":"members","value":[]})"), 204);
  EXPECT_EQ(members(), Ids{b_});
}

TEST_F(ScimGroups, RemoveByFilterRemovesThatMemberAndANonMemberIsSuccess) {
  EXPECT_EQ(patch(R"({"op":"remove","path":"members[value eq \")" + a_ + R"(\"]"})"), 204);
  EXPECT_EQ(patch(R"({"op":"remove","path":"members[value eq \")" + a_ + R"(\"]"})"), 204);
  EXPECT_EQ(members(), Ids{b_});
}

TEST_F(ScimGroups, RemoveAndAddInOnePatchBothHappen) {
  EXPECT_EQ(patch(R"({"op":"remove","path":"members[value eq \")" + a_ +
                  R"(\"]"},{"op":"add","path":"members","value":)" + value_list({c_}) + "}"),
            204);
  EXPECT_EQ(members(), (Ids{b_, c_}));
}

TEST_F(ScimGroups, RenameWithoutPathKeepsTheMembers) {  // langwatch#7131; Okta sends id as well
  EXPECT_EQ(patch(R"({"op":"replace","value":{"id":")" + group_ + R"(","displayName":"Eng"}})"),
            204);
  EXPECT_EQ(idp_.send("GET", path_).text("displayName"), "Eng");
  EXPECT_EQ(members(), (Ids{a_, b_}));
}

TEST_F(ScimGroups, ReplaceMembersMakesThemExactlyThose) {
  EXPECT_EQ(patch(R"({"op":"replace","path":"members","value":)" + value_list({c_, b_}) + "}"),
            204);
  auto now = members();
  std::sort(now.begin(), now.end());
  Ids expected{b_, c_};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(now, expected);
  EXPECT_EQ(patch(R"({"op":"replace","path":"members","value":[]})"), 204);
  EXPECT_TRUE(members().empty());
}

TEST_F(ScimGroups, AFailingOperationLeavesMembersAndNameAsTheyWere) {
  EXPECT_EQ(patch(R"({"op":"replace","path":"displayName","value":"Other"},
                     {"op":"remove","path":"members","value":)" +
                  value_list({a_}) +
                  R"(},{"op":"add","path":"members","value":[{"value":"no-such-user"}]})"),
            400);
  EXPECT_EQ(members(), (Ids{a_, b_}));
  EXPECT_EQ(idp_.send("GET", path_).text("displayName"), "Engineering");
}

TEST_F(ScimGroups, PatchWithAttributesAnswersTheResource) {  // RFC 7644 §3.5.2
  EXPECT_EQ(patch(R"({"op":"add","path":"members","value":)" + value_list({c_}) + "}",
                  "?attributes=members"),
            200);
}

TEST_F(ScimGroups, PutReplacesNameAndMembers) {
  const auto answer =
      idp_.send("PUT", path_,
                R"({"displayName":"Eng","externalId":"g1","members":)" + value_list({c_}) + "}");
  ASSERT_EQ(answer.status(), 200) << answer.response.body;
  EXPECT_EQ(answer.text("members.0.value"), c_);
  EXPECT_EQ(answer.text("members.0.$ref"), "https://scim.example.com/scim/v2/Users/" + c_);
  EXPECT_EQ(answer.text("externalId"), "g1");
  EXPECT_EQ(members(), Ids{c_});
}

TEST_F(ScimGroups, ASecondNameInAnyCaseIsAConflict) {
  const auto answer = idp_.send("POST", "/scim/v2/Groups", R"({"displayName":"ENGINEERING"})");
  EXPECT_EQ(answer.status(), 409);
  EXPECT_EQ(answer.text("scimType"), "uniqueness");
}

TEST_F(ScimGroups, MembersCanBeExcludedAndQueried) {  // spec/scim 2.1
  EXPECT_TRUE(idp_.send("GET", path_ + "?excludedAttributes=members").at("members").is_null());
  const auto query = [&](const std::string& filter) {
    return idp_.send("GET", "/scim/v2/Groups?excludedAttributes=members&filter=" + filter)
        .number("totalResults");
  };
  EXPECT_EQ(query("displayName+eq+%22engineering%22"), 1);
  EXPECT_EQ(query("id+eq+%22" + group_ + "%22+and+members+eq+%22" + a_ + "%22"), 1);
  EXPECT_EQ(query("id+eq+%22" + group_ + "%22+and+members+eq+%22" + c_ + "%22"), 0);
  EXPECT_EQ(query("members.value+eq+%22" + b_ + "%22"), 1);
}

TEST_F(ScimGroups, ManyMembersAreRenderedWhole) {
  Ids ids;
  for (int i = 0; i < 250; ++i) ids.push_back(idp_.add_user("m" + std::to_string(i)));
  const auto big = idp_.add_group("Big", ids);
  EXPECT_EQ(idp_.members(big), ids);
  const auto answer = idp_.send("PUT", "/scim/v2/Groups/" + big,
                                R"({"displayName":"Bigger","members":)" + value_list(ids) + "}");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.text("members.249.value"), ids.back());
}

}  // namespace
}  // namespace rollcall::test
