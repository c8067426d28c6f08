#include "gateway/net/outgoing_policy.h"
#include "gateway/net/outgoing_url.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace rollcall::net {
namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

struct AddressCase {
  const char* address;
  bool is_public;
};

class OutgoingAddress : public testing::TestWithParam<AddressCase> {};

// spec/oidc.md 1.5; RFC 6890 and the IANA registries
TEST_P(OutgoingAddress, IsPublicOrNot) {
  EXPECT_EQ(is_public(ip(GetParam().address)), GetParam().is_public) << GetParam().address;
  EXPECT_EQ(AddressPolicy({}).permits(ip(GetParam().address)), GetParam().is_public);
}

INSTANTIATE_TEST_SUITE_P(
    Table, OutgoingAddress,
    testing::Values(AddressCase{"0.0.0.0", false}, AddressCase{"0.255.255.255", false},
                    AddressCase{"1.0.0.0", true}, AddressCase{"9.255.255.255", true},
                    AddressCase{"10.0.0.0", false}, AddressCase{"10.255.255.255", false},
                    AddressCase{"11.0.0.0", true}, AddressCase{"100.63.255.255", true},
                    AddressCase{"100.64.0.0", false}, AddressCase{"100.127.255.255", false},
                    AddressCase{"100.128.0.0", true}, AddressCase{"126.255.255.255", true},
                    AddressCase{"127.0.0.1", false}, AddressCase{"127.255.255.255", false},
                    AddressCase{"128.0.0.0", true}, AddressCase{"169.253.255.255", true},
                    AddressCase{"169.254.169.254", false}, AddressCase{"169.255.0.0", true},
                    AddressCase{"172.15.255.255", true}, AddressCase{"172.16.0.0", false},
                    AddressCase{"172.31.255.255", false}, AddressCase{"172.32.0.0", true},
                    AddressCase{"192.0.0.1", false}, AddressCase{"192.0.1.0", true},
                    AddressCase{"192.0.2.1", false}, AddressCase{"192.88.99.1", false},
                    AddressCase{"192.167.255.255", true}, AddressCase{"192.168.0.1", false},
                    AddressCase{"192.169.0.0", true}, AddressCase{"198.17.255.255", true},
                    AddressCase{"198.18.0.0", false}, AddressCase{"198.19.255.255", false},
                    AddressCase{"198.20.0.0", true}, AddressCase{"198.51.100.7", false},
                    AddressCase{"203.0.113.7", false}, AddressCase{"223.255.255.255", true},
                    AddressCase{"224.0.0.1", false}, AddressCase{"239.255.255.255", false},
                    AddressCase{"240.0.0.1", false}, AddressCase{"255.255.255.255", false},
                    AddressCase{"::", false}, AddressCase{"::1", false},
                    AddressCase{"::8.8.8.8", false}, AddressCase{"::ffff:8.8.8.8", true},
                    AddressCase{"::ffff:10.0.0.1", false}, AddressCase{"::ffff:127.0.0.1", false},
                    AddressCase{"::ffff:169.254.169.254", false},
                    AddressCase{"64:ff9b::8.8.8.8", true}, AddressCase{"64:ff9b::10.0.0.1", false},
                    AddressCase{"64:ff9b::127.0.0.1", false},
                    AddressCase{"64:ff9b:1::8.8.8.8", false}, AddressCase{"100::1", false},
                    AddressCase{"2001::1", false}, AddressCase{"2001:1ff:ffff::1", false},
                    AddressCase{"2001:200::1", true}, AddressCase{"2001:db8::1", false},
                    AddressCase{"2001:db9::1", true}, AddressCase{"2002:0808:0808::1", true},
                    AddressCase{"2002:0a00:0001::1", false}, AddressCase{"2002:7f00:0001::", false},
                    AddressCase{"2606:4700::1111", true}, AddressCase{"3fff::1", false},
                    AddressCase{"3fff:1000::1", true}, AddressCase{"4000::1", false},
                    AddressCase{"5f00::1", false}, AddressCase{"fc00::1", false},
                    AddressCase{"fdff::1", false}, AddressCase{"fe80::1", false},
                    AddressCase{"fec0::1", false}, AddressCase{"ff02::1", false}));

