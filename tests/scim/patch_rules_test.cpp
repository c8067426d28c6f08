#include "tests/scim/patching.h"

namespace rollcall::scim {
namespace {

// One test for each row of the table in RFC 7644 §3.5.2 (spec/scim 1.7).

TEST(ScimPatchAdd, WithoutPathMergesAttributeByAttribute) {
  const auto after = patched(barbara(), R"({"op":"add","value":{"nickName":"Babs","title":"Boss",
      "emails":[{"value":"b@other.org","type":"other"}]}})");
  EXPECT_TRUE(after.changed);
  EXPECT_EQ(after["nickName"], R"("Babs")");
  EXPECT_EQ(after["title"], R"("Boss")");
  EXPECT_EQ(after.document.find("emails")->array()->size(), 3U);
  EXPECT_EQ(after["displayName"], R"("Babs Jensen")");
}

TEST(ScimPatchAdd, ReplacesASingleValue) {
  EXPECT_EQ(patched(barbara(), R"({"op":"add","path":"title","value":"Boss"})")["title"],
            R"("Boss")");
}

TEST(ScimPatchAdd, MergesSubAttributesOfAComplexValue) {
  const auto after = patched(
      barbara(), R"({"op":"add","path":"name","value":{"givenName":"Barb","middleName":"J"}})");
  EXPECT_EQ(
      after["name"],
      R"({"formatted":"Ms. Barbara J Jensen, III","familyName":"Jensen","givenName":"Barb","middleName":"J"})");
}

TEST(ScimPatchAdd, AppendsToAMultiValuedAttribute) {
  for (const char* value :
       {R"([{"value":"n@x","type":"other"}])", R"({"value":"n@x","type":"other"})"}) {
    const auto after =
        patched(barbara(), R"({"op":"add","path":"emails","value":)" + std::string(value) + '}');
    EXPECT_EQ(after.document.find("emails")->array()->size(), 3U) << value;
  }
}

TEST(ScimPatchAdd, OfAValueThatIsThereIsNoChange) {  // §3.5.2.1: lastModified SHALL NOT change
  for (
      const char* operation :
      {R"({"op":"add","path":"title","value":"Tour Guide"})",
       R"({"op":"add","path":"emails","value":[{"value":"babs@jensen.org","type":"home"}]})",
       R"({"op":"add","path":"emails","value":[{"type":"work","primary":true,"value":"bjensen@example.com"}]})",
       R"({"op":"add","path":"addresses","value":[{"locality":"Los Angeles","type":"home"}]})",
       R"({"op":"replace","path":"name","value":{"givenName":"Barbara"}})",
       R"({"op":"replace","value":{"active":true,"displayName":"Babs Jensen"}})",
       R"({"op":"add","path":"nickName","value":null})"}) {
    const auto after = patched(barbara(), operation);
    EXPECT_EQ(after.fault, std::nullopt) << operation << after.detail;
    EXPECT_FALSE(after.changed) << operation;
  }
}

TEST(ScimPatchAdd, MakesTheNewPrimaryTheOnlyOne) {  // §3.5.2: SHALL set others false
  const auto after = patched(
      barbara(),
      R"({"op":"add","path":"emails","value":[{"value":"n@x","type":"other","primary":true}]})");
  EXPECT_EQ(after["emails"], R"([{"value":"bjensen@example.com","type":"work","primary":false},)"
                             R"({"value":"babs@jensen.org","type":"home"},)"
                             R"({"value":"n@x","type":"other","primary":true}])");
}

TEST(ScimPatchAdd, WithAFilterSetsTheSubAttributeOfAllMatches) {
  const auto after =
      patched(barbara(), R"({"op":"add","path":"emails[value pr].display","value":"d"})");
  EXPECT_EQ(after["emails"],
            R"([{"value":"bjensen@example.com","type":"work","primary":true,"display":"d"},)"
            R"({"value":"babs@jensen.org","type":"home","display":"d"}])");
}

TEST(ScimPatchAdd, WithAnEqualityFilterThatMatchesNothingCreatesTheElement) {  // Entra
  const auto after = patched(
      barbara(), R"({"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"1"})");
  EXPECT_EQ(after["phoneNumbers"], R"([{"type":"mobile","value":"1"}])");
  EXPECT_EQ(fault_of(R"({"op":"add","path":"phoneNumbers[type sw \"m\"].value","value":"1"})"),
            Fault::no_target);
}

