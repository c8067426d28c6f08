#include "scim/schema.h"

#include "tests/scim/documents.h"

#include <functional>
#include <set>

namespace rollcall::scim {
namespace {

void each_attribute(const json::Object& owner, std::string_view list, const std::string& prefix,
                    const std::function<void(const std::string&, const json::Object&)>& visit) {
  const json::Value* attributes = owner.find(list);
  if (attributes == nullptr) return;
  for (const json::Value& element : *attributes->array()) {
    const json::Object& attribute = *element.object();
    const std::string name = prefix + *attribute.find("name")->string();
    visit(name, attribute);
    each_attribute(attribute, "subAttributes", name + '.', visit);
  }
}

void each_published(const std::function<void(const std::string&, const json::Object&)>& visit) {
  for (const Schema* schema : published_schemas()) {
    each_attribute(schema->definition, "attributes", schema->name + ':', visit);
  }
  each_attribute(user_type().common->definition, "attributes", "", visit);
}

TEST(ScimSchema, EveryAttributeStatesAllItsCharacteristics) {  // RFC 7643 §7
  each_published([](const std::string& name, const json::Object& attribute) {
    SCOPED_TRACE(name);
    const bool complex = *attribute.find("type")->string() == "complex";
    for (const char* key :
         {"name", "type", "multiValued", "description", "required", "mutability", "returned"}) {
      EXPECT_NE(attribute.find(key), nullptr) << key;
    }
    // Errata 6004 and 8415: a complex attribute has sub-attributes and neither case nor uniqueness.
    EXPECT_EQ(attribute.find("subAttributes") != nullptr, complex);
    EXPECT_EQ(attribute.find("uniqueness") == nullptr, complex);
    EXPECT_EQ(attribute.find("caseExact") == nullptr, complex);
    const bool reference = *attribute.find("type")->string() == "reference";
    EXPECT_EQ(attribute.find("referenceTypes") != nullptr, reference);
    EXPECT_FALSE(attribute.find("description")->string()->empty());
  });
}

TEST(ScimSchema, SubAttributesAreNeverComplex) {  // erratum 8415
  each_published([](const std::string& name, const json::Object& attribute) {
    const json::Value* inner = attribute.find("subAttributes");
    if (inner == nullptr) return;
    for (const json::Value& element : *inner->array()) {
      EXPECT_NE(*element.object()->find("type")->string(), "complex") << name;
    }
  });
}

TEST(ScimSchema, AttributeNamesAreUniqueWithoutRegardToCase) {  // RFC 7643 §2.1
  std::set<std::string> names;
  each_published([&](const std::string& name, const json::Object&) {
    std::string lower;
    for (const char c : name) lower += static_cast<char>(std::tolower(c));
    EXPECT_TRUE(names.insert(lower).second) << name;
  });
  EXPECT_GT(names.size(), 80U);
}

TEST(ScimSchema, HasEveryAttributeOfTheRfc) {  // RFC 7643 §4.1–4.3
  for (const char* name : {"userName",        "name",         "displayName",  "nickName",
                           "profileUrl",      "title",        "userType",     "preferredLanguage",
                           "locale",          "timezone",     "active",       "password",
                           "emails",          "phoneNumbers", "ims",          "photos",
                           "addresses",       "groups",       "entitlements", "roles",
                           "x509Certificates"}) {
    EXPECT_NE(user_type().schema->find(name), nullptr) << name;
  }
  for (const char* name :
       {"employeeNumber", "costCenter", "organization", "division", "department", "manager"}) {
    EXPECT_NE(user_type().extensions.front()->find(name), nullptr) << name;
  }
}

TEST(ScimSchema, AppliesTheVerifiedErrata) {
  EXPECT_TRUE(group_type().schema->find("displayName")->required);  // 5368
  const Attribute* manager = user_type().extensions.front()->find("manager");
  EXPECT_TRUE(manager->find("value")->case_exact);  // 8472
  EXPECT_EQ(user_type().schema->find("groups")->find("$ref")->reference_types,
            std::vector<std::string>{"Group"});  // 8471
}

TEST(ScimSchema, CommonAttributesAreAsTheRfcSays) {  // RFC 7643 §3.1
  const Schema& common = *user_type().common;
  EXPECT_EQ(common.find("id")->returned, Returned::always);
  EXPECT_EQ(common.find("id")->mutability, Mutability::read_only);
  EXPECT_TRUE(common.find("externalId")->case_exact);
  EXPECT_EQ(common.find("meta")->mutability, Mutability::read_only);
  EXPECT_EQ(common.find("meta")->find("lastModified")->type, Type::date_time);
}

TEST(ScimSchema, PasswordIsNeverReturned) {
  EXPECT_EQ(user_type().schema->find("password")->returned, Returned::never);
  EXPECT_EQ(user_type().schema->find("password")->mutability, Mutability::write_only);
}

TEST(ScimSchema, FindsAttributesAndExtensionsInAnyCase) {
  EXPECT_EQ(user_type().find("USERNAME"), user_type().schema->find("userName"));
  EXPECT_EQ(user_type().find("externalid"), user_type().common->find("externalId"));
  EXPECT_NE(user_type().extension("URN:IETF:params:scim:schemas:extension:enterprise:2.0:user"),
            nullptr);
  EXPECT_EQ(group_type().extension(enterprise_urn), nullptr);
  EXPECT_EQ(user_type().find("favouriteColour"), nullptr);
}

}  // namespace
}  // namespace rollcall::scim
