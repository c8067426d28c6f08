#include "tests/scim/patching.h"

namespace rollcall::scim {
namespace {

// Requests as the identity providers send them (spec/scim 2.1, 2.2, 4).

TEST(EntraPatch, SendsCapitalisedOperationsOneAttributeEach) {
  const auto after = patched(barbara(), R"(
      {"op":"Replace","path":"displayName","value":"Barbara"},
      {"op":"Add","path":"title","value":"Boss"},
      {"op":"Remove","path":"nickName"},
      {"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@example.com"},
      {"op":"Add","path":"addresses[type eq \"work\"].formatted","value":"1 Main St"},
      {"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"555"},
      {"op":"Replace","path":"name.givenName","value":"Barb"},
      {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"R&D"})");
  ASSERT_EQ(after.fault, std::nullopt) << after.detail;
  EXPECT_EQ(after["displayName"], R"("Barbara")");
  EXPECT_EQ(after["title"], R"("Boss")");
  EXPECT_EQ(
      after["emails"],
      R"([{"value":"new@example.com","type":"work","primary":true},{"value":"babs@jensen.org","type":"home"}])");
  EXPECT_EQ(
      after["addresses"],
      R"([{"type":"work","locality":"Hollywood","country":"US","formatted":"1 Main St"},{"type":"home","locality":"Los Angeles"}])");
  EXPECT_EQ(after["phoneNumbers"], R"([{"type":"work","value":"555"}])");
  EXPECT_EQ(after.enterprise("department"), R"("R&D")");
}

TEST(EntraPatch, SendsPathlessReplaceWithDottedAndUrnKeys) {  // aadOptscim062020; MS Q&A 1435791
  const auto after = patched(barbara(), R"(
      {"op":"replace","path":"emails[type eq \"work\"].value","value":"n@x"},
      {"op":"replace","value":{
        "displayName":"New","active":"False","name.givenName":"Barb","name.familyName":"J",
        "addresses[type eq \"home\"].country":"FR",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"42",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":"m-1",
        "urn:ietf:params:scim:schemas:core:2.0:User:title":"Boss",
        "urn:example:unknown:2.0:User:colour":"red"}})");
  ASSERT_EQ(after.fault, std::nullopt) << after.detail;
  EXPECT_EQ(after["name"],
            R"({"formatted":"Ms. Barbara J Jensen, III","familyName":"J","givenName":"Barb"})");
  EXPECT_EQ(after["active"], "false");
  EXPECT_EQ(after["title"], R"("Boss")");
  EXPECT_EQ(after.enterprise("employeeNumber"), R"("42")");
  EXPECT_EQ(after.enterprise("manager"), R"({"value":"m-1"})");
  EXPECT_EQ(json::write(after.document).find("name.givenName"), std::string::npos);
  EXPECT_EQ(json::write(after.document).find("colour"), std::string::npos);
}

TEST(EntraPatch, SendsAnExtensionObjectWithoutPath) {
  const auto after = patched(barbara(), R"({"op":"replace","value":{
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"d","manager.value":"m"},
      "urn:ietf:params:scim:schemas:core:2.0:User":{"title":"t"}}})");
  ASSERT_EQ(after.fault, std::nullopt) << after.detail;
  EXPECT_EQ(after.enterprise("department"), R"("d")");
  EXPECT_EQ(after.enterprise("employeeNumber"), R"("701984")");
  EXPECT_EQ(after.enterprise("manager"), R"({"value":"m"})");
  EXPECT_EQ(after["title"], R"("t")");
}