TEST(OutgoingPolicy, PermitsWhatIsAllowedAndWhatEmbedsIt) {
  const std::vector<std::string> allow{"10.20.0.0/16", "fd00:1::/32"};
  const AddressPolicy policy(allow);
  for (const char* address : {"10.20.0.1", "::ffff:10.20.255.255", "64:ff9b::10.20.0.1",
                              "2002:0a14:0001::1", "fd00:1::5", "8.8.8.8"}) {
    EXPECT_TRUE(policy.permits(ip(address))) << address;
  }
  for (const char* address : {"10.21.0.1", "64:ff9b::10.21.0.1", "fd00:2::1", "127.0.0.1", "::1"}) {
    EXPECT_FALSE(policy.permits(ip(address))) << address;
  }
}

TEST(OutgoingPolicy, RefusesToBeginWithWhatIsNoRange) {
  const std::vector<std::string> allow{"10.0.0.0/33"};
  EXPECT_THROW(AddressPolicy{allow}, std::invalid_argument);
}

TEST(OutgoingUrl, HasItsParts) {
  const auto url = parse_outgoing_url("HTTPS://IdP.Example.com:8443/a/b?c=d%20e");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "idp.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->authority, "idp.example.com:8443");
  EXPECT_EQ(url->target, "/a/b?c=d%20e");
  EXPECT_FALSE(url->address);
  EXPECT_EQ(parse_outgoing_url("https://a.example")->target, "/");
  EXPECT_EQ(parse_outgoing_url("https://a.example?q")->target, "/?q");
  EXPECT_EQ(parse_outgoing_url("https://a.example/")->port, 443);
  EXPECT_EQ(parse_outgoing_url("http://a.example/")->port, 80);
  const auto v6 = parse_outgoing_url("https://[2606:4700::1111]:444/");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->address, IpAddress::parse("2606:4700::1111"));
  EXPECT_EQ(v6->host, "2606:4700::1111");
  EXPECT_EQ(v6->authority, "[2606:4700::1111]:444");
  EXPECT_EQ(parse_outgoing_url("https://10.0.0.1/")->address, IpAddress::parse("10.0.0.1"));
}

TEST(OutgoingUrl, WithASecondReadingIsRefused) {
  for (const char* url : {"",
                          "https:",
                          "https://",
                          "https:///x",
                          "ftp://a.example/",
                          "//a.example/",
                          "a.example/",
                          "https://user@a.example/",
                          "https://user:pw@a.example/",
                          "https://a.example#f",
                          "https://a.example/x#f",
                          "https://a.example\\@b.example/",
                          "https://a.example/ b",
                          "https://a.example/\r\nHost: b",
                          "https://a.example/\x7f",
                          "https://b\xc3\xbc.example/",
                          "https://a.example/\xc3\xbc",
                          "https://%61.example/",
                          "https://a.example:/",
                          "https://a.example:0/",
                          "https://a.example:65536/",
                          "https://a.example:+1/",
                          "https://a.example:443x/",
                          "https://a.example:443:443/",
                          "https://0x7f.1/",
                          "https://0x7f000001/",
                          "https://2130706433/",
                          "https://127.1/",
                          "https://0177.0.0.1/",
                          "https://127.0.0.01/",
                          "https://127.0.0.1./",
                          "https://1.2.3.4.5/",
                          "https://a.0x1/",
                          "https://a..example/",
                          "https://.a/",
                          "https://a.example./",
                          "https://-a.example/",
                          "https://a-.example/",
                          "https://a,b/",
                          "https://[::1/",
                          "https://[::1]x/",
                          "https://::1/",
                          "https://[127.0.0.1]/",
                          "https://[fe80::1%25eth0]/",
                          "https://[::1]]/"}) {
    EXPECT_FALSE(parse_outgoing_url(url)) << url;
  }
  EXPECT_FALSE(parse_outgoing_url("https://a.example/" + std::string(9000, 'a')));
  EXPECT_FALSE(parse_outgoing_url("https://" + std::string(64, 'a') + ".example/"));
}

}  // namespace
}  // namespace rollcall::net
