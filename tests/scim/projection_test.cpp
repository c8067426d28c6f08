#include "scim/projection.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

Projection projection(std::vector<std::string> attributes, std::vector<std::string> excluded = {},
                      const ResourceType& type = user_type()) {
  return *Projection::parse(attributes, excluded, type);
}

std::string names(const Projection& wanted) {
  json::Object resource = barbara();
  wanted.apply(resource);
  std::string text;
  for (const json::Member& member : resource) {
    if (!text.empty()) text += ' ';
    text += member.name == enterprise_urn ? "enterprise" : member.name;
  }
  return text;
}

std::string part(const Projection& wanted, std::string_view attribute) {
  json::Object resource = barbara();
  wanted.apply(resource);
  const json::Value* found = resource.find(attribute);
  return found != nullptr ? json::write(*found) : "";
}

TEST(ScimProjection, ByDefaultGivesEverythingButWhatIsNeverReturned) {
  json::Object resource = barbara();
  resource.set("password", "secret");
  Projection(user_type()).apply(resource);
  EXPECT_EQ(resource, barbara());
  EXPECT_TRUE(Projection(user_type()).is_default());
}

TEST(ScimProjection, AttributesGiveTheMinimumAndWhatIsNamed) {  // RFC 7644 §3.9
  EXPECT_EQ(names(projection({"userName"})), "schemas id userName");
  EXPECT_EQ(names(projection({"USERNAME, Title"})), "schemas id userName title");
  EXPECT_EQ(names(projection({"userName", "title"})), "schemas id userName title");
  EXPECT_EQ(names(projection({"nope"})), "schemas id");
  EXPECT_EQ(names(projection({"id"})), "schemas id");
  EXPECT_EQ(names(projection({"password"})), "schemas id");
  EXPECT_EQ(names(projection({"urn:ietf:params:scim:schemas:core:2.0:User:userName"})),
            "schemas id userName");
  EXPECT_EQ(part(projection({"name.familyName"}), "name"), R"({"familyName":"Jensen"})");
  EXPECT_EQ(part(projection({"emails.value"}), "emails"),
            R"([{"value":"bjensen@example.com"},{"value":"babs@jensen.org"}])");
  EXPECT_EQ(part(projection({"emails.primary"}), "emails"), R"([{"primary":true}])");
  EXPECT_EQ(part(projection({"name.familyName", "name"}), "name"),
            part(Projection(user_type()), "name"));
}

TEST(ScimProjection, NamesExtensionsWholeAndInPart) {
  EXPECT_EQ(names(projection({std::string(enterprise_urn)})), "schemas id enterprise");
  EXPECT_EQ(part(projection({std::string(enterprise_urn) + ":department"}), enterprise_urn),
            R"({"department":"Tour Operations"})");
  EXPECT_EQ(part(projection({std::string(enterprise_urn) + ":manager.value"}), enterprise_urn),
            R"({"manager":{"value":"26118915-6090-4610-87e4-49d8ca9f808d"}})");
  EXPECT_EQ(part(projection({}, {std::string(enterprise_urn)}), enterprise_urn), "");
  EXPECT_EQ(part(projection({}, {std::string(enterprise_urn) + ":manager"}), enterprise_urn),
            R"({"employeeNumber":"701984","department":"Tour Operations"})");
}

TEST(ScimProjection, ExcludedAttributesCannotRemoveWhatIsAlwaysReturned) {
  EXPECT_EQ(names(projection({}, {"id,schemas,userName,meta,groups"})),
            "schemas id externalId name displayName title active emails addresses enterprise");
  EXPECT_EQ(part(projection({}, {"emails.type"}), "emails"),
            R"([{"value":"bjensen@example.com","primary":true},{"value":"babs@jensen.org"}])");
  EXPECT_EQ(names(projection({}, {"nope"})), names(Projection(user_type())));
}

TEST(ScimProjection, RefusesBothListsAtOnce) {
  const std::vector<std::string> one{"userName"};
  const std::vector<std::string> blank{" , "};
  EXPECT_EQ(Projection::parse(one, one, user_type()).error().fault(), Fault::invalid_value);
  EXPECT_TRUE(Projection::parse(one, blank, user_type()));
  EXPECT_TRUE(Projection::parse(blank, blank, user_type())->is_default());
}

TEST(ScimProjection, RefusesAnEndlessList) {
  std::string list = "title";
  for (int i = 0; i < 500; ++i) list += ",title";
  EXPECT_EQ(Projection::parse({&list, 1}, {}, user_type()).error().fault(), Fault::invalid_value);
}

TEST(ScimProjection, ToleratesAFilterBehindAName) {  // Microsoft's Postman collection
  EXPECT_EQ(names(projection({R"(emails[type eq "work"],userName)"})),
            "schemas id userName emails");
  EXPECT_EQ(names(projection({R"(emails[type eq "a,b"].value)"})), "schemas id emails");
}

TEST(ScimProjection, SaysWhatNeedNotBeRead) {
  EXPECT_TRUE(projection({}, {"members"}, group_type()).keeps_document());
  EXPECT_FALSE(projection({}, {"members"}, group_type()).wants("members"));
  EXPECT_TRUE(projection({}, {"Groups"}).keeps_document());
  EXPECT_FALSE(projection({}, {"groups"}).wants("groups"));
  EXPECT_FALSE(projection({}, {"title"}).keeps_document());
  EXPECT_TRUE(projection({}, {"title"}).wants("groups"));
  EXPECT_FALSE(projection({}, {"emails.type"}).keeps_document());
  EXPECT_FALSE(projection({"userName"}).wants("groups"));
  EXPECT_TRUE(projection({"groups.value"}).wants("groups"));
  EXPECT_FALSE(projection({"userName"}).keeps_document());
  EXPECT_TRUE(Projection(user_type()).keeps_document());
  EXPECT_TRUE(Projection(user_type()).wants("groups"));
  EXPECT_FALSE(Projection(user_type()).wants("password"));
  EXPECT_FALSE(Projection(user_type()).wants("members"));
  EXPECT_FALSE(projection({}, {std::string(enterprise_urn)}).keeps_document());
}

TEST(ScimProjection, ReadsTheParametersOfAnyRequest) {
  const std::vector<http::Parameter> parameters{
      {"aadOptscim062020", ""}, {"Attributes", "userName"}, {"attributes", "title"}};
  EXPECT_EQ(names(*parse_projection(parameters, user_type())), "schemas id userName title");
}

}  // namespace
}  // namespace rollcall::scim