TEST(EntraPatch, SendsTheManagerInEveryShape) {
  const std::string path =
      R"("path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager")";
  const struct {
    const char* value;
    const char* manager;
  } cases[] = {
      {R"("m-1")", R"({"value":"m-1"})"},
      {R"({"value":"m-1"})", R"({"value":"m-1"})"},
      {R"([{"$ref":"../Users/m-1","value":"m-1"}])", R"({"value":"m-1","$ref":"../Users/m-1"})"},
      {R"({"$ref":"../Users/m-1","value":"m-1","displayName":"M"})",
       R"({"value":"m-1","$ref":"../Users/m-1"})"},
      {R"("")", ""},
      {R"({"value":""})", ""},
      {R"({"value":null})", ""},
      {"null", ""},
      {"[]", ""},
  };
  for (const auto& [value, manager] : cases) {
    const auto after =
        patched(barbara(), R"({"op":"Replace",)" + path + R"(,"value":)" + value + '}');
    EXPECT_EQ(after.fault, std::nullopt) << value << after.detail;
    EXPECT_EQ(after.enterprise("manager"), manager) << value;
  }
  for (const char* key :
       {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"}) {
    EXPECT_EQ(
        patched(barbara(), R"({"op":"Replace","path":")" + std::string(key) + R"(","value":""})")
            .enterprise("manager"),
        "");
  }
  EXPECT_EQ(patched(barbara(), R"({"op":"Remove",)" + path + '}').enterprise("manager"), "");
}

TEST(EntraPatch, SettingTheSameManagerAgainIsNoChange) {  // MicrosoftDocs/azure-docs#11784
  EXPECT_FALSE(
      patched(
          barbara(),
          R"({"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
      "value":{"value":"26118915-6090-4610-87e4-49d8ca9f808d"}})")
          .changed);
}

TEST(EntraPatch, NamesAttributesOfTheExtensionWithoutItsUrn) {  // spec/scim 2.1
  EXPECT_EQ(
      patched(barbara(), R"({"op":"Add","path":"manager","value":"m-1"})").enterprise("manager"),
      R"({"value":"m-1"})");
  EXPECT_EQ(
      patched(barbara(), R"({"op":"Replace","value":{"department":"d"}})").enterprise("department"),
      R"("d")");
  EXPECT_EQ(fault_of(R"({"op":"Add","path":"manager","value":{"value":"m-1"}})", strict()),
            Fault::invalid_path);
}

TEST(EntraPatch, FiltersRolesByPrimaryAsText) {
  const auto after = patched(barbara(), R"(
      {"op":"Add","path":"roles[primary eq \"True\"].display","value":"Admin"},
      {"op":"Add","path":"roles[primary eq \"True\"].value","value":"admin"},
      {"op":"Add","path":"roles[primary eq \"True\"].type","value":"WindowsAzureActiveDirectoryRole"})");
  ASSERT_EQ(after.fault, std::nullopt) << after.detail;
  EXPECT_EQ(
      after["roles"],
      R"([{"primary":true,"display":"Admin","value":"admin","type":"WindowsAzureActiveDirectoryRole"}])");
}

TEST(EntraPatch, BuildsAnElementFromSeveralOperations) {
  // The element says nothing until its value comes; it must live that long.
  const auto after = patched(object(R"({"userName":"a"})"), R"(
      {"op":"Add","path":"emails[type eq \"work\"].primary","value":true},
      {"op":"Add","path":"emails[type eq \"work\"].value","value":"a@x"})");
  EXPECT_EQ(after["emails"], R"([{"type":"work","primary":true,"value":"a@x"}])");
}

TEST(EntraPatch, SendsRolesWithJsonInText) {
  const auto after = patched(barbara(), R"({"op":"Add","path":"roles","value":[
      {"value":"{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"A\"}"}]})");
  EXPECT_EQ(after["roles"],
            R"([{"value":"{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"A\"}"}])");
  EXPECT_EQ(patched(after.document,
                    R"({"op":"Replace","path":"roles","value":[{"value":"b"}]})")["roles"],
            R"([{"value":"b"}])");
}

