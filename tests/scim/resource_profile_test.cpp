#include "tests/scim/documents.h"

namespace rollcall::scim {
namespace {

TEST(ScimUserProfile, HoldsWhatTheStoreSearches) {
  const auto profile = read_user(value(R"({
      "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],
      "userName":"Babs@Example.com","externalId":"E-1","active":"False","password":"secret",
      "emails":[{"value":"home@x","type":"home"},{"value":"work@x","type":"work","primary":true}],
      "name":{"givenName":"Barbara","familyName":"Jensen"},
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"d"}})"),
                                 lenient());
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->user_name, "Babs@Example.com");
  EXPECT_EQ(profile->external_id, "E-1");
  EXPECT_FALSE(profile->active);
  EXPECT_EQ(profile->emails, (std::vector<std::string>{"work@x", "home@x"}));
  EXPECT_EQ(profile->display_name, "Barbara Jensen");
  EXPECT_EQ(profile->schemas,
            (std::vector<std::string>{std::string(user_urn), std::string(enterprise_urn)}));
  EXPECT_EQ(profile->document.find("secret"), std::string::npos);
  EXPECT_EQ(profile->document.find("E-1"), std::string::npos);
  EXPECT_EQ(profile->document.find("schemas\":"), std::string::npos);
  EXPECT_NE(profile->document.find(R"("active":false)"), std::string::npos);
}

TEST(ScimUserProfile, IsActiveUnlessStated) {
  EXPECT_TRUE(read_user(value(R"({"userName":"a"})"), lenient())->active);
  EXPECT_EQ(read_user(value(R"({"userName":"a"})"), lenient())->document,
            R"("userName":"a","active":true)");
  EXPECT_FALSE(read_user(value(R"({"userName":"a","active":false})"), lenient())->active);
}

TEST(ScimUserProfile, HasTheBestNameForPeople) {
  const auto name = [](std::string_view members) {
    return read_user(value(R"({"userName":"u")" + std::string(members) + '}'), lenient())
        ->display_name;
  };
  EXPECT_EQ(name(R"(,"displayName":"D","name":{"formatted":"F"})"), "D");
  EXPECT_EQ(name(R"(,"name":{"formatted":"F","givenName":"G"})"), "F");
  EXPECT_EQ(name(R"(,"name":{"givenName":"G","familyName":"H"})"), "G H");
  EXPECT_EQ(name(R"(,"name":{"familyName":"H"})"), "H");
  EXPECT_EQ(name(R"(,"displayName":" ")"), "u");
}

TEST(ScimUserProfile, SurvivesTheWayThroughTheStore) {
  const auto profile = read_user(json::Value(barbara()), lenient());
  ASSERT_TRUE(profile);
  const User user{*UserId::parse(user_id),
                  1,
                  *profile,
                  UserState::active,
                  CreatedBy::scim,
                  true,
                  std::nullopt,
                  7,
                  *parse_timestamp("2026-01-01T00:00:00Z"),
                  *parse_timestamp("2026-01-02T00:00:00Z")};
  json::Object document = user_document(user, base_url);
  EXPECT_EQ(
      json::write(*document.find("meta")),
      R"({"resourceType":"User","created":"2026-01-01T00:00:00.000Z",)"
      R"("lastModified":"2026-01-02T00:00:00.000Z",)"
      R"("location":"https://scim.example.com/scim/v2/Users/01909a2c-0000-7000-8000-00000000000a",)"
      R"("version":"W/\"7\""})");
  EXPECT_EQ(*document.find("id"), json::Value(user_id));
  EXPECT_EQ(*document.find("externalId"), json::Value("701984"));
  EXPECT_EQ(document.begin()->name, "schemas");
  const auto again = user_profile(std::move(document));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->document, profile->document);
  EXPECT_EQ(again->external_id, profile->external_id);
  EXPECT_EQ(again->schemas, profile->schemas);
  EXPECT_EQ(again->emails, profile->emails);
}

TEST(ScimUserProfile, NeedsItsRequiredAttributesAlsoAfterAPatch) {
  json::Object document = barbara();
  document.erase("userName");
  const auto profile = user_profile(document);
  ASSERT_FALSE(profile);
  EXPECT_EQ(profile.error().fault(), Fault::invalid_value);
}

TEST(ScimUserProfile, ADocumentThatTheStoreGarbledIsAnOperatorsFault) {
  User user{*UserId::parse(user_id),
            1,
            {},
            UserState::active,
            CreatedBy::scim,
            true,
            std::nullopt,
            1,
            {},
            {}};
  user.profile.document = R"("userName":)";
  EXPECT_THROW((void)user_document(user, base_url), std::runtime_error);
}

TEST(ScimGroupBody, KeepsMembersApartFromTheDocument) {
  const auto body = [](std::string_view members) {
    return read_group(
        value(R"({"displayName":"Tour Guides","externalId":"E")" + std::string(members) + '}'),
        lenient());
  };
  const std::string a(member_a), b(member_b);
  EXPECT_FALSE(body("")->members);
  EXPECT_EQ(body(R"(,"members":null)")->members, std::vector<UserId>());
  EXPECT_EQ(body(R"(,"members":[])")->members, std::vector<UserId>());
  const auto full =
      body(R"(,"Members":[{"value":")" + a + R"(","display":"A"},{"$ref":null,"value":")" + b +
           R"("},{"value":")" + a + R"("},{"$ref":"../Users/)" + b + R"("}])");
  ASSERT_TRUE(full) << full.error().detail();
  EXPECT_EQ(full->members, (std::vector<UserId>{*UserId::parse(a), *UserId::parse(b)}));
  EXPECT_EQ(full->profile.document, R"("displayName":"Tour Guides")");
  EXPECT_EQ(full->profile.external_id, "E");
  for (const char* bad : {R"(,"members":[{"value":"nobody"}])", R"(,"members":[{}])",
                          R"(,"members":[7])", R"(,"members":{"display":"x"})"}) {
    const auto refused = body(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().fault(), Fault::invalid_value) << bad;
  }
}

TEST(ScimGroupBody, NeedsADisplayName) {  // erratum 5368
  for (const char* body : {"{}", R"({"displayName":""})", R"({"displayName":null})"}) {
    EXPECT_EQ(read_group(value(body), lenient()).error().fault(), Fault::invalid_value) << body;
  }
  EXPECT_EQ(read_group(value("[]"), lenient()).error().fault(), Fault::invalid_syntax);
}

TEST(ScimResourceValues, ShowGroupsAndMembersWithTheirAddress) {
  const UserGroup group{*GroupId::parse("01909a2c-0000-7000-8000-0000000000c3"), "Tour Guides"};
  EXPECT_EQ(
      json::write(groups_value({&group, 1}, base_url)),
      R"([{"value":"01909a2c-0000-7000-8000-0000000000c3",)"
      R"("$ref":"https://scim.example.com/scim/v2/Groups/01909a2c-0000-7000-8000-0000000000c3",)"
      R"("display":"Tour Guides","type":"direct"}])");
  const GroupMember member{*UserId::parse(member_a), 1, "Babs", Origin::scim, {}};
  EXPECT_EQ(
      json::write(members_value({&member, 1}, base_url)),
      R"([{"value":"01909a2c-0000-7000-8000-0000000000a1",)"
      R"("$ref":"https://scim.example.com/scim/v2/Users/01909a2c-0000-7000-8000-0000000000a1",)"
      R"("display":"Babs","type":"User"}])");
}

}  // namespace
}  // namespace rollcall::scim
