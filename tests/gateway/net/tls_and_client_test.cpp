#include "gateway/net/http_client.h"
#include "gateway/net/server.h"
#include "gateway/net/tls.h"
#include "tests/gateway/net/net_support.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace rollcall::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ListenerOptions with_tls(const TestCertificates& certificates) {
  return {"127.0.0.1:0", certificates.files(), false};
}

std::string port_of(const TestServer& server) {
  return server.address.substr(server.address.rfind(':'));
}

ClientRequest get(std::string target) {
  ClientRequest request;
  request.target = std::move(target);
  return request;
}

http::Reply echo(const http::Request& request) {
  return http::Response(200, "text/plain",
                        std::string(http::name(request.method)) + " " + std::string(request.path) +
                            " " + std::string(request.origin) + " " + std::string(request.body));
}

TEST(HttpClient, SendsAndReadsAnyMethod) {
  TestServer server;
  server.service.handler = echo;
  HttpClient client("http://" + server.address + "/base/");
  ClientRequest post{"POST", "/p?q", {{"X-Request-Id", "mine"}}, std::string(300'000, 'b')};
  const auto answer = client.send(post);
  ASSERT_TRUE(answer) << answer.error().detail();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST /base/p http://" + server.address + " " + post.body);
  EXPECT_EQ(answer->field("x-request-id"), "mine");
  const auto head = client.send({"HEAD", "/p", {}, ""});
  ASSERT_TRUE(head) << head.error().detail();
  EXPECT_EQ(head->body, "");
  EXPECT_TRUE(client.send(get("/p")));
  EXPECT_EQ(server.server.stats().accepted, 1u) << "one connection for all";
}

TEST(HttpClient, SpeaksOverAUnixSocket) {
  const std::string path = std::filesystem::temp_directory_path() /
                           ("rollcall-client-" + std::to_string(::getpid()) + ".sock");
  TestServer server(TestServer::one_thread(), {"unix:" + path, {}, false});
  const auto answer = HttpClient("unix:" + path).send(get("/p"));
  ASSERT_TRUE(answer) << answer.error().detail();
  EXPECT_EQ(answer->body, R"({"path":"/p"})");
}

TEST(HttpClient, SendsAgainOnlyWhenAKeptConnectionHadEnded) {
  ServerOptions options = TestServer::one_thread();
  options.limits.idle = seconds(1);
  TestServer server(options);
  HttpClient client("http://" + server.address);
  ASSERT_TRUE(client.send(get("/1")));
  RawClient witness = server.client();
  EXPECT_TRUE(witness.closed()) << "by now the other, older connection is closed too";
  const auto answer = client.send(get("/2"));
  ASSERT_TRUE(answer) << answer.error().detail();
  EXPECT_EQ(server.service.wait_completed(2).size(), 2u);
}

TEST(HttpClient, SaysWhyThereIsNoAnswer) {
  std::string address;
  {
    TestServer server;
    address = server.address;
  }
  const auto refused = HttpClient("http://" + address).send(get("/"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::unavailable);
  EXPECT_NE(refused.error().detail().find("Connection refused"), std::string::npos);
  const auto missing = HttpClient("unix:/nonexistent/socket").send(get("/"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().detail().find("No such file"), std::string::npos);
}

TEST(HttpClient, GivesUpAtItsDeadline) {
  Gate gate;
  TestServer server;
  server.service.handler = [&](const http::Request&) -> http::Reply { return gate.pass(200); };
  HttpClient client("http://" + server.address, milliseconds(100));
  const auto answer = client.send(get("/"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().detail(), "The server did not answer in time.");
}

TEST(HttpClient, RefusesAnAnswerBeyondItsBound) {
  TestServer server;
  server.service.handler = [](const http::Request&) {
    return http::Response(200, "image/png", std::string(65 << 20, 'x'));
  };
  HttpClient client("http://" + server.address);
  EXPECT_FALSE(client.send(get("/")));
}

TEST(HttpClient, KnowsItsBases) {
  for (const char* bad : {"", "example.com", "ftp://a", "http://", "http://a b", "http://u@a/",
                          "http://a/?q", "unix:relative", "http://[::1", "http://a:b"}) {
    EXPECT_THROW(HttpClient{bad}, std::invalid_argument) << bad;
  }
  EXPECT_NO_THROW(HttpClient("http://[::1]:8080/x"));
  ClientRequest split = get("/");
  split.fields.emplace_back("X-A", "b\r\nX-C: d");
  EXPECT_THROW((void)HttpClient("http://127.0.0.1:1").send(split), std::invalid_argument);
}

TEST(Tls, ServesAClientThatVerifiesNameOrAddress) {
  TestCertificates certificates;
  for (const std::string name : {"localhost", "127.0.0.1"}) {
    certificates.issue(name);
    TestServer server(TestServer::one_thread(), with_tls(certificates));
    server.service.handler = echo;
    const std::string base = "https://" + name + port_of(server);
    HttpClient client(base, seconds(20), certificates.ca_file());
    const auto answer = client.send({"POST", "/p", {}, std::string(500'000, 'b')});
    ASSERT_TRUE(answer) << answer.error().detail();
    EXPECT_EQ(answer->body, "POST /p " + base + " " + std::string(500'000, 'b'));
    EXPECT_TRUE(client.send(get("/q")));
    EXPECT_EQ(server.server.stats().accepted, 1u);
  }
}

TEST(Tls, IsRefusedByAClientThatExpectsAnotherName) {
  TestCertificates certificates;
  certificates.issue("elsewhere.example");
  TestServer server(TestServer::one_thread(), with_tls(certificates));
  for (const char* host : {"https://localhost", "https://127.0.0.1"}) {
    HttpClient client(host + port_of(server), seconds(20), certificates.ca_file());
    const auto answer = client.send(get("/"));
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().detail().find("certificate was refused"), std::string::npos)
        << answer.error().detail();
  }
}

TEST(Tls, IsRefusedByAClientThatDoesNotKnowTheIssuer) {
  TestCertificates certificates, others;
  certificates.issue("localhost");
  TestServer server(TestServer::one_thread(), with_tls(certificates));
  for (const std::string& ca : {std::string(), others.ca_file()}) {
    HttpClient client("https://localhost" + port_of(server), seconds(20), ca);
    const auto answer = client.send(get("/"));
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().detail().find("certificate was refused"), std::string::npos)
        << answer.error().detail();
  }
}

TEST(Tls, TakesNewCertificatesWhileOldConnectionsGoOn) {
  TestCertificates certificates;
  certificates.issue("localhost");
  TestServer server(TestServer::one_thread(), with_tls(certificates));
  const std::string port = port_of(server);
  HttpClient old("https://localhost" + port, seconds(20), certificates.ca_file());
  ASSERT_TRUE(old.send(get("/1")));
  certificates.issue("127.0.0.1");
  ASSERT_TRUE(server.server.reload_tls());
  HttpClient fresh("https://127.0.0.1" + port, seconds(20), certificates.ca_file());
  EXPECT_TRUE(fresh.send(get("/2")));
  HttpClient stale("https://localhost" + port, seconds(20), certificates.ca_file());
  EXPECT_FALSE(stale.send(get("/3"))) << "new connections get the new certificate";
  EXPECT_TRUE(old.send(get("/4")));
  EXPECT_EQ(server.service.wait_completed(3).size(), 3u);
}

TEST(Tls, KeepsTheOldCertificateWhenTheNewOneCannotBeRead) {
  TestCertificates certificates;
  certificates.issue("localhost");
  TestServer server(TestServer::one_thread(), with_tls(certificates));
  std::ofstream(certificates.files().private_key) << "nonsense";
  const auto reloaded = server.server.reload_tls();
  ASSERT_FALSE(reloaded);
  EXPECT_NE(reloaded.error().detail().find("key.pem"), std::string::npos);
  HttpClient client("https://localhost" + port_of(server), seconds(20), certificates.ca_file());
  EXPECT_TRUE(client.send(get("/")));
  EXPECT_THROW(TestServer(TestServer::one_thread(), with_tls(certificates)), std::runtime_error);
}

/// A TLS client that shows what was agreed on.
struct Handshake {
  Handshake(const TestServer& server, int highest, const char* protocols) : raw(server.client()) {
    SSL_CTX_set_max_proto_version(context.get(), highest);
    SSL_CTX_set_security_level(context.get(), 0);
    session.reset(SSL_new(context.get()));
    if (protocols) {
      SSL_set_alpn_protos(session.get(), reinterpret_cast<const unsigned char*>(protocols),
                          static_cast<unsigned>(std::strlen(protocols)));
    }
    SSL_set_fd(session.get(), raw.fd());
    succeeded = SSL_connect(session.get()) == 1;
  }

  RawClient raw;
  SslContext context{SSL_CTX_new(TLS_client_method())};
  SslSession session;
  bool succeeded = false;
};

TEST(Tls, IsVersion12OrLaterAndHttp11) {
  TestCertificates certificates;
  certificates.issue("localhost");
  TestServer server(TestServer::one_thread(), with_tls(certificates));
  EXPECT_TRUE(Handshake(server, TLS1_3_VERSION, nullptr).succeeded);
  EXPECT_FALSE(Handshake(server, TLS1_1_VERSION, nullptr).succeeded);
  EXPECT_FALSE(Handshake(server, TLS1_3_VERSION, "\x02h2").succeeded);
  const Handshake both(server, TLS1_2_VERSION, "\x02h2\x08http/1.1");
  ASSERT_TRUE(both.succeeded);
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(both.session.get(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_EQ(SSL_CIPHER_is_aead(SSL_get_current_cipher(both.session.get())), 1);
}

TEST(Tls, CutsAHandshakeThatDoesNotGetOn) {
  TestCertificates certificates;
  certificates.issue("localhost");
  ServerOptions options = TestServer::one_thread();
  options.limits.head = seconds(1);
  TestServer server(options, with_tls(certificates));
  RawClient silent = server.client();
  RawClient plain = server.client();
  plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  plain.read_to_end();
  EXPECT_TRUE(silent.closed());
}

TEST(Tls, AnswersPipelinedRequestsOfOneRecord) {
  TestCertificates certificates;
  certificates.issue("localhost");
  TestServer server(TestServer::one_thread(), with_tls(certificates));
  const Handshake client(server, TLS1_3_VERSION, nullptr);
  ASSERT_TRUE(client.succeeded);
  std::string requests;
  for (int i = 0; i < 300; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  requests.replace(requests.size() - 2, 0, "Connection: close\r\n");
  ASSERT_EQ(SSL_write(client.session.get(), requests.data(), static_cast<int>(requests.size())),
            static_cast<int>(requests.size()));
  std::string answers;
  std::array<char, 16384> chunk;
  int got = 0;
  while ((got = SSL_read(client.session.get(), chunk.data(), chunk.size())) > 0) {
    answers.append(chunk.data(), static_cast<std::size_t>(got));
  }
  EXPECT_EQ(SSL_get_error(client.session.get(), got), SSL_ERROR_ZERO_RETURN) << "close_notify";
  std::size_t at = 0;
  for (int i = 0; i < 300 && at != answers.npos; ++i) {
    at = answers.find("{\"path\":\"/" + std::to_string(i) + "\"}", at);
  }
  EXPECT_NE(at, answers.npos);
}

}  // namespace
}  // namespace rollcall::net
