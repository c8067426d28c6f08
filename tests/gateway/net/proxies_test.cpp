#include "gateway/net/proxy_protocol.h"
#include "gateway/net/trusted_proxies.h"
#include "tests/gateway/net/net_support.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace rollcall::net {
namespace {

using namespace std::string_literals;
using State = ProxyHeader::State;

const std::string v2_start = "\r\n\r\n\0\r\nQUIT\n"s;
const std::string v2_tcp4 =
    v2_start + "\x21\x11\0\x0c"s + "\xc0\0\x02\x01"s + "\xc6\x33\x64\x01" + "\x12\x67\x01\xbb";

TEST(ProxyProtocol, ReadsBothVersions) {
  const std::string v2_tcp6 = v2_start + "\x21\x21\0\x24"s + "\x20\x01\x0d\xb8" +
                              std::string(11, '\0') + "\x01" + std::string(16, '\x02') +
                              "\x12\x67\x01\xbb";
  const std::string v2_tlv = v2_start + "\x21\x11\0\x11"s + v2_tcp4.substr(16) + "\x04\0\x02hi"s;
  const struct {
    const char* name;
    std::string bytes;
    const char* client;
  } cases[] = {
      {"v1 TCP4", "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n", "192.0.2.1"},
      {"v1 TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 4711 443\r\n", "2001:db8::1"},
      {"v1 UNKNOWN", "PROXY UNKNOWN\r\n", nullptr},
      {"v1 UNKNOWN with more", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", nullptr},
      {"v2 TCP4", v2_tcp4, "192.0.2.1"},
      {"v2 TCP6", v2_tcp6, "2001:db8::1"},
      {"v2 with TLV", v2_tlv, "192.0.2.1"},
      {"v2 LOCAL", v2_start + "\x20\0\0\0"s, nullptr},
      {"v2 Unix", v2_start + "\x21\x31\0\x02hi"s, nullptr},
  };
  for (const auto& tested : cases) {
    const ProxyHeader header = parse_proxy_header(tested.bytes + "GET /");
    EXPECT_EQ(header.state, State::complete) << tested.name;
    EXPECT_EQ(header.size, tested.bytes.size()) << tested.name;
    ASSERT_EQ(header.client.has_value(), tested.client != nullptr) << tested.name;
    if (tested.client) EXPECT_EQ(header.client->text(), tested.client);
    for (std::size_t size = 0; size < tested.bytes.size(); ++size) {
      EXPECT_EQ(parse_proxy_header(tested.bytes.substr(0, size)).state, State::incomplete)
          << tested.name << " " << size;
    }
  }
}

TEST(ProxyProtocol, RefusesWhatIsNotAHeader) {
  const std::string cases[] = {
      "GET / HTTP/1.1\r\n",
      "PROXY TCP4 192.0.2.1 198.51.100.1 4711\r\n",
      "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443 1\r\n",
      "PROXY TCP4 192.0.2.1  198.51.100.1 4711 443\r\n",
      "PROXY TCP4 2001:db8::1 2001:db8::2 4711 443\r\n",
      "PROXY TCP6 192.0.2.1 198.51.100.1 4711 443\r\n",
      "PROXY TCP4 192.0.2.256 198.51.100.1 4711 443\r\n",
      "PROXY TCP4 192.0.2.1 198.51.100.1 4711 65536\r\n",
      "PROXY TCP4 192.0.2.1 198.51.100.1 047 443\r\n",
      "PROXY UDP4 192.0.2.1 198.51.100.1 4711 443\r\n",
      "PROXY UNKNOWN" + std::string(100, 'x') + "\r\n",
      v2_start + "\x31\x11\0\x0c"s + v2_tcp4.substr(16),    // version 3
      v2_start + "\x22\x11\0\x0c"s + v2_tcp4.substr(16),    // unknown command
      v2_start + "\x21\x11\0\x0b"s + v2_tcp4.substr(16),    // shorter than its addresses
      v2_start + "\x21\x11\xff\xff"s + v2_tcp4.substr(16),  // longer than we take
  };
  for (const std::string& bytes : cases) {
    EXPECT_EQ(parse_proxy_header(bytes).state, State::invalid) << bytes;
  }
}

TEST(TrustedProxies, KnowsItsRanges) {
  const TrustedProxies proxies({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "172.16.0.0/12"});
  for (const char* inside : {"10.0.0.0", "10.255.255.255", "192.0.2.7", "2001:db8:7fff::1",
                             "::ffff:10.1.2.3", "172.31.255.255"}) {
    EXPECT_TRUE(proxies.contains(*IpAddress::parse(inside))) << inside;
  }
  for (const char* outside : {"11.0.0.0", "192.0.2.6", "2001:db8:8000::1", "::1", "172.32.0.0"}) {
    EXPECT_FALSE(proxies.contains(*IpAddress::parse(outside))) << outside;
  }
  EXPECT_TRUE(TrustedProxies({"0.0.0.0/0"}).contains(*IpAddress::parse("8.8.8.8")));
  EXPECT_FALSE(TrustedProxies({"0.0.0.0/0"}).contains(*IpAddress::parse("2001:db8::1")));
  for (const char* bad :
       {"", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "1.2.3.4/8x"}) {
    EXPECT_THROW(TrustedProxies({bad}), std::invalid_argument) << bad;
  }
}

TEST(TrustedProxies, TakesTheRightmostHopThatIsNotTrusted) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  const struct {
    const char* peer;
    std::vector<http::Field> fields;
    const char* client;
  } cases[] = {
      {"10.0.0.1", {}, "10.0.0.1"},
      {"10.0.0.1", {{"X-Forwarded-For", "203.0.113.9"}}, "203.0.113.9"},
      {"10.0.0.1", {{"x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.0.0.2"}}, "203.0.113.9"},
      {"10.0.0.1", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "10.0.0.2"}}, "1.1.1.1"},
      {"10.0.0.1", {{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}}, "10.0.0.3"},
      {"10.0.0.1", {{"X-Forwarded-For", "203.0.113.9:4711"}}, "203.0.113.9"},
      {"10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:4711"}}, "2001:db8::1"},
      {"10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, unknown, 10.0.0.2"}}, "10.0.0.2"},
      {"203.0.113.9", {{"X-Forwarded-For", "1.1.1.1"}}, "203.0.113.9"},
  };
  for (const auto& tested : cases) {
    const Forwarded result = forwarded(tested.fields, *IpAddress::parse(tested.peer), proxies);
    EXPECT_EQ(result.client.text(), tested.client);
  }
}

