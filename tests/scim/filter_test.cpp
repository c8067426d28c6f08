#include "scim/filter.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

/// The tree in prefix form: (and a (not b)).
std::string shape(const Filter& filter) {
  const auto list = [&](const std::string& name) {
    std::string text = '(' + name;
    for (const Filter& operand : filter.operands) text += ' ' + shape(operand);
    return text + ')';
  };
  switch (filter.kind) {
    case Filter::Kind::comparison:
      return filter.path.str() + (filter.op == Operator::present ? "?" : "");
    case Filter::Kind::all:
      return list("and");
    case Filter::Kind::any:
      return list("or");
    case Filter::Kind::negation:
      return list("not");
    case Filter::Kind::element:
      return list(filter.path.str() + "[]");
  }
  return "";
}

std::string parsed(std::string_view text, const Quirks& quirks = lenient()) {
  const auto filter = parse_filter(text, user_type(), quirks);
  return filter ? shape(*filter) : "refused";
}

TEST(ScimFilter, GroupsByPrecedence) {  // RFC 7644 §3.4.2.2: grouping, not, and, or
  const struct {
    const char* text;
    const char* shape;
  } cases[] = {
      {"title pr", "title?"},
      {"title pr and userType eq \"x\"", "(and title? userType)"},
      {"title pr or active pr and locale pr", "(or title? (and active? locale?))"},
      {"title pr and active pr or locale pr", "(or (and title? active?) locale?)"},
      {"title pr and (active pr or locale pr)", "(and title? (or active? locale?))"},
      {"not (title pr) and active pr", "(and (not title?) active?)"},
      {"not(title pr)", "(not title?)"},
      {"NOT (title PR AND active Pr)", "(not (and title? active?))"},
      {"not (not (title pr))", "(not (not title?))"},
      {"((title pr))", "title?"},
      {"emails[type eq \"work\" and value co \"@x\"]", "(emails[] (and type value))"},
      {"emails[not (type eq \"work\") or primary eq true] or title pr",
       "(or (emails[] (or (not type) primary)) title?)"},
      {"emails[type eq \"work\"].value eq \"a@b\"", "(emails[] (and type value))"},
      {"  title   pr  ", "title?"},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"x\"",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value"},
      {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User?"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(parsed(text), want) << text;
}

TEST(ScimFilter, RefusesWhatTheGrammarDoesNotKnow) {
  for (const char* text : {"",
                           " ",
                           "title",
                           "title eq",
                           "title xx \"a\"",
                           "eq \"a\"",
                           "(title pr",
                           "title pr)",
                           "title pr and",
                           "and title pr",
                           "title pr or or active pr",
                           "title pr active pr",
                           "not title pr",
                           "not",
                           "()",
                           "emails[type eq \"work\"",
                           "emails[]",
                           "emails[type]",
                           "emails]type eq \"x\"[",
                           "title eq \"open",
                           "title eq \"bad\\q\"",
                           "title eq 'single'",
                           "title[value pr]",
                           "name.givenName[value pr]",
                           "emails[emails[value pr]]",
                           "emails[type eq \"work\"].nope eq \"x\"",
                           "emails[type eq \"work\"]value eq \"x\"",
                           "title eq \"a\" \"b\"",
                           "title eq [\"a\"]",
                           "title eq {\"a\":1}",
                           "title.eq \"a\"",
                           "(title pr) emails pr",
                           "title eq \"a\"and",
                           "\x80 pr",
                           "title eq \"\xff\""}) {
    const auto filter = parse_filter(text, user_type(), lenient());
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().fault(), Fault::invalid_filter) << text;
  }
}

TEST(ScimFilter, RefusesAnUnknownAttributeByName) {
  for (const char* text : {"nope eq \"x\"", "emails[nope eq \"x\"]", "name.nope pr",
                           "urn:example:2.0:User:colour eq \"red\"", "members eq \"x\""}) {
    const auto filter = parse_filter(text, user_type(), lenient());
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().fault(), Fault::invalid_filter);
    EXPECT_NE(filter.error().detail().find("no attribute"), std::string::npos) << text;
  }
}

TEST(ScimFilter, RefusesComparisonsThatTheTypeDoesNotHave) {  // RFC 7644 table 3
  for (const char* text :
       {"active gt true", "active le false", "active co \"t\"", "active eq 1",
        "active eq \"maybe\"", "x509Certificates.value gt \"a\"", "meta.created gt \"yesterday\"",
        "name eq \"x\"", "meta eq \"x\"", "addresses eq \"x\"", "title gt null", "title co null",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User eq \"x\""}) {
    const auto filter = parse_filter(text, user_type(), lenient());
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().fault(), Fault::invalid_filter) << text;
  }
}

