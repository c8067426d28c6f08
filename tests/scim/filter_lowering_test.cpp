#include "scim/filter_lowering.h"

#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

Lowered<UserSelection> user(std::string_view text) {
  return lower_user_filter(*parse_filter(text, user_type(), lenient()));
}
Lowered<GroupSelection> group(std::string_view text) {
  return lower_group_filter(*parse_filter(text, group_type(), lenient()));
}

TEST(ScimFilterLowering, AnswersTheMatchingQueriesOfIdentityProvidersByIndexAlone) {
  EXPECT_EQ(user("userName eq \"A@b\"").selection.user_name, "A@b");
  EXPECT_EQ(user("externalId eq jyoung").selection.external_id, "jyoung");
  for (const char* text :
       {"emails eq \"a@b\"", "emails.value eq \"a@b\"", "emails[value eq \"a@b\"]"}) {
    EXPECT_EQ(user(text).selection.email, "a@b") << text;
    EXPECT_TRUE(user(text).exact) << text;
  }
  EXPECT_EQ(user("id eq \"" + std::string(user_id) + '"').selection.id, UserId::parse(user_id));
  EXPECT_EQ(user("active eq \"False\"").selection.active, false);
  for (const char* text : {"userName eq \"a\"", "externalId eq a", "active eq true",
                           "userName eq \"a\" and active eq true"}) {
    EXPECT_TRUE(user(text).exact) << text;
  }
}

TEST(ScimFilterLowering, AnswersGroupQueriesByIndex) {
  EXPECT_EQ(group("displayName eq \"Tour Guides\"").selection.display_name, "Tour Guides");
  const std::string id(member_a);
  for (const std::string& text : {"members eq \"" + id + '"', "members.value eq \"" + id + '"',
                                  "members[value eq \"" + id + "\"]"}) {
    EXPECT_EQ(group(text).selection.member, UserId::parse(id)) << text;
    EXPECT_TRUE(group(text).exact) << text;
  }
}

TEST(ScimFilterLowering, LeavesTheRestOfAConjunctionToEvaluation) {
  const auto work = user(R"(emails[type eq "work"].value eq "a@b")");
  EXPECT_EQ(work.selection.email, "a@b");
  EXPECT_FALSE(work.exact);
  const auto both = user(R"(emails[type eq "work" and value eq "a@b"])");
  EXPECT_EQ(both.selection.email, "a@b");
  EXPECT_FALSE(both.exact);
  const auto manager = user("id eq \"" + std::string(user_id) +
                            "\" and urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"
                            "manager eq \"x\"");
  EXPECT_TRUE(manager.selection.id);
  EXPECT_FALSE(manager.exact);
  const auto since = user("meta.lastModified gt \"2026-01-01T00:00:00Z\"");
  EXPECT_EQ(since.selection.modified_since, parse_timestamp("2026-01-01T00:00:00Z"));
  EXPECT_FALSE(since.exact);
  const auto twice = user("userName eq \"a\" and userName eq \"b\"");
  EXPECT_EQ(twice.selection.user_name, "a");
  EXPECT_FALSE(twice.exact);
}

TEST(ScimFilterLowering, DoesNotConstrainWhatADisjunctionOrNegationSays) {
  for (const char* text :
       {"userName eq \"a\" or userName eq \"b\"", "not (userName eq \"a\")", "userName sw \"a\"",
        "userName ne \"a\"", "emails[type eq \"work\" or value eq \"a\"]",
        "emails[not (value eq \"a\")]", "userName eq null", "active ne true",
        "meta.lastModified lt \"2026-01-01T00:00:00Z\"", "displayName eq \"x\""}) {
    EXPECT_TRUE(user(text).selection.unconstrained()) << text;
    EXPECT_FALSE(user(text).exact) << text;
  }
}

TEST(ScimFilterLowering, AnIdThatIsNoneOfOursMatchesNothing) {
  EXPECT_TRUE(user("id eq \"not-a-uuid\"").nothing);
  EXPECT_TRUE(user("id eq \"01909A2C-0000-7000-8000-00000000000A\"").nothing);  // caseExact
  EXPECT_TRUE(user("title pr and id eq \"1\"").nothing);
  EXPECT_TRUE(group("members eq \"x\"").nothing);
  EXPECT_FALSE(user("title pr or id eq \"1\"").nothing);
}

TEST(ScimFilterLowering, LosesNoMatch) {
  // Whatever the filter, a resource that matches is in the selection.
  const json::Object resource = barbara();
  for (const char* text : {"userName eq \"BJENSEN@EXAMPLE.COM\" and active eq true",
                           "emails[type eq \"home\"].value eq \"babs@jensen.org\"",
                           "meta.lastModified ge \"2011-05-13T04:42:34Z\" and title pr"}) {
    ASSERT_TRUE(matches(*parse_filter(text, user_type(), lenient()), resource)) << text;
    const auto lowered = user(text);
    EXPECT_FALSE(lowered.nothing) << text;
    EXPECT_FALSE(lowered.selection.unconstrained()) << text;
  }
}

}  // namespace
}  // namespace rollcall::scim
