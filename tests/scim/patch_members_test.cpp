#include "tests/scim/patching.h"

namespace rollcall::scim {
namespace {

const std::string a(member_a);
const std::string b(member_b);

/// Each change as "add a b", in order.
std::string changes(std::string_view operations, const Quirks& quirks = lenient()) {
  const auto patch = parse_patch(patch_body(operations), group_type(), quirks);
  if (!patch) return std::string(name(patch.error().fault()));
  std::string text;
  for (const MemberChange& change : patch->members) {
    if (!text.empty()) text += "; ";
    const char* words[] = {"add", "remove", "remove_matching", "replace"};
    text += words[static_cast<int>(change.kind)];
    if (change.must_match) text += '!';
    for (const UserId& user : change.users) {
      text += user.str() == a ? " a" : user.str() == b ? " b" : " ?";
    }
  }
  return text;
}

std::string op(std::string_view word, std::string_view path, std::string_view value = "") {
  std::string text = R"({"op":")" + std::string(word) + '"';
  if (!path.empty()) text += R"(,"path":)" + json::write(json::Value(path));
  if (!value.empty()) text += R"(,"value":)" + std::string(value);
  return text + '}';
}

TEST(ScimMemberPatch, CompilesEveryShapeThatIdentityProvidersSend) {
  const std::string only_a = "[{\"value\":\"" + a + "\"}]";
  const std::string entra_a = "[{\"$ref\":null,\"value\":\"" + a + "\"}]";
  const std::string both =
      "[{\"value\":\"" + a + "\"},{\"value\":\"" + b + "\",\"display\":\"B\"}]";
  const struct {
    std::string operation;
    const char* changes;
  } cases[] = {
      {op("Add", "members", entra_a), "add a"},
      {op("add", "members", "{\"value\":\"" + a + "\"}"), "add a"},
      {op("add", "members", "\"" + a + "\""), "add a"},
      {op("add", "members", "[\"" + a + "\"]"), "add a"},
      {op("add", "", "{\"members\":" + both + "}"), "add a b"},
      {op("add", "members", "[]"), ""},
      {op("add", "members", "null"), ""},
      {op("add", "members[value eq \"" + a + "\"]", "{}"), "add a"},
      // The Entra removal that empties groups elsewhere (MicrosoftDocs/azure-docs#30826).
      {op("Remove", "members", entra_a), "remove a"},
      {op("remove", "members", "{\"value\":\"" + a + "\"}"), "remove a"},
      {op("remove", "members", "[]"), ""},
      {op("remove", "members", "[{\"value\":\"not-a-member\"}]"), ""},
      {op("remove", "members[value eq \"" + a + "\"]"), "remove a"},
      {op("remove", "members[value eq \"nobody\"]"), "remove"},
      {op("remove", "members[value eq \"" + a + "\" or value eq \"" + b + "\"]"), "remove a b"},
      {op("remove", "members[display sw \"x\"]"), "remove_matching"},
      {op("remove", "members[value eq \"" + a + "\" and display pr]"), "remove_matching"},
      {op("remove", "members"), "replace"},
      {op("replace", "members", both), "replace a b"},
      {op("replace", "", "{\"members\":" + only_a + ",\"displayName\":\"x\"}"), "replace a"},
      {op("replace", "members", "[]"), "replace"},
      {op("replace", "members", "null"), "replace"},
      {op("replace", "members[value eq \"" + a + "\"]", "{\"value\":\"" + b + "\"}"),
       "remove! a; add b"},
      {op("replace", "urn:ietf:params:scim:schemas:core:2.0:Group:members", only_a), "replace a"},
  };
  for (const auto& [operation, want] : cases) EXPECT_EQ(changes(operation), want) << operation;
}

TEST(ScimMemberPatch, ARenameLeavesTheMembersAlone) {  // langwatch#7131
  EXPECT_EQ(changes(op("replace", "", R"({"id":"g","displayName":"New"})")), "");
  EXPECT_EQ(changes(op("Replace", "displayName", R"("New")")), "");
}

TEST(ScimMemberPatch,
     KeepsTheOrderOfOperationsAndJoinsNeighbours) {  // Okta: remove + add in one PATCH
  EXPECT_EQ(changes(op("remove", "members[value eq \"" + a + "\"]") + ',' +
                    op("add", "members", "[{\"value\":\"" + b + "\"}]") + ',' +
                    op("add", "members", "[{\"value\":\"" + a + "\"}]") + ',' +
                    op("remove", "members[value eq \"" + b + "\"]")),
            "remove a; add b a; remove b");
}

TEST(ScimMemberPatch, NeverTakesWhatItDoesNotUnderstandForAnEmptyList) {
  for (const auto& [operation, want] : std::initializer_list<std::pair<std::string, const char*>>{
           {op("remove", "members", "[{\"display\":\"x\"}]"), "invalid_value"},
           {op("remove", "members", "7"), "invalid_value"},
           {op("remove", "members", "true"), "invalid_value"},
           {op("replace", "members", "7"), "invalid_value"},
           {op("replace", "members", "[{\"value\":\"nobody\"}]"), "invalid_value"},
           {op("replace", "members", "[{}]"), "invalid_value"},
           {op("add", "members", "[{\"value\":\"nobody\"}]"), "invalid_value"},
           {op("replace", "members"), "invalid_value"},
           {op("add", "members"), "invalid_value"},
           {op("remove", "members[nope eq \"x\"]"), "invalid_filter"},
           {op("remove", "members[value eq]"), "invalid_filter"},
           {op("remove", "members.value"), "mutability"},
           {op("replace", "members[value eq \"" + a + "\"].value", "\"" + b + "\""), "mutability"},
           {op("add", "members[display sw \"x\"]", "{}"), "no_target"}}) {
    EXPECT_EQ(changes(operation), want) << operation;
  }
}

TEST(ScimMemberPatch, StrictModeRefusesARemovalWithValues) {
  EXPECT_EQ(changes(op("remove", "members", "[{\"value\":\"" + a + "\"}]"), strict()),
            "invalid_value");
  EXPECT_EQ(changes(op("remove", "members", "[]"), strict()), "invalid_value");
  EXPECT_EQ(changes(op("remove", "members[value eq \"" + a + "\"]"), strict()), "remove a");
}

TEST(ScimMemberPatch, FiltersMembersByWhatTheyShow) {
  const auto patch =
      parse_patch(patch_body(op("remove", "members[display sw \"b\" or type ne \"User\"]")),
                  group_type(), lenient());
  ASSERT_TRUE(patch);
  const Filter& filter = *patch->members.front().filter;
  EXPECT_TRUE(matches_element(filter, value(R"({"value":"1","display":"Babs","type":"User"})")));
  EXPECT_FALSE(matches_element(filter, value(R"({"value":"1","display":"Mandy","type":"User"})")));
}

TEST(ScimMemberPatch, DoesNotTouchTheDocument) {
  const auto after =
      patched(object(R"({"displayName":"g"})"), op("add", "members", "[{\"value\":\"" + a + "\"}]"),
              lenient(), group_type());
  EXPECT_FALSE(after.changed);
  EXPECT_EQ(after["members"], "");
}

}  // namespace
}  // namespace rollcall::scim
