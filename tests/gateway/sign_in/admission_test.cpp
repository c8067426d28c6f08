// Who of an IdP may come in at all: domains, groups, addresses (spec/access 3.3a.2, X11, F60).
#include "tests/gateway/sign_in/sign_ins.h"

namespace rollcall::sign_in::test {
namespace {

using SignInAdmission = SignIns;

struct Admission {
  const char* name;
  json::Object settings;
  Identity identity;
  /// Empty: comes in.
  const char* code;
};

Identity with(ClaimedGroups groups, std::string email = "bea@acme.test") {
  Identity identity = person("1", std::move(email));
  identity.groups = std::move(groups);
  return identity;
}

Identity without_address() {
  Identity identity = with({});
  identity.email.reset();
  return identity;
}

ClaimedGroups overage() {
  return {.state = ClaimedGroups::State::unknown, .values = {}, .problem = "overage"};
}

json::Object only(const char* group) { return {{"allow_groups", json::Array{group}}}; }

json::Object only(const char* group, const char* member, const char* value) {
  json::Object over = only(group);
  over.set(member, value);
  return over;
}

const char* const guid = "0A1B2C3D-1111-4222-8333-ABCDEFABCDEF";
const char* const same_guid = "0a1b2c3d-1111-4222-8333-abcdefabcdef";

class SignInRule : public SignIns, public testing::WithParamInterface<Admission> {};

TEST_P(SignInRule, Holds) {
  const Admission& at = GetParam();
  // Known already, so that only the rule decides.
  must(enter(person("1", "bea@acme.test")));
  declare(at.settings);
  const auto before = audited();
  EXPECT_EQ(code_of(enter(at.identity)), at.code);
  if (*at.code != '\0') EXPECT_EQ(audited(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Domains, SignInRule,
    testing::Values(
        Admission{"Inside", {}, with({}), ""},
        Admission{"InsideInAnotherCase", {}, with({}, "bea@ACME.Test"), ""},
        Admission{"Outside", {}, with({}, "bea@evil.test"), "domain_not_allowed"},
        Admission{"NoSuffixMatch", {}, with({}, "bea@not-acme.test"), "domain_not_allowed"},
        Admission{"NoSubdomain", {}, with({}, "bea@sub.acme.test"), "domain_not_allowed"},
        Admission{"TwoAtSigns", {}, with({}, "bea@evil@acme.test"), "domain_not_allowed"},
        Admission{"NoAddress", {}, without_address(), "domain_not_allowed"},
        Admission{"NoAddressNoDomains", {{"domains", json::Array{}}}, without_address(), ""},
        // A domain that is none keeps everybody out rather than nobody.
        Admission{
            "UnreadableDomain", {{"domains", json::Array{"a b"}}}, with({}), "domain_not_allowed"}),
    [](const auto& at) { return std::string(at.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Groups, SignInRule,
    testing::Values(
        Admission{"Member", only("eng"), with(present({"ops", "eng"})), ""},
        Admission{"NoMember", only("eng"), with(present({"ops"})), "group_not_allowed"},
        Admission{"NoGroups", only("eng"), with(present({})), "group_not_allowed"},
        Admission{"CaseCounts", only("Eng"), with(present({"eng"})), "group_not_allowed"},
        Admission{"CaseFolds", only("Eng", "group_match", "casefold"), with(present({"eng"})), ""},
        Admission{"GuidsFold", only(guid), with(present({same_guid})), ""},
        // Unknown is not "none", and not "one of them" either.
        Admission{"Overage", only("eng"), with(overage()), "groups_absent_denied"},
        Admission{"AbsentKept", only("eng"), with({}), "groups_absent_denied"},
        Admission{"AbsentEmpty", only("eng", "groups_absent", "empty"), with({}),
                  "group_not_allowed"},
        Admission{"NotRead", only("eng", "groups_source", "none"), with(present({"eng"})),
                  "groups_absent_denied"},
        Admission{"AbsentDenied", {{"groups_absent", "deny"}}, with({}), "groups_absent_denied"},
        Admission{"PresentNotDenied", {{"groups_absent", "deny"}}, with(present({})), ""},
        // Overage is no missing claim.
        Admission{"OverageNotDenied", {{"groups_absent", "deny"}}, with(overage()), ""},
        Admission{"NotReadNotDenied",
                  {{"groups_absent", "deny"}, {"groups_source", "none"}},
                  with({}),
                  ""}),
    [](const auto& at) { return std::string(at.param.name); });

// product.md: a disabled or removed connection signs nobody in, also who is at the IdP just now.
TEST_F(SignInAdmission, EndsWithTheConnection) {
  must(add("bea@acme.test"));
  const SignInConnection before = connection();
  declare({{"enabled", false}});
  EXPECT_EQ(code_of(enter(before, person("1", "bea@acme.test"), fresh())), "connection_disabled");
  must(in(
      [&](Transaction& tx) { return tx.organizations().remove_connection(organization, "idp"); }));
  EXPECT_EQ(code_of(enter(before, person("1", "bea@acme.test"), fresh())), "connection_disabled");
}

// F60
TEST_F(SignInAdmission, FollowsTheIpRules) {
  change_policy([](Policy& policy) {
    policy.ip_rules.enabled = true;
    policy.ip_rules.allow = {"192.0.2.0/24"};
  });
  NewSession wanted = fresh();
  EXPECT_EQ(code_of(enter(person("1", "bea@acme.test"), wanted)), "");
  wanted = fresh();
  wanted.address = "198.51.100.1";
  EXPECT_EQ(code_of(enter(person("1", "bea@acme.test"), wanted)), "ip_rule");
  wanted.address.clear();
  EXPECT_EQ(code_of(enter(person("1", "bea@acme.test"), wanted)), "ip_rule");
}

class SignInOfSmallPlan : public SignIns {
 protected:
  SignInOfSmallPlan() : SignIns(Preset::dagster, "starter") {}
};

// What the plan does not have is kept and does not count (3.3b).
TEST_F(SignInOfSmallPlan, HasNoIpRules) {
  change_policy([](Policy& policy) {
    policy.ip_rules.enabled = true;
    policy.ip_rules.deny = {"192.0.2.0/24"};
  });
  EXPECT_EQ(code_of(enter(person("1", "bea@acme.test"))), "");
}

/// The groups that are kept of the identity.
class SignInKeptGroups : public SignIns {
 protected:
  ClaimedGroups kept(ClaimedGroups groups) {
    const SignedIn entered = must(enter(with(std::move(groups))));
    return identities_of(entered.user)[0].groups;
  }
  bool warned() {
    for (const json::Value& step : *trace.find("steps")->array()) {
      if (json::write(step).find("warning") != std::string::npos) return true;
    }
    return false;
  }
};

// X11: a claim that is missing or cannot be known leaves what was known; an empty one does not.
TEST_F(SignInKeptGroups, StayUnlessTheClaimSaysSomething) {
  EXPECT_EQ(kept(present({"eng"})).values, std::vector<std::string>{"eng"});
  EXPECT_FALSE(warned());
  EXPECT_EQ(kept({}).values, std::vector<std::string>{"eng"});
  EXPECT_TRUE(warned());
  EXPECT_EQ(kept(overage()).values, std::vector<std::string>{"eng"});
  EXPECT_TRUE(warned());
  EXPECT_TRUE(kept(present({})).values.empty());
  EXPECT_FALSE(warned());
}

// Okta and Keycloak leave an empty claim out (product.md).
TEST_F(SignInKeptGroups, AreNoneWhereTheVendorOmitsAnEmptyClaim) {
  declare({{"vendor", "okta"}});
  EXPECT_EQ(kept(present({"eng"})).values, std::vector<std::string>{"eng"});
  const ClaimedGroups none = kept({});
  EXPECT_EQ(none.state, ClaimedGroups::State::present);
  EXPECT_TRUE(none.values.empty());
  EXPECT_FALSE(warned());
}

}  // namespace
}  // namespace rollcall::sign_in::test