TEST(EntraPatch, DisablesAndRestoresWithText) {  // kortix-ai/suna#7297
  for (const char* off : {R"("False")", "false", R"("false")"}) {
    const auto after =
        patched(barbara(), R"({"op":"Replace","path":"active","value":)" + std::string(off) + '}');
    EXPECT_EQ(after["active"], "false") << off;
    EXPECT_FALSE(user_profile(after.document)->active);
  }
  json::Object disabled = barbara();
  disabled.set("active", false);
  EXPECT_EQ(patched(disabled, R"({"op":"Replace","path":"active","value":"True"})")["active"],
            "true");
}

TEST(EntraPatch, AddToAnEmailThatIsNotStoredCreatesIt) {  // zitadel#9690, ssoready#249
  const auto after =
      patched(object(R"({"userName":"a","emails":[{"value":"untyped@x"}]})"),
              R"({"op":"Replace","path":"emails[type eq \"work\"].value","value":"w@x"})");
  EXPECT_EQ(after["emails"], R"([{"value":"untyped@x"},{"type":"work","value":"w@x"}])");
}

TEST(EntraPatch, ClearsAnElementThatIsNotThereWithoutAnError) {
  EXPECT_FALSE(
      patched(barbara(),
              R"({"op":"Replace","path":"phoneNumbers[type eq \"fax\"].value","value":null})")
          .changed);
}

TEST(OktaPatch, DeactivatesWithoutPath) {
  const auto after = patched(barbara(), R"({"op":"replace","value":{"active":false}})");
  EXPECT_EQ(after["active"], "false");
  EXPECT_TRUE(after.changed);
}

TEST(OktaPatch, RenamesAGroupAndCarriesItsId) {
  const auto group = object(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],
      "id":"g-1","displayName":"Old"})");
  const std::string_view rename = R"({"op":"replace","value":{"id":"g-1","displayName":"New"}})";
  EXPECT_EQ(patched(group, rename, lenient(), group_type())["displayName"], R"("New")");
  EXPECT_EQ(patched(group, rename, strict(), group_type())["displayName"], R"("New")");
  const std::string_view other = R"({"op":"replace","value":{"id":"g-2","displayName":"New"}})";
  EXPECT_EQ(patched(group, other, lenient(), group_type())["id"], R"("g-1")");
  EXPECT_EQ(patched(group, other, strict(), group_type()).fault, Fault::mutability);
}

TEST(MicrosoftValidator, ReplacesAttributesVerbosely) {
  const auto after = patched(barbara(), R"(
      {"op":"replace","path":"emails[type eq \"work\"].value","value":"v@x"},
      {"op":"replace","path":"emails[type eq \"work\"].primary","value":true},
      {"op":"replace","path":"emails[primary eq true].value","value":"v2@x"},
      {"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":"1"},
      {"op":"replace","path":"ims[type eq \"xmpp\"].value","value":"i"},
      {"op":"replace","path":"photos[type eq \"photo\"].value","value":"p"},
      {"op":"replace","path":"entitlements[primary eq \"True\"].value","value":"e"},
      {"op":"replace","value":{"userType":"t","profileUrl":"XVF8","preferredLanguage":"lb"}})");
  ASSERT_EQ(after.fault, std::nullopt) << after.detail;
  EXPECT_EQ(
      after["emails"],
      R"([{"value":"v2@x","type":"work","primary":true},{"value":"babs@jensen.org","type":"home"}])");
  EXPECT_EQ(after["ims"], R"([{"type":"xmpp","value":"i"}])");
  EXPECT_EQ(after["userType"], R"("t")");
}

TEST(OneLoginPatch, SendsUnknownAttributesThatAreDropped) {
  const auto after = patched(barbara(), R"({"op":"replace","path":"favouriteColour","value":"red"},
      {"op":"replace","path":"urn:example:ext:2.0:User:x","value":"red"},
      {"op":"replace","value":{"shoe":{"size":1}}})");
  EXPECT_EQ(after.fault, std::nullopt) << after.detail;
  EXPECT_FALSE(after.changed);
}

}  // namespace
}  // namespace rollcall::scim