http::Reply say_who(const http::Request& request) {
  return http::Response(200, "text/plain",
                        std::string(request.client_address) + " " + std::string(request.origin) +
                            (request.local ? " local" : ""));
}

std::string ask(RawClient& client, const std::string& fields, const std::string& before = "") {
  client.send(before + "GET /p HTTP/1.1\r\nHost: rollcall.example\r\n" + fields + "\r\n");
  return client.read().body;
}

ServerOptions trusting(const char* range) {
  ServerOptions options = TestServer::one_thread();
  options.trusted_proxies = {range};
  return options;
}

const std::string spoof =
    "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n";

TEST(Server, BelievesNobodyAboutTheClientByDefault) {
  TestServer server;
  server.service.handler = say_who;
  RawClient client = server.client();
  EXPECT_EQ(ask(client, spoof), "127.0.0.1 http://rollcall.example");
  EXPECT_EQ(server.service.wait_completed(1)[0].client, "127.0.0.1");
}

TEST(Server, BelievesATrustedProxyAboutTheClient) {
  TestServer server(trusting("127.0.0.0/8"));
  server.service.handler = say_who;
  RawClient client = server.client();
  EXPECT_EQ(ask(client, spoof), "1.1.1.1 https://evil.example");
  EXPECT_EQ(ask(client, "X-Forwarded-Proto: javascript\r\nX-Forwarded-Host: a b\r\n"),
            "127.0.0.1 http://rollcall.example");
  EXPECT_EQ(ask(client, ""), "127.0.0.1 http://rollcall.example");
}

TEST(Server, TakesTheClientFromAProxyHeaderOfATrustedPeer) {
  TestServer server(trusting("127.0.0.0/8"), {"127.0.0.1:0", {}, true});
  server.service.handler = say_who;
  RawClient v1 = server.client();
  // What the header's client says of itself is not believed: it is not a proxy.
  EXPECT_EQ(ask(v1, spoof, "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n"),
            "192.0.2.1 http://rollcall.example");
  EXPECT_EQ(ask(v1, ""), "192.0.2.1 http://rollcall.example") << "for the whole connection";
  RawClient v2 = server.client();
  for (const char byte : v2_tcp4) v2.send({&byte, 1});
  EXPECT_EQ(ask(v2, ""), "192.0.2.1 http://rollcall.example");
  RawClient own = server.client();
  EXPECT_EQ(ask(own, "", v2_start + "\x20\0\0\0"s), "127.0.0.1 http://rollcall.example");
}

TEST(Server, TakesAProxyHeaderWithMuchBehindIt) {
  TestServer server(trusting("127.0.0.0/8"), {"127.0.0.1:0", {}, true});
  server.service.handler = say_who;
  RawClient client = server.client();
  const std::string much = "Content-Length: 100000\r\n\r\n" + std::string(99'998, 'x');
  EXPECT_EQ(ask(client, much, v2_tcp4), "192.0.2.1 http://rollcall.example");
}

TEST(Server, CutsATrustedPeerThatSendsNoProxyHeader) {
  TestServer server(trusting("127.0.0.0/8"), {"127.0.0.1:0", {}, true});
  for (const std::string& bytes : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n"s,
                                   "PROXY TCP4 1.1.1.1 2.2.2.2 x 443\r\n"s, "PROXY "s + spoof}) {
    RawClient client = server.client();
    client.send(bytes);
    EXPECT_EQ(client.read_to_end(), "") << bytes;
  }
}

TEST(Server, TakesNoProxyHeaderFromAPeerThatIsNotTrusted) {
  TestServer server(trusting("10.0.0.0/8"), {"127.0.0.1:0", {}, true});
  server.service.handler = say_who;
  RawClient honest = server.client();
  EXPECT_EQ(ask(honest, ""), "127.0.0.1 http://rollcall.example");
  RawClient client = server.client();
  client.send("PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_GE(client.read().status, 400);
  EXPECT_TRUE(client.closed());
}

TEST(Server, CountsAddressesBehindAProxyOneByOne) {
  ServerOptions options = trusting("127.0.0.0/8");
  options.limits.connections_per_address = 1;
  TestServer server(options, {"127.0.0.1:0", {}, true});
  server.service.handler = say_who;
  RawClient first = server.client();
  RawClient second = server.client();
  RawClient other = server.client();
  const std::string header = "PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\n";
  EXPECT_EQ(ask(first, "", header), "192.0.2.1 http://rollcall.example");
  EXPECT_EQ(ask(second, "", header), "");
  EXPECT_EQ(ask(other, "", "PROXY TCP4 192.0.2.2 198.51.100.1 4711 443\r\n"),
            "192.0.2.2 http://rollcall.example");
}

}  // namespace
}  // namespace rollcall::net
