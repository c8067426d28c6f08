#include "gateway/app/instance.h"
#include "gateway/net/http_client.h"
#include "tests/gateway/app/process/process.h"
#include "tests/gateway/net/net_support.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>

namespace rollcall::test {
namespace {

using net::HttpClient;
using net::RawClient;

/// A demo in a directory of its own, as often as wanted one after the other.
struct Demo {
  std::vector<std::string> arguments() const {
    return {"demo", "--listen", "127.0.0.1:0", "--data-dir", data(), "--ready-file", ready()};
  }
  std::string data() const { return scratch / "data"; }
  std::filesystem::path ready() const { return scratch / "ready.json"; }
  Server start() const { return Server(arguments(), ready()); }

  Scratch scratch;
};

/// A server with a configuration file.
struct Served {
  explicit Served(const std::string& more = "") { configure(more); }

  void configure(const std::string& more) const {
    std::string text = more + "\nstore: sqlite://" + (scratch / "r.db").string() + "\n";
    if (more.find("\nlisten:") == std::string::npos) text += "listen: 127.0.0.1:0\n";
    scratch.file("r.yaml", text + "operations: {listen: '127.0.0.1:0'}\n");
  }
  std::vector<std::string> arguments() const {
    return {"serve", "--config", scratch / "r.yaml", "--ready-file", ready()};
  }
  std::filesystem::path ready() const { return scratch / "ready.json"; }
  Server start(const Process::Environment& environment = {}) const {
    return Server(arguments(), ready(), environment);
  }

