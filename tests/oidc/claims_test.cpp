#include "oidc/claims.h"

#include "tests/oidc/issuer.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using State = ClaimedGroups::State;
using Texts = std::vector<std::string>;
using test::list;

constexpr const char* oid = "aaaaaaaa-1111-2222-3333-444444444444";
constexpr const char* tid = "bbbbbbbb-1111-2222-3333-444444444444";

IdToken token_with(json::Object claims) {
  return {.issuer = "https://idp.example", .subject = "person-1", .claims = std::move(claims)};
}

Identity identity_of(json::Object claims, std::optional<json::Object> userinfo = std::nullopt,
                     const ClaimRules& rules = {}) {
  auto identity = to_identity(token_with(std::move(claims)), userinfo, rules);
  EXPECT_TRUE(identity) << identity.error().why();
  return identity ? *std::move(identity) : Identity();
}

ClaimRules rules_of(Vendor vendor, std::string_view groups = {}, std::string_view separator = {}) {
  return claim_rules(vendor, {}, groups, separator);
}

json::Value numbered(std::size_t count) {
  json::Array groups;
  for (std::size_t i = 0; i < count; ++i) groups.emplace_back("g" + std::to_string(i));
  return groups;
}

// RFC 6901 §5, spec/oidc 2: a name is a member, with a leading '/' a pointer.
TEST(OidcClaims, AreFoundByNameOrByPointer) {
  const auto document = json::parse(R"({"a.b":1,"https://app.example/groups":2,"":3,
      "realm_access":{"roles":[4,5]},"resource_access":{"my.app/x":{"roles":6}},"m~n":7,"~1":8})");
  ASSERT_TRUE(document);
  const std::vector<std::pair<const char*, int>> found{{"a.b", 1},
                                                       {"https://app.example/groups", 2},
                                                       {"/https:~1~1app.example~1groups", 2},
                                                       {"/", 3},
                                                       {"/realm_access/roles/0", 4},
                                                       {"/realm_access/roles/1", 5},
                                                       {"/resource_access/my.app~1x/roles", 6},
                                                       {"/m~0n", 7},
                                                       {"m~n", 7},
                                                       {"/~01", 8}};
  for (const auto& [name, value] : found) {
    const json::Value* claim = find_claim(*document->object(), name);
    ASSERT_NE(claim, nullptr) << name;
    EXPECT_EQ(*claim, json::Value(value)) << name;
  }
  for (const char* name : {"", "a", "realm_access/roles", "realm_access.roles", "/a/b", "/a.b/x",
                           "/realm_access/roles/2", "/realm_access/roles/00",
                           "/realm_access/roles/-", "/realm_access/roles/", "/realm_access/", "//",
                           "/realm_access/roles/99999999999999999999"}) {
    EXPECT_EQ(find_claim(*document->object(), name), nullptr) << name;
  }
}

// spec/oidc 2: value normalisation.
TEST(OidcGroups, AreTheTextsOfTheClaim) {
  struct Case {
    const char* name;
    const char* claim;
    const char* separator;
    Texts values;
  };
  const std::vector<Case> cases{
      {"an empty list", "[]", "", {}},
      {"a list", R"(["a","b"])", "", {"a", "b"}},
      {"Keycloak's paths", R"(["/org/eng"])", "", {"/org/eng"}},
      {"one text (PingFederate)", R"("admins")", "", {"admins"}},
      {"one text with a separator nobody configured", R"("a;b")", "", {"a;b"}},
      {"one joined text (OneLogin)", R"("a;b c; d")", ";", {"a", "b c", " d"}},
      {"a longer separator", R"("a||b|c")", "||", {"a", "b|c"}},
      {"empty parts", R"(";a;;b;")", ";", {"a", "b"}},
      {"an empty text", R"("")", "", {}},
      {"an empty text that might be split", R"("")", ";", {}},
      {"a list is not split", R"(["a;b"])", ";", {"a;b"}},
      {"an empty text in a list", R"(["","a"])", "", {"a"}},
      {"what is no text is passed over", R"([1,"a",null,true,["b"],{}])", "", {"a"}},
      {"objects",
       R"([{"name":"n","id":"i"},{"display":"d","value":"v"},{"value":"v"},{"id":"i"},{"x":"y"}])",
       "",
       {"n", "d", "v", "i"}},
      {"an object whose name is empty", R"([{"name":"","id":"i"}])", "", {"i"}},
      {"case and blanks stay", R"([" A "])", "", {" A "}}};
  for (const auto& [name, claim, separator, values] : cases) {
    const auto value = json::parse(claim);
    ASSERT_TRUE(value) << name;
    const ClaimedGroups groups = groups_of(&*value, separator);
    EXPECT_EQ(groups.state, State::present) << name;
    EXPECT_EQ(groups.values, values) << name;
  }
}

