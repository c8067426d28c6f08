#include "scim/filter.h"
#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

bool match(std::string_view text, const json::Object& resource) {
  const auto filter = parse_filter(text, user_type(), lenient());
  if (!filter) throw std::invalid_argument(filter.error().detail() + " in " + std::string(text));
  return matches(*filter, resource);
}

struct Case {
  const char* filter;
  bool want;
};

void expect(std::initializer_list<Case> cases, const json::Object& resource = barbara()) {
  for (const auto& [filter, want] : cases) EXPECT_EQ(match(filter, resource), want) << filter;
}

TEST(ScimFilterMatch, EvaluatesTheExamplesOfTheRfc) {  // RFC 7644 §3.4.2.2
  expect({
      {R"(userName eq "bjensen@example.com")", true},
      {R"(name.familyName co "ense")", true},
      {R"(name.familyName co "O'Malley")", false},
      {R"(userName sw "BJ")", true},
      {R"(urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J")", false},
      {R"(title pr)", true},
      {R"(meta.lastModified gt "2011-05-13T04:42:33Z")", true},
      {R"(meta.lastModified ge "2011-05-13T04:42:34Z")", true},
      {R"(meta.lastModified lt "2011-05-13T04:42:34Z")", false},
      {R"(title pr and userType eq "Employee")", false},
      {R"(title pr or userType eq "Intern")", true},
      {R"(schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")", true},
      {R"(schemas eq "urn:example:other")", false},
      {R"(userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org"))",
       false},
      {R"(emails[type eq "work" and value co "@example.com"])", true},
      {R"(emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"])",
       true},
  });
}

TEST(ScimFilterMatch, ComparesTextAsTheAttributeSays) {
  expect({
      {R"(title eq "TOUR guide")", true},   // caseExact false
      {R"(externalId eq "701984")", true},  // caseExact true
      {R"(id eq "01909A2C-0000-7000-8000-00000000000A")", false},
      {R"(meta.resourceType eq User)", true},
      {R"(meta.resourceType eq user)", false},
      {R"(title ew "GUIDE")", true},
      {R"(title ne "tour guide")", false},
      {R"(title gt "Tour A")", true},
      {R"(title le "tour guide")", true},
  });
  const auto resource = object(R"({"userName":"STRASSE@example.com","title":"\u00c9t\u00e9"})");
  expect({{"userName eq \"stra\u00dfe@example.com\"", true},
          {"title eq \"\u00e9T\u00c9\"", true},
          {"title sw \"E\u0301\"", true},
          {"title eq \"ete\"", false}},
         resource);
}

TEST(ScimFilterMatch, AnyValueOfAMultiValuedAttributeMayMatch) {
  expect({
      {R"(emails eq "BABS@jensen.org")", true},  // PingFederate: no sub-attribute means value
      {R"(emails.value ew "jensen.org")", true},
      {R"(emails.type eq "home")", true},
      {R"(emails.type eq "other")", false},
      {R"(emails.type ne "work")", true},
      {R"(groups eq "e9e30dba-f08f-4109-8486-d5c6a331660a")", true},
  });
}

TEST(ScimFilterMatch, WithinBracketsAllHoldsForOneElement) {
  expect({
      {R"(emails[type eq "work" and value ew "jensen.org"])", false},
      {R"(emails.type eq "work" and emails.value ew "jensen.org")", true},
      {R"(emails[type eq "home" and not (primary eq true)])", true},
      {R"(emails[type eq "work"].value eq "bjensen@example.com")", true},
      {R"(emails[type eq "home"].value eq "bjensen@example.com")", false},
      {R"(addresses[type eq "home" and country pr])", false},
      {R"(addresses[type eq "work" and country eq "us"])", true},
  });
}

TEST(ScimFilterMatch, PresentMeansNotEmpty) {
  const auto resource = object(
      R"({"userName":"x","title":"","emails":[],"name":{},"roles":[{"value":""}],"addresses":[{"type":"work"}]})");
  expect({{"userName pr", true},
          {"title pr", false},
          {"emails pr", false},
          {"name pr", false},
          {"nickName pr", false},
          {"roles.value pr", false},
          {"addresses pr", true},
          {"addresses.country pr", false},
          {"name.givenName pr", false}},
         resource);
  expect({{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", true},
          {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division pr", false}});
}

TEST(ScimFilterMatch, NullMeansNoValue) {
  expect({{"nickName eq null", true},
          {"title eq null", false},
          {"title ne null", true},
          {"nickName ne null", false},
          {"nickName eq \"x\"", false},
          {"nickName ne \"x\"", true}});
}

TEST(ScimFilterMatch, ComparesInstantsAcrossOffsets) {
  expect({
      {R"(meta.created eq "2010-01-23T05:56:22+01:00")", true},
      {R"(meta.created lt "2010-01-23T04:56:22.001Z")", true},
      {"meta.created gt 2010-01-22T20:56:21.8617979-08:00", true},
      {R"(meta.created sw "2010-01")", true},
  });
}

TEST(ScimFilterMatch, ComparesBooleansAlsoFromText) {
  expect({{"active eq true", true},
          {R"(active eq "True")", true},
          {R"(active eq "FALSE")", false},
          {"active ne false", true},
          {R"(emails[primary eq "True"].value eq "bjensen@example.com")", true},
          // RFC 7643 §2.4: primary is false unless stated.
          {R"(emails[primary eq false and type eq "home"])", true},
          {R"(emails[primary eq false].value eq "bjensen@example.com")", false},
          {R"(emails[type eq "home" and primary pr])", false},
          {"emails.primary eq false", true},
          {"roles.primary eq false", false}});
}

TEST(ScimFilterMatch, ReadsExtensions) {
  expect({
      {R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department sw "tour")", true},
      {R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "26118915-6090-4610-87e4-49d8ca9f808d")",
       true},
      {R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "26118915-6090-4610-87E4-49D8CA9F808D")",
       false},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq 701984", true},
      // Entra's check of a manager leaves the URN out.
      {R"(manager eq "26118915-6090-4610-87e4-49d8ca9f808d")", true},
      {R"(manager.value eq "x")", false},
  });
}

}  // namespace
}  // namespace rollcall::scim
