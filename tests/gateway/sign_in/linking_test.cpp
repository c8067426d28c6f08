// Whose identity it is: spec/access 3.3a.3, spec/oidc 1.6, product.md "Identity".
#include "tests/gateway/sign_in/sign_ins.h"

namespace rollcall::sign_in::test {
namespace {

using SignInLinking = SignIns;

// S8: who was added before comes in and is bound; from then on the identity counts, not the
// address.
TEST_F(SignInLinking, BindsTheUserWhoHasTheAddress) {
  const User bea = must(add("bea@acme.test"));
  const SignedIn first = must(enter(person("1", "Bea@ACME.test")));
  EXPECT_EQ(first.user.id, bea.id);
  ASSERT_TRUE(first.session);
  ASSERT_EQ(identities_of(bea).size(), 1U);
  EXPECT_EQ(identities_of(bea)[0].subject, "1");

  Identity renamed = person("1", "beatrice@acme.test");
  EXPECT_EQ(must(enter(renamed)).user.id, bea.id);
  renamed.email_verified = false;
  EXPECT_EQ(must(enter(renamed)).user.id, bea.id);
  EXPECT_EQ(must(get(bea.id)).profile.emails, bea.profile.emails);
  EXPECT_EQ(user_count(), 1);
}

TEST_F(SignInLinking, BindsTheUserWhoseUserNameIsTheAddress) {
  UserProfile profile = rollcall::test::user_profile("bea@acme.test");
  profile.emails = {"private@home.example"};
  const User bea = must(by_admin([&](Users& users) { return users.add(profile, {}); }));
  EXPECT_EQ(must(enter(person("1", "bea@acme.test"))).user.id, bea.id);
}

TEST_F(SignInLinking, DoesNotBindASecondaryAddress) {
  declare({{"jit", false}});
  UserProfile profile = rollcall::test::with_address("bea@acme.test");
  profile.emails = {"bea@acme.test", "team@acme.test"};
  must(by_admin([&](Users& users) { return users.add(profile, {}); }));
  EXPECT_EQ(code_of(enter(person("1", "team@acme.test"))), "user_not_provisioned");
}

struct NotVouchedFor {
  const char* name;
  json::Object settings;
  Identity identity;
};
class SignInVouching : public SignIns, public testing::WithParamInterface<NotVouchedFor> {};

TEST_P(SignInVouching, IsNeededToBindByAddress) {
  declare(GetParam().settings);
  const User bea = must(add("bea@acme.test"));
  const auto before = audited();
  EXPECT_EQ(code_of(enter(GetParam().identity)), "email_unverified");
  EXPECT_TRUE(identities_of(bea).empty());
  EXPECT_EQ(audited(), before);
}

Identity unverified(std::string email) {
  Identity identity = person("1", std::move(email));
  identity.email_verified = false;
  return identity;
}

json::Object entra(const std::string& tenant, json::Array tenants) {
  return {{"vendor", "entra"},
          {"email_verified_by", "domain"},
          {"oidc", json::Object{{"issuer", "https://login.microsoftonline.com/" + tenant + "/v2.0"},
                                {"client_id", "rollcall"},
                                {"tenants", std::move(tenants)}}}};
}
const std::string tenant_a = "11111111-1111-4111-8111-111111111111";
const std::string tenant_b = "22222222-2222-4222-8222-222222222222";

INSTANTIATE_TEST_SUITE_P(
    Rules, SignInVouching,
    testing::Values(
        // The connection has no domain, or not this one's: the address proves nothing.
        NotVouchedFor{"NoDomains", {{"domains", json::Array{}}}, person("1", "bea@acme.test")},
        NotVouchedFor{"Unverified", {}, unverified("bea@acme.test")},
        // nOAuth: in any other tenant anybody can have the address.
        NotVouchedFor{"ManyTenants", entra("organizations", {tenant_a, tenant_b}),
                      unverified("bea@acme.test")},
        // A user of another domain, no domain declared.
        NotVouchedFor{"DomainOnlyWithoutDomains",
                      {{"email_verified_by", "domain"}, {"domains", json::Array{}}},
                      unverified("bea@acme.test")}),
    [](const auto& at) { return std::string(at.param.name); });

class SignInDomainVouches : public SignIns, public testing::WithParamInterface<json::Object> {};

// product.md: email_verified_by: domain; Entra only with one tenant.
TEST_P(SignInDomainVouches, BindsWithoutEmailVerified) {
  json::Object over = GetParam();
  over.set("email_verified_by", "domain");
  declare(over);
  const User bea = must(add("bea@acme.test"));
  EXPECT_EQ(must(enter(unverified("bea@acme.test"))).user.id, bea.id);
}
INSTANTIATE_TEST_SUITE_P(Connections, SignInDomainVouches,
                         testing::Values(json::Object{}, entra(tenant_a, {}),
                                         entra("organizations", {tenant_a})));

// A SAML assertion has no email_verified: the domain is enough (3.3a.3).
TEST_F(SignInLinking, TakesASamlAddressOfItsDomain) {
  declare({{"protocol", "saml"}, {"saml", json::Object{{"metadata_url", "https://idp/metadata"}}}});
  const User bea = must(add("bea@acme.test"));
  EXPECT_EQ(must(enter(unverified("bea@acme.test"))).user.id, bea.id);
}

// spec/oidc 1.6: the account has no other identity of that issuer.
TEST_F(SignInLinking, RefusesASecondSubjectOfTheSameIssuer) {
  const User bea = must(add("bea@acme.test"));
  must(enter(person("1", "bea@acme.test")));
  EXPECT_EQ(code_of(enter(person("2", "bea@acme.test"))), "subject_conflict");
  EXPECT_EQ(identities_of(bea).size(), 1U);
}

TEST_F(SignInLinking, BindsASecondConnection) {
  declare({}, "other");
  const User bea = must(add("bea@acme.test"));
  must(enter(person("1", "bea@acme.test")));
  Identity elsewhere = person("a", "bea@acme.test");
  elsewhere.connection = "other";
  EXPECT_EQ(must(enter(elsewhere)).user.id, bea.id);
  EXPECT_EQ(identities_of(bea).size(), 2U);
}

// The same subject at another issuer is another person (CVE-2026-9092).
TEST_F(SignInLinking, ReadsSubjectAndIssuerTogether) {
  declare({{"jit", false}});
  must(add("bea@acme.test"));
  must(enter(person("1", "bea@acme.test")));
  Identity stranger = person("1", "cy@acme.test");
  stranger.issuer = "https://evil.example";
  EXPECT_EQ(code_of(enter(stranger)), "user_not_provisioned");
}

// spec/oidc 1.6: a pre-created SCIM user links by externalId first, whatever the address.
TEST_F(SignInLinking, BindsTheScimUserOfTheExternalId) {
  must(add("cy@acme.test"));
  const User bea = provisioned("bea@acme.test", "00u1");
  Identity identity = unverified("cy@acme.test");
  identity.subject = "00u1";
  EXPECT_EQ(must(enter(identity)).user.id, bea.id);
}

TEST_F(SignInLinking, IgnoresExternalIdsOfOtherIdPs) {
  connect(R"({"connection":"somebody-else","manual_users":true})");
  declare({{"jit", false}});
  UserProfile profile = rollcall::test::with_address("bea@acme.test");
  profile.external_id = "00u1";
  must(provision(profile));
  Identity identity = person("00u1", "nobody@acme.test");
  EXPECT_EQ(code_of(enter(identity)), "user_not_provisioned");
}

TEST_F(SignInLinking, RefusesAnExternalIdWhoseUserIsSomebodyElse) {
  const User bea = provisioned("bea@acme.test", "00u1");
  must(enter(person("1", "bea@acme.test")));
  EXPECT_EQ(code_of(enter(person("00u1", "bea@acme.test"))), "subject_conflict");
  EXPECT_EQ(identities_of(bea).size(), 1U);
}

// 3.3a.3: deactivated: deny, whatever found the user; nothing is bound.
TEST_F(SignInLinking, RefusesDeactivatedUsers) {
  const User known = provisioned("bea@acme.test", "00u1");
  must(enter(person("00u1", "bea@acme.test")));
  const User unknown = provisioned("cy@acme.test", "00u2");
  must(set_active(known, false));
  must(set_active(unknown, false));
  EXPECT_EQ(code_of(enter(person("00u1", "bea@acme.test"))), "user_deactivated");
  EXPECT_EQ(code_of(enter(person("00u2", "cy@acme.test"))), "user_deactivated");
  EXPECT_EQ(code_of(enter(person("9", "cy@acme.test"))), "user_deactivated");
  EXPECT_TRUE(identities_of(unknown).empty());
  must(set_active(known, true));
  EXPECT_EQ(must(enter(person("00u1", "bea@acme.test"))).user.id, known.id);
}

// Who left and came back has two accounts of one address: the living one counts.
TEST_F(SignInLinking, PassesOverADeactivatedNamesake) {
  connect(R"({"connection":"idp"})");
  UserProfile first = rollcall::test::user_profile("bea1");
  first.emails = {"bea@acme.test"};
  const User old = must(provision(first));
  must(set_active(old, false));
  UserProfile second = rollcall::test::user_profile("bea2");
  second.emails = {"bea@acme.test"};
  const User now = must(provision(second));
  EXPECT_EQ(must(enter(person("1", "bea@acme.test"))).user.id, now.id);
}

TEST_F(SignInLinking, RefusesAnAddressOfSeveralUsers) {
  connect(R"({"connection":"idp"})");
  for (const char* name : {"bea1", "bea2"}) {
    UserProfile profile = rollcall::test::user_profile(name);
    profile.emails = {"bea@acme.test"};
    must(provision(profile));
  }
  EXPECT_EQ(code_of(enter(person("1", "bea@acme.test"))), "subject_conflict");
}

// S30: whoever was removed here and is assigned there is a new user, without what the old one had.
TEST_F(SignInLinking, FindsNothingOfARemovedUser) {
  add_deployment("prod");
  const User bea = must(add("bea@acme.test"));
  const Session session = *must(enter(person("1", "bea@acme.test"))).session;
  grant(bea, "editor", must(Scope::parse("deployment/prod")));
  must(by_admin([&](Users& users) { return users.remove(bea.id); }));
  EXPECT_FALSE(stored(session));
  const SignedIn again = must(enter(person("1", "bea@acme.test")));
  EXPECT_NE(again.user.id, bea.id);
  EXPECT_EQ(grants_of(again.user),
            (std::vector<std::string>{"viewer@all_branch_deployments", "viewer@deployment/prod"}));
}

}  // namespace
}  // namespace rollcall::sign_in::test
