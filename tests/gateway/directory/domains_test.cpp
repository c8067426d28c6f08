#include "gateway/directory/domains.h"

#include "tests/gateway/directory/signed_in.h"

#include <gtest/gtest.h>

namespace rollcall::test {
namespace {

using namespace std::chrono_literals;

struct Name {
  std::string name;
  std::string given;
  std::optional<std::string> normal;
};

class DomainNames : public testing::TestWithParam<Name> {};

// spec/oidc 1.6; UTS #46; RFC 1035 §2.3.4.
TEST_P(DomainNames, HaveOneForm) {
  EXPECT_EQ(normal_domain(GetParam().given), GetParam().normal);
  EXPECT_EQ(email_domain("ada@" + GetParam().given), GetParam().normal);
}

INSTANTIATE_TEST_SUITE_P(
    Given, DomainNames,
    testing::Values(
        Name{"Plain", "acme.example", "acme.example"}, Name{"Case", "ACME.Example", "acme.example"},
        Name{"SubDomain", "eu.acme.example", "eu.acme.example"},
        Name{"International", "Bücher.example", "xn--bcher-kva.example"},
        Name{"AlreadyAscii", "XN--BCHER-KVA.example", "xn--bcher-kva.example"},
        Name{"SharpSStays", "straße.example", "xn--strae-oqa.example"},
        Name{"FullWidth", "ＡＣＭＥ．example", "acme.example"},
        Name{"InternationalTopLevel", "acme.рф", "acme.xn--p1ai"},
        Name{"SingleLabel", "localhost", std::nullopt}, Name{"Empty", "", std::nullopt},
        Name{"TrailingDot", "acme.example.", std::nullopt},
        Name{"LeadingDot", ".acme.example", std::nullopt},
        Name{"EmptyLabel", "acme..example", std::nullopt}, Name{"Ipv4", "192.0.2.1", std::nullopt},
        Name{"HexadecimalIpv4", "1.2.3.0x4", std::nullopt},
        Name{"Ipv4Literal", "[192.0.2.1]", std::nullopt},
        Name{"Ipv6Literal", "[IPv6:2001:db8::1]", std::nullopt},
        Name{"Underscore", "acme_eu.example", std::nullopt},
        Name{"Space", "acme .example", std::nullopt}, Name{"Port", "acme.example:25", std::nullopt},
        Name{"Slash", "acme.example/x", std::nullopt},
        Name{"Null", std::string("acme.example\0.evil.example", 26), std::nullopt},
        Name{"LeadingDash", "-acme.example", std::nullopt},
        Name{"BrokenPunycode", "xn--a.example", std::nullopt},
        Name{"PunycodeOfAscii", "xn--abc-.example", std::nullopt},
        Name{"NotUtf8", "acme\xff.example", std::nullopt},
        Name{"LabelOf63", std::string(63, 'a') + ".example", std::string(63, 'a') + ".example"},
        Name{"LabelOf64", std::string(64, 'a') + ".example", std::nullopt}),
    [](const auto& info) { return info.param.name; });

TEST(DomainNamesLength, IsAtMost253) {
  std::string name;
  for (int i = 0; i < 4; ++i) name += std::string(61, 'a') + ".";
  const std::string longest = name + "abcde";
  ASSERT_EQ(longest.size(), 253U);
  EXPECT_EQ(normal_domain(longest), longest);
  EXPECT_EQ(normal_domain(longest + "f"), std::nullopt);
}

// spec/oidc 1.6: oauth2-proxy took `a@evil@corp` for an address of corp (GHSA-c5c4).
TEST(EmailDomain, IsNothingForWhatIsNotOnePlainAddress) {
  EXPECT_EQ(email_domain("ada.lovelace+x@Acme.Example"), "acme.example");
  EXPECT_EQ(email_domain(std::string(64, 'a') + "@acme.example"), "acme.example");
  for (const std::string& address : std::vector<std::string>{
           "",
           "@",
           "acme.example",
           "@acme.example",
           "ada@",
           "a@evil@acme.example",
           "a@@acme.example",
           "\"a@b\"@acme.example",
           "\"ada\"@acme.example",
           "ada(x)@acme.example",
           "ada@acme.example(x)",
           "ada @acme.example",
           "ada@ acme.example",
           "Ada <ada@acme.example>",
           "ada@acme.example,bob@evil.example",
           "ada@acme.example\n",
           std::string("ada\0@acme.example", 17),
           "ada\\@acme.example",
           std::string(65, 'a') + "@acme.example",
           std::string(60, 'a') + "@" + std::string(63, 'b') + "." + std::string(63, 'b') + "." +
               std::string(63, 'b') + ".example"}) {
    EXPECT_EQ(email_domain(address), std::nullopt) << address;
  }
}

class DomainsTest : public SignedIn {
 protected:
  template <class Work>
  auto with(Work work) {
    return in([&](Transaction& tx) {
      Domains domains = tx.domains(organization);
      return work(domains);
    });
  }
  Domain claim(std::string_view name) {
    return must(with([&](Domains& all) { return all.add(name); }));
  }
  Result<Domain> verify(std::string_view name, std::string_view method = "dns") {
    return with([&](Domains& all) { return all.verify(name, method); });
  }
  std::optional<OrganizationKey> owner(std::string_view name) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<OrganizationKey>> {
      return Domains::owner(tx, name);
    }));
  }
};