TEST(ScimPatchAdd, WithoutValueIsRefused) {
  EXPECT_EQ(fault_of(R"({"op":"add","path":"title"})"), Fault::invalid_value);
  EXPECT_EQ(fault_of(R"({"op":"add"})"), Fault::invalid_value);
  EXPECT_EQ(fault_of(R"({"op":"replace","path":"title"})"), Fault::invalid_value);
  EXPECT_EQ(fault_of(R"({"op":"replace","value":"x"})"), Fault::invalid_value);
}

TEST(ScimPatchRemove, WithoutPathHasNoTarget) {
  EXPECT_EQ(fault_of(R"({"op":"remove"})"), Fault::no_target);
  EXPECT_EQ(fault_of(R"({"op":"remove","value":{"title":"x"}})"), Fault::no_target);
}

TEST(ScimPatchRemove, UnassignsTheAttribute) {
  EXPECT_EQ(patched(barbara(), R"({"op":"remove","path":"title"})")["title"], "");
  EXPECT_EQ(patched(barbara(), R"({"op":"remove","path":"emails"})")["emails"], "");
  EXPECT_EQ(patched(barbara(), R"({"op":"remove","path":"name"})")["name"], "");
  EXPECT_EQ(patched(barbara(), R"({"op":"remove","path":"NAME.FAMILYNAME"})")["name"],
            R"({"formatted":"Ms. Barbara J Jensen, III","givenName":"Barbara"})");
  EXPECT_FALSE(patched(barbara(), R"({"op":"remove","path":"nickName"})").changed);
}

TEST(ScimPatchRemove, WithAFilterRemovesTheMatches) {
  EXPECT_EQ(patched(barbara(), R"({"op":"remove","path":"emails[type eq \"work\"]"})")["emails"],
            R"([{"value":"babs@jensen.org","type":"home"}])");
  EXPECT_EQ(patched(barbara(), R"({"op":"remove","path":"emails[value pr]"})")["emails"], "");
  EXPECT_EQ(fault_of(R"({"op":"remove","path":"emails[type eq \"other\"]"})"), Fault::no_target);
}

TEST(ScimPatchRemove, OfASubAttributeDropsTheElementWithNothingLeft) {
  EXPECT_EQ(
      patched(barbara(), R"({"op":"remove","path":"emails[type eq \"work\"].value"})")["emails"],
      R"([{"value":"babs@jensen.org","type":"home"}])");
  EXPECT_EQ(patched(barbara(),
                    R"({"op":"remove","path":"addresses[type eq \"work\"].country"})")["addresses"],
            R"([{"type":"work","locality":"Hollywood"},{"type":"home","locality":"Los Angeles"}])");
}

TEST(ScimPatchRemove, OfARequiredOrReadOnlyAttributeIsAMutabilityError) {
  for (const char* path : {"userName", "id", "meta", "meta.created", "groups", "schemas",
                           "groups[value eq \\\"x\\\"]"}) {
    EXPECT_EQ(fault_of(R"({"op":"remove","path":")" + std::string(path) + "\"}"), Fault::mutability)
        << path;
  }
  EXPECT_EQ(fault_of(R"({"op":"remove","path":"displayName"})", lenient(), group_type()),
            Fault::mutability);
}

TEST(ScimPatchRemove, WithAValueArrayRemovesOnlyThoseValues) {  // Entra, JumpCloud
  EXPECT_EQ(
      patched(barbara(),
              R"({"op":"Remove","path":"emails","value":[{"value":"BABS@jensen.org"}]})")["emails"],
      R"([{"value":"bjensen@example.com","type":"work","primary":true}])");
  EXPECT_FALSE(
      patched(barbara(), R"({"op":"Remove","path":"emails","value":[{"value":"other@x"}]})")
          .changed);
  EXPECT_FALSE(
      patched(
          barbara(),
          R"({"op":"Remove","path":"emails","value":[{"value":"babs@jensen.org","type":"work"}]})")
          .changed);
}

TEST(ScimPatchRemove, WithAnEmptyValueArrayNeverWipes) {
  for (const char* value : {"[]", "[null]", "[{}]"}) {
    const auto after =
        patched(barbara(), R"({"op":"remove","path":"emails","value":)" + std::string(value) + '}');
    EXPECT_EQ(after.fault, std::nullopt) << value;
    EXPECT_FALSE(after.changed) << value;
  }
}