TEST(ScimFilter, IsNoOracleForPasswords) {  // RFC 7644 §7.5.2
  for (const char* text :
       {"password eq \"x\"", "password sw \"a\"", "PASSWORD pr", "not (password co \"a\")",
        "urn:ietf:params:scim:schemas:core:2.0:User:password gt \"m\""}) {
    const auto filter = parse_filter(text, user_type(), lenient());
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().fault(), Fault::invalid_filter);
  }
}

TEST(ScimFilter, ReadsUnquotedLiteralsInLenientModeOnly) {  // spec/scim 1.5
  for (const char* text :
       {"externalId eq jyoung", "meta.resourceType eq User", "name.FamilyName eq Employee",
        "meta.Created gt 2015-10-10T14:38:21.8617979-07:00", "(userName eq bjensen@example.com)",
        "emails[type eq work]",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"
        "employeeNumber eq 701984",
        "active eq \"True\"", "active eq False"}) {
    EXPECT_NE(parsed(text), "refused") << text;
  }
  for (const char* text : {"externalId eq jyoung", "externalId eq 12", "active eq \"True\"",
                           "meta.created gt 2015-10-10T14:38:21Z"}) {
    EXPECT_EQ(parsed(text, strict()), "refused") << text;
  }
  EXPECT_EQ(parsed("externalId eq \"jyoung\"", strict()), "externalId");
  EXPECT_EQ(parsed("active eq true", strict()), "active");
}

TEST(ScimFilter, GivesLiteralsTheTypeOfTheAttribute) {
  const auto literal = [](std::string_view text) {
    return parse_filter(text, user_type(), lenient())->literal;
  };
  EXPECT_EQ(literal("active eq \"False\""), json::Value(false));
  EXPECT_EQ(literal("externalId eq 00017"), json::Value("00017"));
  EXPECT_EQ(literal("externalId eq true"), json::Value("true"));
  EXPECT_EQ(literal("title eq null"), json::Value());
  EXPECT_EQ(literal("title eq \"a\\\"b\\u00e9\""), json::Value("a\"b\u00e9"));
  EXPECT_EQ(literal("title eq \"\""), json::Value(""));
}

TEST(ScimFilter, SaysWhereTheProblemIs) {
  const auto filter = parse_filter("title pr and nope eq \"x\"", user_type(), lenient());
  EXPECT_NE(filter.error().detail().find("character 14"), std::string::npos)
      << filter.error().detail();
}

TEST(ScimFilter, RefusesHostileNestingAndLengthQuickly) {
  const std::string deep = std::string(1000, '(') + "title pr" + std::string(1000, ')');
  std::string negated;
  for (int i = 0; i < 1000; ++i) negated += "not (";
  std::string wide = "title pr";
  while (wide.size() < 100'000) wide += " or title pr";
  std::string terms = "title pr";
  for (std::size_t i = 0; i < max_filter_terms; ++i) terms += " and title pr";
  for (const std::string& text :
       {deep, negated + "title pr", wide, terms, std::string(100'000, '('),
        std::string(100'000, 'a'), "title eq \"" + std::string(100'000, '\\')}) {
    const auto filter = parse_filter(text, user_type(), lenient());
    ASSERT_FALSE(filter);
    EXPECT_EQ(filter.error().fault(), Fault::invalid_filter);
    EXPECT_LT(filter.error().detail().size(), 400U);
  }
}

TEST(ScimFilter, AcceptsDepthAndTermsUpToTheLimit) {
  const std::string deep =
      std::string(max_filter_depth, '(') + "title pr" + std::string(max_filter_depth, ')');
  EXPECT_EQ(parsed(deep), "title?");
  std::string many = "title pr";
  for (std::size_t i = 1; i < max_filter_terms; ++i) many += " and title pr";
  const auto filter = parse_filter(many, user_type(), lenient());
  ASSERT_TRUE(filter);
  EXPECT_EQ(terms(*filter), max_filter_terms);
}

TEST(ScimFilter, TellsWhichAttributesItNeeds) {
  const auto needs = [](std::string_view text, std::string_view attribute) {
    return refers_to(*parse_filter(text, user_type(), lenient()), attribute);
  };
  EXPECT_TRUE(needs("title pr or not (groups.value eq \"x\")", "groups"));
  EXPECT_TRUE(needs("groups[value eq \"x\"]", "groups"));
  EXPECT_FALSE(needs("title pr and userName eq \"groups\"", "groups"));
}

TEST(ScimFilter, WithinBracketsKnowsOnlySubAttributes) {
  const Attribute& emails = *user_type().schema->find("emails");
  EXPECT_TRUE(parse_element_filter("type eq \"work\"", emails, lenient()));
  EXPECT_TRUE(parse_element_filter("PRIMARY eq \"True\"", emails, lenient()));
  EXPECT_FALSE(parse_element_filter("userName eq \"x\"", emails, lenient()));
  EXPECT_FALSE(parse_element_filter("emails.type eq \"x\"", emails, lenient()));
}

}  // namespace
}  // namespace rollcall::scim
