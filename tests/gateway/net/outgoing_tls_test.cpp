#include "gateway/net/outgoing_client.h"
#include "tests/gateway/net/net_support.h"
#include "tests/support/await.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace rollcall::net {
namespace {

using test::run;

/// Our own server with TLS, and clients that believe its authority unless told otherwise.
class OutgoingTls : public testing::Test {
 protected:
  static void SetUpTestSuite() { static_cast<void>(::signal(SIGPIPE, SIG_IGN)); }

  void serve() {
    server.emplace(TestServer::one_thread(),
                   ListenerOptions{"127.0.0.1:0", certificates.files(), false});
  }

  OutgoingOptions options(const std::string& ca_file) const {
    OutgoingOptions options;
    options.allow = {"127.0.0.0/8"};
    options.ca_file = ca_file;
    options.resolver = [](const std::string&) {
      return std::vector{IpAddress::parse("127.0.0.1").value()};
    };
    return options;
  }

  Result<http::FetchResponse> get(OutgoingClient& client, const std::string& host) const {
    http::FetchRequest request;
    request.url = "https://" + host + server->address.substr(server->address.rfind(':')) + "/x";
    request.deadline = std::chrono::seconds(10);
    return run(client.fetch(request));
  }

  std::string why(const std::string& host, const std::string& ca_file) const {
    OutgoingClient client(options(ca_file));
    const auto answer = get(client, host);
    return answer ? "" : answer.error().why();
  }

  TestCertificates certificates;
  std::optional<TestServer> server;
};

TEST_F(OutgoingTls, ReachesTheServerWhoseCertificateFitsItsName) {
  certificates.issue("idp.example");
  serve();
  OutgoingClient client(options(certificates.ca_file()));
  for (int i = 0; i < 3; ++i) {
    const auto answer = get(client, "IdP.example");
    ASSERT_TRUE(answer) << answer.error().why();
    EXPECT_EQ(answer->body, "{\"path\":\"/x\"}");
  }
}

TEST_F(OutgoingTls, KeepsItsConnections) {
  certificates.issue("127.0.0.1");
  serve();
  OutgoingClient client(options(certificates.ca_file()));
  ASSERT_TRUE(get(client, "127.0.0.1"));
  // A new connection would be shown this one and refuse it.
  certificates.issue("other.example");
  ASSERT_TRUE(server->server.reload_tls());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(get(client, "127.0.0.1"));
  OutgoingClient fresh(options(certificates.ca_file()));
  EXPECT_FALSE(get(fresh, "127.0.0.1"));
}

TEST_F(OutgoingTls, RefusesACertificateOfAnotherName) {
  certificates.issue("idp.example");
  serve();
  for (const char* host : {"other.example", "127.0.0.1", "sub.idp.example", "example"}) {
    EXPECT_NE(why(host, certificates.ca_file()).find("certificate was refused"), std::string::npos)
        << host;
  }
}

TEST_F(OutgoingTls, RefusesACertificateOfAnUnknownAuthority) {
  const TestCertificates others;
  certificates.issue("idp.example");
  serve();
  for (const std::string& ca : {std::string(), others.ca_file()}) {
    EXPECT_NE(why("idp.example", ca).find("certificate was refused"), std::string::npos);
  }
}

TEST_F(OutgoingTls, RefusesAnExpiredCertificate) {
  certificates.issue_expired("idp.example");
  serve();
  EXPECT_NE(why("idp.example", certificates.ca_file()).find("certificate has expired"),
            std::string::npos);
}

TEST_F(OutgoingTls, RefusesAServerWithoutTls) {
  server.emplace();
  EXPECT_NE(why("idp.example", certificates.ca_file()).find("TLS failed"), std::string::npos);
}

}  // namespace
}  // namespace rollcall::net