TEST_F(DomainsTest, AreClaimedOnceWithAChallengeOfTheirOwn) {
  const Domain claimed = claim("Bücher.example");
  EXPECT_EQ(claimed.name, "xn--bcher-kva.example");
  EXPECT_EQ(claimed.challenge.size(), 22U);
  EXPECT_EQ(claimed.record_name(), "_rollcall.xn--bcher-kva.example");
  EXPECT_EQ(claimed.record_value(), "rollcall-domain=" + claimed.challenge);
  EXPECT_FALSE(claimed.verified);
  EXPECT_EQ(claim("BÜCHER.example").challenge, claimed.challenge);
  EXPECT_NE(claim("acme.example").challenge, claimed.challenge);
  EXPECT_EQ(code_of(with([](Domains& all) { return all.add("localhost"); })), "invalid_value");
  EXPECT_EQ(events("domain.added").size(), 2U);
  const auto names = must(with([](Domains& all) -> Result<std::vector<std::string>> {
    std::vector<std::string> names;
    for (const Domain& domain : all.list()) names.push_back(domain.name);
    return names;
  }));
  EXPECT_EQ(names, (std::vector<std::string>{"acme.example", "xn--bcher-kva.example"}));
}

TEST_F(DomainsTest, LeadNobodyAnywhereUntilTheyAreVerified) {
  claim("acme.example");
  EXPECT_FALSE(owner("acme.example"));
  const Domain verified = must(verify("ACME.example"));
  EXPECT_EQ(verified.verified, directory.clock().now());
  EXPECT_EQ(verified.checked, directory.clock().now());
  EXPECT_EQ(verified.method, "dns");
  EXPECT_EQ(owner("acme.EXAMPLE"), organization);
  EXPECT_FALSE(owner("eu.acme.example"));
  EXPECT_FALSE(owner("localhost"));
  EXPECT_EQ(code_of(verify("unclaimed.example")), "not_found");
}

TEST_F(DomainsTest, VerifyingAgainKeepsTheFirstTimeAndIsNoNews) {
  claim("acme.example");
  const Timestamp first = must(verify("acme.example")).verified.value();
  directory.clock().advance(1h);
  const Domain again = must(verify("acme.example"));
  EXPECT_EQ(again.verified, first);
  EXPECT_EQ(again.checked, first + 1h);
  EXPECT_EQ(events("domain.verified"), std::vector<std::string>{R"({"after":{"method":"dns"}})"});
}

TEST_F(DomainsTest, ACheckThatFindsNothingChangesNothingElse) {
  claim("acme.example");
  const Timestamp first = must(verify("acme.example")).verified.value();
  directory.clock().advance(1h);
  const Domain checked = must(with([](Domains& all) {
    all.note_check("Acme.example");
    return all.get("acme.example");
  }));
  EXPECT_EQ(checked.verified, first);
  EXPECT_EQ(checked.checked, first + 1h);
  EXPECT_EQ(owner("acme.example"), organization);
}

TEST_F(DomainsTest, OneOrganizationAtATimeOwnsADomainThoughSeveralMayClaimIt) {
  const OrganizationKey other = other_organization();
  claim("acme.example");
  const auto theirs = [&](auto work) {
    return in([&](Transaction& tx) {
      Domains domains = tx.domains(other);
      return work(domains);
    });
  };
  must(theirs([](Domains& all) { return all.add("acme.example"); }));
  must(verify("acme.example"));
  EXPECT_EQ(code_of(theirs([](Domains& all) { return all.verify("acme.example", "dns"); })),
            "domain_taken");
  EXPECT_EQ(owner("acme.example"), organization);
  must(theirs([](Domains& all) { return all.remove("acme.example"); }));
  EXPECT_EQ(owner("acme.example"), organization);
  must(theirs([](Domains& all) { return all.add("acme.example"); }));
  must(with([](Domains& all) { return all.remove("acme.example"); }));
  EXPECT_FALSE(owner("acme.example"));
  must(theirs([](Domains& all) { return all.verify("acme.example", "operator"); }));
  EXPECT_EQ(owner("acme.example"), other);
}

TEST_F(DomainsTest, WhatIsNotClaimedIsNotFound) {
  claim("acme.example");
  const OrganizationKey other = other_organization();
  must(in([&](Transaction& tx) -> Result<> {
    Domains theirs = tx.domains(other);
    EXPECT_EQ(code_of(theirs.get("acme.example")), "not_found");
    EXPECT_EQ(code_of(theirs.remove("acme.example")), "not_found");
    EXPECT_TRUE(theirs.list().empty());
    theirs.note_check("acme.example");
    return {};
  }));
  EXPECT_EQ(must(with([](Domains& all) { return all.get("acme.example"); })).checked, std::nullopt);
  EXPECT_EQ(code_of(with([](Domains& all) { return all.get("localhost"); })), "not_found");
}

TEST_F(DomainsTest, AreAtMost1000) {
  const auto added = with([](Domains& all) -> Result<> {
    for (int i = 0; i < 1000; ++i) {
      CHECK_OK(all.add("d" + std::to_string(i) + ".example"));
    }
    return {};
  });
  must(added);
  EXPECT_EQ(code_of(with([](Domains& all) { return all.add("one.more.example"); })), "too_many");
  EXPECT_EQ(code_of(with([](Domains& all) { return all.add("d7.example"); })), "");
}

}  // namespace
}  // namespace rollcall::test