TEST(ScimPatchReplace, WithoutPathTouchesOnlyWhatIsListed) {
  const auto after =
      patched(barbara(), R"({"op":"replace","value":{"displayName":"B","active":false}})");
  EXPECT_EQ(after["displayName"], R"("B")");
  EXPECT_EQ(after["active"], "false");
  EXPECT_EQ(after["emails"], json::write(*barbara().find("emails")));
}

TEST(ScimPatchReplace, MergesAComplexValue) {
  const auto after = patched(
      barbara(), R"({"op":"replace","path":"name","value":{"familyName":"J","formatted":null}})");
  EXPECT_EQ(after["name"], R"({"familyName":"J","givenName":"Barbara"})");
}

TEST(ScimPatchReplace, ReplacesTheWholeListOfAMultiValuedAttribute) {
  EXPECT_EQ(
      patched(barbara(), R"({"op":"replace","path":"emails","value":[{"value":"n@x"}]})")["emails"],
      R"([{"value":"n@x"}])");
  for (const char* none : {"null", "[]"}) {
    EXPECT_EQ(patched(barbara(), R"({"op":"replace","path":"emails","value":)" + std::string(none) +
                                     '}')["emails"],
              "")
        << none;
  }
}

TEST(ScimPatchReplace, OfAnAbsentAttributeAddsIt) {
  EXPECT_EQ(patched(barbara(), R"({"op":"replace","path":"nickName","value":"B"})")["nickName"],
            R"("B")");
  EXPECT_EQ(patched(object(R"({"userName":"a"})"),
                    R"({"op":"replace","path":"name.givenName","value":"B"})")["name"],
            R"({"givenName":"B"})");
}

TEST(ScimPatchReplace, WithAFilterReplacesAllMatchingElements) {
  EXPECT_EQ(
      patched(
          barbara(),
          R"({"op":"replace","path":"emails[type eq \"home\"]","value":{"value":"n@x","type":"home","primary":true}})")
          ["emails"],
      R"([{"value":"bjensen@example.com","type":"work","primary":false},{"value":"n@x","type":"home","primary":true}])");
  EXPECT_EQ(
      fault_of(R"({"op":"replace","path":"emails[type eq \"other\"]","value":{"value":"n"}})"),
      Fault::no_target);
}

TEST(ScimPatchReplace, WithAFilterReplacesTheSubAttributeOfAllMatches) {
  EXPECT_EQ(
      patched(
          barbara(),
          R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"n@x"})")["emails"],
      R"([{"value":"n@x","type":"work","primary":true},{"value":"babs@jensen.org","type":"home"}])");
  const std::string_view other =
      R"({"op":"replace","path":"emails[type eq \"other\"].value","value":"n@x"})";
  EXPECT_EQ(patched(barbara(), other).document.find("emails")->array()->size(), 3U);
  EXPECT_EQ(fault_of(other, strict()), Fault::no_target);
  EXPECT_EQ(
      fault_of(
          R"({"op":"replace","path":"emails[type ne \"work\" and type ne \"home\"].value","value":"n"})"),
      Fault::no_target);
}

TEST(ScimPatch, RefusesWhatItDoesNotUnderstand) {
  const struct {
    const char* operation;
    Fault fault;
  } cases[] = {
      {R"({"op":"move","path":"title","value":"x"})", Fault::invalid_syntax},
      {R"({"path":"title","value":"x"})", Fault::invalid_syntax},
      {R"({"op":1,"path":"title","value":"x"})", Fault::invalid_syntax},
      {R"("add")", Fault::invalid_syntax},
      {R"({"op":"add","path":7,"value":"x"})", Fault::invalid_path},
      {R"({"op":"add","path":"a b","value":"x"})", Fault::invalid_path},
      {R"({"op":"add","path":"/title","value":"x"})", Fault::invalid_path},
      {R"({"op":"add","path":"emails[type eq \"work\"","value":"x"})", Fault::invalid_path},
      {R"({"op":"add","path":"emails[type eq \"work\"]x","value":"x"})", Fault::invalid_path},
      {R"({"op":"add","path":"emails[0].value","value":"x"})", Fault::invalid_filter},
      {R"({"op":"add","path":"emails[type zz \"work\"].value","value":"x"})",
       Fault::invalid_filter},
      {R"({"op":"add","path":"title[value eq \"x\"]","value":"x"})", Fault::invalid_path},
      {R"({"op":"add","path":"name[givenName eq \"x\"]","value":"x"})", Fault::invalid_path},
      {R"({"op":"replace","path":"active","value":"maybe"})", Fault::invalid_value},
      {R"({"op":"replace","path":"title","value":{"a":1}})", Fault::invalid_value},
      {R"({"op":"replace","path":"name","value":"x"})", Fault::invalid_value},
      {R"({"op":"replace","path":"emails[type eq \"work\"].primary","value":"x"})",
       Fault::invalid_value},
      {R"({"op":"replace","path":"id","value":"x"})", Fault::mutability},
      {R"({"op":"add","path":"groups","value":[{"value":"x"}]})", Fault::mutability},
      {R"({"op":"replace","path":"meta.version","value":"x"})", Fault::mutability},
  };
  for (const auto& [operation, fault] : cases) EXPECT_EQ(fault_of(operation), fault) << operation;
}