// product.md: malformed is never "no groups".
TEST(OidcGroups, ThatCannotBeReadAreUnknown) {
  const json::Value long_text = std::string(257, 'g');
  const std::vector<std::pair<const char*, json::Value>> cases{
      {"a number", 1},
      {"true", true},
      {"an object", json::Object{{"a", true}}},
      {"a list of numbers", json::Array{1, 2}},
      {"a list of null", json::Array{json::Null()}},
      {"over 10,000", numbered(10'001)},
      {"a text of 257 bytes", long_text},
      {"one of 257 bytes among others", json::Array{"a", long_text}}};
  for (const auto& [name, claim] : cases) {
    const ClaimedGroups groups = groups_of(&claim, "");
    EXPECT_EQ(groups.state, State::unknown) << name;
    EXPECT_FALSE(groups.problem.empty()) << name;
    EXPECT_TRUE(groups.values.empty()) << name;
  }
  EXPECT_EQ(groups_of(nullptr, "").state, State::absent);
  const json::Value most = numbered(10'000);
  EXPECT_EQ(groups_of(&most, "").values.size(), 10'000U);
  const json::Value longest = json::Array{std::string(256, 'g')};
  EXPECT_EQ(groups_of(&longest, "").state, State::present);
}

TEST(OidcGroups, AreThoseOfTheIdTokenBeforeThoseOfUserinfo) {
  const auto in_both =
      identity_of({{"groups", list({"a"})}}, json::Object{{"groups", list({"b"})}});
  EXPECT_EQ(in_both.groups.values, Texts{"a"});
  // oidc-provider: scope claims only in userinfo.
  EXPECT_EQ(identity_of({}, json::Object{{"groups", list({"b"})}}).groups.values, Texts{"b"});
  EXPECT_EQ(
      identity_of({{"groups", json::Array()}}, json::Object{{"groups", list({"b"})}}).groups.state,
      State::present);
  EXPECT_EQ(identity_of({}, json::Object()).groups.state, State::absent);
  EXPECT_EQ(identity_of({{"groups", json::Null()}}).groups.state, State::absent);
}

// spec/oidc 2, by vendor.
TEST(OidcGroups, AreWhereTheVendorSaysThem) {
  const json::Object keycloak{{"groups", list({"/org"})},
                              {"realm_access", json::Object{{"roles", list({"admin"})}}}};
  EXPECT_EQ(identity_of(keycloak, {}, rules_of(Vendor::keycloak)).groups.values, Texts{"/org"});
  EXPECT_EQ(
      identity_of(keycloak, {}, rules_of(Vendor::keycloak, "/realm_access/roles")).groups.values,
      Texts{"admin"});
  const json::Object auth0{{"https://app.example/groups", list({"a"})}};
  EXPECT_EQ(
      identity_of(auth0, {}, rules_of(Vendor::generic, "https://app.example/groups")).groups.values,
      Texts{"a"});
  EXPECT_EQ(identity_of({{"groups", "a;b"}}, {}, rules_of(Vendor::onelogin)).groups.values,
            (Texts{"a", "b"}));
  EXPECT_EQ(identity_of({{"groups", "a;b"}}, {}, rules_of(Vendor::pingone)).groups.values,
            Texts{"a;b"});
  EXPECT_EQ(identity_of({{"groups", "a,b"}}, {}, rules_of(Vendor::pingone, "", ",")).groups.values,
            (Texts{"a", "b"}));
  EXPECT_EQ(identity_of({{"group", "a"}}, {}, rules_of(Vendor::adfs)).groups.values, Texts{"a"});
  EXPECT_EQ(identity_of({{"hd", "x.example"}}, {}, rules_of(Vendor::google)).groups.state,
            State::absent);
}

// spec/oidc 2: Okta cuts at 100 without a word.
TEST(OidcGroups, OfOktaAreUnknownWhereThereAre100) {
  const auto state = [](std::size_t count, Vendor vendor) {
    return identity_of({{"groups", numbered(count)}}, {}, rules_of(vendor)).groups.state;
  };
  EXPECT_EQ(state(99, Vendor::okta), State::present);
  EXPECT_EQ(state(100, Vendor::okta), State::unknown);
  EXPECT_EQ(state(100, Vendor::generic), State::present);
}

// Core §5.6.2, spec/oidc 2: Entra's overage.
TEST(OidcGroups, ThatTheTokenSaysElsewhereAreUnknown) {
  const json::Object elsewhere{{"groups", "src1"}};
  const json::Object other{{"address", "src1"}};
  const auto state = [](json::Object claims, std::string_view claim = {},
                        std::optional<json::Object> userinfo = std::nullopt) {
    return identity_of(std::move(claims), userinfo, rules_of(Vendor::generic, claim)).groups.state;
  };
  EXPECT_EQ(state({{"_claim_names", elsewhere}}), State::unknown);
  EXPECT_EQ(state({{"_claim_names", elsewhere}}, "/groups"), State::unknown);
  EXPECT_EQ(state({{"_claim_names", "{}"}}), State::unknown);
  EXPECT_EQ(state({{"hasgroups", true}}), State::unknown);
  EXPECT_EQ(state({{"hasgroups", "true"}}), State::unknown);
  EXPECT_EQ(state({}, "", json::Object{{"_claim_names", elsewhere}}), State::unknown);
  EXPECT_EQ(state({{"_claim_names", other}}), State::absent);
  EXPECT_EQ(state({{"hasgroups", false}}), State::absent);
  EXPECT_EQ(state({{"hasgroups", true}}, "roles"), State::absent);
  EXPECT_EQ(state({{"_claim_names", elsewhere}, {"roles", list({"r"})}}, "roles"), State::present);
  EXPECT_EQ(state({{"_claim_names", elsewhere}}, "", json::Object{{"groups", list({"a"})}}),
            State::present);
}

// spec/oidc 1.6 (CVE-2026-14781): an address and what vouches for it are of one document.
TEST(OidcIdentity, HasAnAddressThatOnlyItsOwnDocumentVerifies) {
  struct Case {
    const char* name;
    json::Object token;
    json::Object userinfo;
    const char* email;
    bool verified;
  };
  const std::vector<Case> cases{
      {"verified", {{"email", "a@b.c"}, {"email_verified", true}}, {}, "a@b.c", true},
      {"not said", {{"email", "a@b.c"}}, {}, "a@b.c", false},
      {"false", {{"email", "a@b.c"}, {"email_verified", false}}, {}, "a@b.c", false},
      {"a text", {{"email", "a@b.c"}, {"email_verified", "true"}}, {}, "a@b.c", false},
      {"1", {{"email", "a@b.c"}, {"email_verified", 1}}, {}, "a@b.c", false},
      {"from userinfo", {}, {{"email", "a@b.c"}, {"email_verified", true}}, "a@b.c", true},
      {"the token's address, userinfo's word",
       {{"email", "a@b.c"}},
       {{"email", "x@y.z"}, {"email_verified", true}},
       "a@b.c",
       false},
      {"userinfo's address, the token's word",
       {{"email_verified", true}},
       {{"email", "a@b.c"}},
       "a@b.c",
       false},
      {"xms_edov of another vendor", {{"email", "a@b.c"}, {"xms_edov", true}}, {}, "a@b.c", false}};
  for (const auto& [name, token, userinfo, email, verified] : cases) {
    const Identity identity = identity_of(token, userinfo);
    EXPECT_EQ(identity.email, email) << name;
    EXPECT_EQ(identity.email_verified, verified) << name;
  }
}

// email_verified speaks of `email`, not of the claim that somebody mapped instead.
TEST(OidcIdentity, HasNoVerifiedAddressFromAnotherClaim) {
  const ClaimRules rules = claim_rules(Vendor::generic, {{"email", "upn"}}, "", "");
  const auto verified = [&](const char* upn) {
    const Identity identity = identity_of(
        {{"upn", upn}, {"email", "me@evil.example"}, {"email_verified", true}}, {}, rules);
    EXPECT_EQ(identity.email, upn);
    return identity.email_verified;
  };
  EXPECT_FALSE(verified("boss@corp.example"));
  EXPECT_TRUE(verified("me@evil.example"));
}

// spec/oidc 1.6 (GHSA-c5c4): exactly one '@', no quotes, no comments.
TEST(OidcIdentity, HasNoAddressThatIsNone) {
  const std::string longest = std::string(64, 'a') + "@" + std::string(255, 'b');
  EXPECT_EQ(identity_of({{"email", longest}}).email, longest);
  const std::vector<json::Value> none{"a@evil@corp.example",
                                      "@b.c",
                                      "a@",
                                      "@",
                                      "",
                                      "a",
                                      "\"a\"@b.c",
                                      "a(x)@b.c",
                                      "a b@c.d",
                                      "a@b\n",
                                      "a,b@c.d",
                                      "<a@b.c>",
                                      longest + "b",
                                      1,
                                      list({"a@b.c"}),
                                      std::string("a\0@b.c", 6)};
  for (const json::Value& email : none) {
    EXPECT_EQ(identity_of({{"email", email}}).email, std::nullopt) << json::write(email);
  }
}

TEST(OidcClaims, AreNamedByTheConnectionBeforeTheVendor) {
  const auto groups = [](const char* mapped, const char* named) {
    return claim_rules(Vendor::adfs, {{"groups", mapped}, {"email", ""}}, named, "").groups;
  };
  EXPECT_EQ(groups("", ""), "group");
  EXPECT_EQ(groups("roles", ""), "roles");
  EXPECT_EQ(groups("roles", "/realm/roles"), "/realm/roles");
  EXPECT_EQ(claim_rules(Vendor::adfs, {{"email", ""}}, "", "").email, "email");
}

TEST(OidcIdentity, HasTheNamesThatTheConnectionMaps) {
  const ClaimRules rules = claim_rules(
      Vendor::generic,
      {{"given", "first"}, {"family", "/name/last"}, {"name", "full"}, {"email", "mail"}}, "", "");
  const Identity mapped = identity_of({{"first", "Ada"},
                                       {"name", json::Object{{"last", "Lovelace"}}},
                                       {"full", "Ada L."},
                                       {"mail", "ada@x.example"}},
                                      {}, rules);
  EXPECT_EQ(mapped.given_name, "Ada");
  EXPECT_EQ(mapped.family_name, "Lovelace");
  EXPECT_EQ(mapped.display_name, "Ada L.");
  EXPECT_EQ(mapped.email, "ada@x.example");
  const Identity standard =
      identity_of({{"given_name", 1}, {"family_name", std::string(257, 'x')}, {"name", ""}},
                  json::Object{{"given_name", "Ada"}, {"family_name", "L"}, {"name", "Ada L."}});
  EXPECT_EQ(standard.given_name, "Ada");
  EXPECT_EQ(standard.family_name, "L");
  EXPECT_EQ(standard.display_name, "Ada L.");
}

// spec/oidc 1.6: (tid, oid) is who it is; sub is another for each client; names are nobody.
TEST(OidcIdentity, OfEntraIsTheObjectOfTheTenant) {
  const ClaimRules rules = rules_of(Vendor::entra);
  const json::Object claims{{"oid", oid},
                            {"tid", tid},
                            {"preferred_username", "boss@corp.example"},
                            {"upn", "boss@corp.example"},
                            {"unique_name", "boss@corp.example"}};
  const Identity identity = identity_of(claims, {}, rules);
  EXPECT_EQ(identity.subject, oid);
  EXPECT_EQ(identity.alternate_subject, "person-1");
  EXPECT_EQ(identity.email, std::nullopt);
  const auto code = [&](const char* claim, std::optional<json::Value> value) {
    json::Object changed = claims;
    changed.erase(claim);
    if (value) changed.set(claim, *value);
    // What userinfo says of them counts for nothing.
    return test::code_of(to_identity(token_with(changed), claims, rules));
  };
  EXPECT_EQ(code("oid", std::nullopt), "sub_invalid");
  EXPECT_EQ(code("tid", std::nullopt), "sub_invalid");
  EXPECT_EQ(code("oid", "person-1"), "sub_invalid");
  EXPECT_EQ(code("oid", 7), "sub_invalid");
  EXPECT_EQ(code("tid", "common"), "sub_invalid");
  EXPECT_EQ(code("ver", "2.0"), "");
}

TEST(OidcIdentity, OfEntraHasAnAddressThatXmsEdovVerifies) {
  const auto verified = [](json::Value edov) {
    return identity_of({{"oid", oid}, {"tid", tid}, {"email", "a@b.c"}, {"xms_edov", edov}}, {},
                       rules_of(Vendor::entra))
        .email_verified;
  };
  EXPECT_TRUE(verified(true));
  EXPECT_FALSE(verified(false));
  EXPECT_FALSE(verified("true"));
  EXPECT_FALSE(verified(1));
}

TEST(OidcIdentity, KeepsWhatTheIdTokenSaysBeforeUserinfo) {
  IdToken token = token_with({{"sub", "person-1"}, {"hd", "a.example"}});
  token.session = "session-1";
  token.authenticated = test::now;
  const auto identity = to_identity(
      token, json::Object{{"hd", "b.example"}, {"locale", "de"}, {"nonce", "n"}}, ClaimRules());
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->issuer, "https://idp.example");
  EXPECT_EQ(identity->subject, "person-1");
  EXPECT_EQ(identity->idp_session, "session-1");
  EXPECT_EQ(identity->authenticated, test::now);
  EXPECT_EQ(identity->claims,
            (json::Object{{"sub", "person-1"}, {"hd", "a.example"}, {"locale", "de"}}));
}

}  // namespace
}  // namespace rollcall::oidc