  Scratch scratch;
};

net::ClientRequest request(std::string method, std::string target, const std::string& token = "",
                           std::string body = "") {
  net::ClientRequest result{std::move(method), std::move(target), {}, std::move(body)};
  if (!token.empty()) result.fields.emplace_back("Authorization", "Bearer " + token);
  if (!result.body.empty()) result.fields.emplace_back("Content-Type", "application/scim+json");
  return result;
}

net::ClientResponse send(HttpClient& client, const net::ClientRequest& what) {
  auto response = client.send(what);
  if (!response) throw std::runtime_error(response.error().detail());
  return *std::move(response);
}

/// Status and body of one GET of an absolute URL.
net::ClientResponse get(const std::string& url, const std::string& token = "") {
  const auto path = url.find('/', url.find("://") + 3);
  HttpClient client(url.substr(0, path));
  return send(client, request("GET", url.substr(path), token));
}

std::string health(const Server& server, const std::string& path) {
  const std::string metrics = server.text("metrics_url");
  return metrics.substr(0, metrics.rfind('/')) + path;
}

std::string address_of(const Server& server) {
  return server.text("base_url").substr(std::string("http://").size());
}

/// Asks until the answer satisfies, since what a signal does is not instant.
template <class Satisfied>
net::ClientResponse await_answer(const std::string& url, Satisfied satisfied) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (true) {
    auto response = get(url);
    if (satisfied(response)) return response;
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error(response.body);
    std::this_thread::yield();
  }
}

/// Sends the head of a request whose 100 bytes of body are still to come; the server has read it.
void begin_request(RawClient& client) {
  client.send(
      "POST /api/v1/organizations HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
}

bool has_line(const net::ClientResponse& page, const std::string& line) {
  return page.body.find("\n" + line + "\n") != std::string::npos;
}

constexpr const char* user =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.com"})";

TEST(DemoProcess, ServesWithTheTokensItPrintsAndKeepsItsData) {
  const Demo demo;
  std::string token;
  {
    Server server = demo.start();
    token = server.scim("token");
    HttpClient client(server.scim("base_url"));
    EXPECT_EQ(send(client, request("POST", "/Users", token, user)).status, 201);
    EXPECT_EQ(get(server.text("admin_url") + "/organizations", server.text("admin_token")).status,
              200);
    EXPECT_EQ(get(health(server, "/healthz/live")).status, 200);
    EXPECT_EQ(get(health(server, "/healthz/ready")).status, 200);
    EXPECT_TRUE(has_line(
        get(server.text("metrics_url")),
        R"(rollcall_http_requests_total{route="/scim/v2/Users",method="POST",status="201"} 1)"));
    EXPECT_EQ(server.stop(), 0);
    EXPECT_NE(server.process().output().find(token), std::string::npos);
  }
  Server again = demo.start();
  EXPECT_EQ(again.scim("token"), token);
  EXPECT_NE(get(again.scim("base_url") + "/Users", token).body.find("ada@example.com"),
            std::string::npos);
}

TEST(DemoProcess, KeepsFilesPrivateAndRemovesItsSocket) {
  const Demo demo;
  Server server = demo.start();
  const auto mode = [](const std::filesystem::path& file) {
    return static_cast<int>(std::filesystem::status(file).permissions());
  };
  EXPECT_EQ(mode(demo.data()), 0700);
  EXPECT_EQ(mode(demo.ready()), 0600);
  const auto instance = app::demo_instance(demo.data());
  EXPECT_EQ(mode(instance.store_file), 0600);
  EXPECT_EQ(mode(instance.key_file), 0600);
  EXPECT_EQ(mode(instance.socket), 0600);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(instance.socket));
}

TEST(DemoProcess, SurvivesAKill) {
  const Demo demo;
  std::string token;
  {
    Server server = demo.start();
    token = server.scim("token");
    HttpClient client(server.scim("base_url"));
    EXPECT_EQ(send(client, request("POST", "/Users", token, user)).status, 201);
    server.process().signal(SIGKILL);
    server.process().wait();
  }
  Server again = demo.start();
  EXPECT_EQ(again.scim("token"), token);
  EXPECT_NE(get(again.scim("base_url") + "/Users", token).body.find("ada@example.com"),
            std::string::npos);
}

TEST(DemoProcess, ListensOnLoopbackOnly) {
  const Outcome outcome = run_rollcall({"demo", "--listen", "0.0.0.0:0"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.errors.find("loopback only"), std::string::npos);
}

TEST(ServeProcess, TheOperatorsSocketNeedsNoToken) {
  const Served served;
  Server server = served.start();
  const app::LocalSocket socket(served.scratch / "r.db.sock");
  HttpClient local(socket.url());
  EXPECT_EQ(send(local, request("GET", "/api/v1/organizations")).status, 200);
  EXPECT_EQ(get(server.text("admin_url") + "/organizations").status, 401);
}

TEST(ServeProcess, UsesThePublicUrl) {
  const Served served("public_url: https://scim.example.com");
  const auto organization = served.scratch.file(
      "acme.yaml", "organization: {slug: acme}\nscim: {id: okta, enabled: true}\n");
  const Outcome applied =
      run_rollcall({"apply", "-f", organization, "--config", served.scratch / "r.yaml"});
  ASSERT_EQ(applied.code, 0) << applied.errors;
  Server server = served.start();
  EXPECT_EQ(server.text("base_url"), "https://scim.example.com");
  EXPECT_EQ(server.text("admin_url"), "https://scim.example.com/api/v1");
  EXPECT_EQ(server.scim("connection"), "okta");
  EXPECT_EQ(server.scim("base_url"), "https://scim.example.com/scim/v2");
  // What the ready file says leads to the outside; the operator's socket leads to the same place.
  const app::LocalSocket socket(served.scratch / "r.db.sock");
  HttpClient local(socket.url());
  const auto created = send(local, request("POST", "/scim/v2/Users", server.scim("token"), user));
  EXPECT_EQ(created.status, 201);
  EXPECT_TRUE(created.field("Location")->starts_with("https://scim.example.com/scim/v2/Users/"));
}

TEST(ServeProcess, DrainsBeforeItEnds) {
  const Served served;
  Server server = served.start();
  RawClient client(address_of(server));
  const std::string body(100, ' ');
  begin_request(client);
  client.send(body.substr(0, 50));
  server.process().signal(SIGTERM);
  const auto unready = await_answer(health(server, "/healthz/ready"),
                                    [](const auto& answer) { return answer.status == 503; });
  EXPECT_EQ(unready.body, R"({"status":"not_ready","reasons":["draining"]})");
  EXPECT_EQ(get(health(server, "/healthz/live")).status, 200);
  client.send(body.substr(50));
  const auto answer = client.read();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_EQ(server.process().wait(), 0);
}

TEST(ServeProcess, ASecondSignalEndsItAtOnce) {
  const Served served;
  Server server = served.start();
  RawClient client(address_of(server));
  begin_request(client);
  server.process().signal(SIGTERM);
  await_answer(health(server, "/healthz/ready"),
               [](const auto& answer) { return answer.status == 503; });
  const auto start = std::chrono::steady_clock::now();
  server.process().signal(SIGINT);
  EXPECT_EQ(server.process().wait(), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(ServeProcess, ReloadsTheLogLevelAndKeepsTheOldFileAfterAnError) {
  const Served served("log: {level: warning}");
  Server server = served.start();
  net::HttpClient client(server.text("base_url"));
  const auto request = [&](const char* id) {
    net::ClientRequest message;
    message.target = "/";
    message.fields.emplace_back("X-Request-Id", id);
    EXPECT_TRUE(client.send(message));
  };
  request("early");
  request("between");  // its answer shows that the one before it has been logged, or not
  served.configure("log: {level: info}\nthreads: 3");
  server.process().signal(SIGHUP);
  await_answer(server.text("metrics_url"),
               [](const auto& page) { return has_line(page, "rollcall_reloads_total 1"); });
  request("late");
  served.configure("log: {level: loud}");
  server.process().signal(SIGHUP);
  await_answer(server.text("metrics_url"),
               [](const auto& page) { return has_line(page, "rollcall_reloads_failed_total 1"); });
  EXPECT_EQ(server.stop(), 0);
  const std::string log = server.process().errors();
  EXPECT_NE(log.find("key=\"threads\""), std::string::npos) << log;
  EXPECT_NE(log.find("must be debug, info, warning or error"), std::string::npos) << log;
  EXPECT_EQ(log.find("id=\"early\""), std::string::npos) << log;
  EXPECT_NE(log.find("id=\"late\""), std::string::npos) << log;
}

TEST(ServeProcess, ReloadsTheCertificate) {
  net::TestCertificates certificates;
  certificates.issue("127.0.0.1");
  const auto files = certificates.files();
  const Served served("tls: {certificate: " + files.certificate_chain.string() +
                      ", private_key: " + files.private_key.string() + "}");
  Server server = served.start();
  EXPECT_TRUE(server.text("base_url").starts_with("https://127.0.0.1:"));
  const auto status = [&] {
    HttpClient client(server.text("base_url"), std::chrono::seconds(10), certificates.ca_file());
    return client.send(request("GET", "/nothing"));
  };
  const auto answer = status();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->field("Strict-Transport-Security"), "max-age=31536000");
  EXPECT_NE(get(server.text("metrics_url")).body.find("\nrollcall_tls_certificate_expiry_seconds "),
            std::string::npos);

  certificates.issue("127.0.0.2");
  server.process().signal(SIGHUP);
  await_answer(server.text("metrics_url"),
               [](const auto& page) { return has_line(page, "rollcall_reloads_total 1"); });
  EXPECT_FALSE(status());  // the certificate is another name's now

  std::ofstream(files.certificate_chain) << "no certificate";
  server.process().signal(SIGHUP);
  await_answer(server.text("metrics_url"),
               [](const auto& page) { return has_line(page, "rollcall_reloads_failed_total 1"); });
  EXPECT_EQ(server.stop(), 0);
}

TEST(ServeProcess, RefusesAStoreThatAnotherProcessHas) {
  const Served served;
  Server server = served.start();
  const Outcome outcome = run_rollcall({"serve", "--config", served.scratch / "r.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(outcome.errors.starts_with("rollcall: ")) << outcome.errors;
  EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1) << outcome.errors;
  EXPECT_EQ(get(health(server, "/healthz/ready")).status, 200);
}

TEST(ServeProcess, RefusesAPortThatAnotherProcessHas) {
  const Served served;
  Server server = served.start();
  const Served other("log: {level: error}\nlisten: " + address_of(server));
  const Outcome outcome = run_rollcall({"serve", "--config", other.scratch / "r.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.errors, "rollcall: Cannot listen on " + address_of(server) +
                                ": another process listens there.\n");
}

/// What a service manager hears.
class NotifySocket {
 public:
  explicit NotifySocket(const std::filesystem::path& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const timeval patience{20, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  /// The next message that does not begin with WATCHDOG=1, unless that is wanted.
  std::string next(bool watchdog = false) const {
    while (true) {
      char buffer[512];
      const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
      if (size <= 0) return "nothing";
      const std::string message(buffer, static_cast<std::size_t>(size));
      if (watchdog == message.starts_with("WATCHDOG=1")) return message;
    }
  }

 private:
  net::Fd socket_;
};

TEST(ServeProcess, TellsTheServiceManager) {
  const Served served;
  const NotifySocket socket(served.scratch / "notify");
  Server server =
      served.start({{"NOTIFY_SOCKET", served.scratch / "notify"}, {"WATCHDOG_USEC", "100000"}});
  EXPECT_EQ(socket.next(), "READY=1");
  EXPECT_EQ(socket.next(true), "WATCHDOG=1");
  server.process().signal(SIGHUP);
  EXPECT_TRUE(socket.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  EXPECT_EQ(socket.next(), "READY=1");
  server.process().signal(SIGTERM);
  EXPECT_EQ(socket.next(), "STOPPING=1");
  EXPECT_EQ(server.process().wait(), 0);
}

}  // namespace
}  // namespace rollcall::test