TEST(ScimPatch, RefusesABodyThatIsNoPatchOp) {
  for (const char* body : {"[]", "{}", R"({"Operations":[]})", R"({"Operations":{"op":"add"}})",
                           R"({"Operations":"x"})"}) {
    const auto patch = parse_patch(value(body), user_type(), lenient());
    ASSERT_FALSE(patch) << body;
    EXPECT_EQ(patch.error().fault(), Fault::invalid_syntax) << body;
  }
  const std::string body = R"({"Operations":[{"op":"add","path":"title","value":"x"}]})";
  EXPECT_TRUE(parse_patch(value(body), user_type(), lenient()));  // Infisical#6552
  EXPECT_EQ(parse_patch(value(body), user_type(), strict()).error().fault(), Fault::invalid_syntax);
}

TEST(ScimPatch, IsAtomicAndNamesTheOperation) {
  const auto after = patched(barbara(), R"({"op":"replace","path":"title","value":"x"},
      {"op":"remove","path":"emails[type eq \"other\"]"})");
  EXPECT_EQ(after.fault, Fault::no_target);  // patched() checks that nothing changed
  const auto compiled =
      patched(barbara(), R"({"op":"replace","path":"title","value":"x"},{"op":"zap"})");
  EXPECT_TRUE(compiled.detail.starts_with("Operations[1]")) << compiled.detail;
}

TEST(ScimPatch, AppliesOperationsInOrder) {
  const auto after = patched(barbara(), R"({"op":"remove","path":"emails"},
      {"op":"add","path":"emails","value":[{"value":"1@x"}]},
      {"op":"add","path":"emails","value":[{"value":"2@x"}]},
      {"op":"remove","path":"emails[value eq \"1@x\"]"})");
  EXPECT_EQ(after["emails"], R"([{"value":"2@x"}])");
}

TEST(ScimPatch, KeepsSchemasTrue) {  // §3.5.2: the extension's URN is added and removed
  const auto without = patched(
      barbara(),
      R"({"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"})");
  EXPECT_EQ(without["schemas"], R"(["urn:ietf:params:scim:schemas:core:2.0:User"])");
  const auto with = patched(
      without.document,
      R"({"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division","value":"d"})");
  EXPECT_EQ(
      with["schemas"],
      R"(["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"])");
  const auto emptied = patched(
      with.document,
      R"({"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division"})");
  EXPECT_EQ(emptied["schemas"], R"(["urn:ietf:params:scim:schemas:core:2.0:User"])");
  EXPECT_FALSE(
      patched(barbara(), R"({"op":"add","path":"schemas","value":["urn:example:x"]})").changed);
}

TEST(ScimPatch, AcceptsAndForgetsAPassword) {
  const auto after = patched(barbara(), R"({"op":"replace","path":"password","value":"secret"},
      {"op":"replace","value":{"password":"secret"}})");
  EXPECT_EQ(after.fault, std::nullopt);
  EXPECT_FALSE(after.changed);
}

TEST(ScimPatch, RefusesToEmptyARequiredAttributeOnceTheProfileIsMade) {
  auto after = patched(barbara(), R"({"op":"replace","path":"userName","value":""})");
  EXPECT_EQ(user_profile(after.document).error().fault(), Fault::invalid_value);
  after = patched(barbara(), R"({"op":"replace","path":"userName","value":null})");
  EXPECT_EQ(user_profile(after.document).error().fault(), Fault::invalid_value);
}

}  // namespace
}  // namespace rollcall::scim
