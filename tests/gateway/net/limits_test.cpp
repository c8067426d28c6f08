#include "gateway/net/server.h"
#include "tests/gateway/net/net_support.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <vector>

namespace rollcall::net {
namespace {

using std::chrono::seconds;

const std::string get_request = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string post_head = "POST /p HTTP/1.1\r\nHost: a\r\n";

ServerOptions with(Limits limits) {
  ServerOptions options = TestServer::one_thread();
  options.limits = limits;
  return options;
}

Limits hasty() {
  Limits limits;
  limits.idle = limits.head = limits.body = limits.write = seconds(1);
  return limits;
}

TEST(ServerLimits, RefusesAHeadThatIsTooLong) {
  Limits limits;
  limits.head_bytes = 1024;
  TestServer server(with(limits));
  RawClient whole = server.client();
  whole.send("GET /p HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");
  EXPECT_EQ(whole.read().status, 431);
  EXPECT_TRUE(whole.closed());
  RawClient unending = server.client();
  unending.send("GET /p HTTP/1.1\r\nHost: a\r\n");
  for (int i = 0; i < 100; ++i) unending.send("X: " + std::string(100, 'x') + "\r\n");
  EXPECT_EQ(unending.read().status, 431);
  RawClient target = server.client();
  target.send("GET /" + std::string(5000, 'x'));
  EXPECT_EQ(target.read().status, 431);
}

TEST(ServerLimits, RefusesTooManyFields) {
  Limits limits;
  limits.head_fields = 5;
  TestServer server(with(limits));
  RawClient client = server.client();
  const std::string four = "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n";
  client.send("GET /p HTTP/1.1\r\nHost: a\r\n" + four + "\r\n");
  EXPECT_EQ(client.read().status, 200);
  client.send("GET /p HTTP/1.1\r\nHost: a\r\n" + four + "E: 5\r\n\r\n");
  EXPECT_EQ(client.read().status, 431);
}

TEST(ServerLimits, RefusesABodyBeyondWhatTheServiceTakes) {
  TestServer server;
  server.service.most_body = 1000;
  const std::string chunk = "200\r\n" + std::string(512, 'x') + "\r\n";
  RawClient chunked = server.client();
  chunked.send(post_head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n");
  EXPECT_EQ(chunked.read().status, 413);
  // The client goes on sending; the answer still reaches it.
  RawClient counted = server.client();
  counted.send(post_head + "Content-Length: 3000000\r\n\r\n");
  counted.send(std::string(3'000'000, 'x'));
  EXPECT_EQ(counted.read().status, 413);
}

TEST(ServerLimits, BoundsChunkExtensionsAndTrailers) {
  TestServer server;
  const std::string head = post_head + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string much(100'000, 'x');
  RawClient extension = server.client();
  extension.send(head + "1;a=" + much);
  EXPECT_EQ(extension.read().status, 431);
  RawClient extensions = server.client();
  std::string many;
  for (int i = 0; i < 100; ++i) many += "1;a=" + std::string(1000, 'x') + "\r\ny\r\n";
  extensions.send(head + many);
  EXPECT_EQ(extensions.read().status, 400);
  RawClient trailer = server.client();
  trailer.send(head + "0\r\nX: " + much);
  EXPECT_EQ(trailer.read().status, 431);
}

TEST(ServerLimits, CutsASlowHead) {
  TestServer server(with(hasty()));
  RawClient client = server.client();
  client.send("GET /p HTTP/1.1\r\nHo");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_TRUE(client.closed());
}

TEST(ServerLimits, CutsAHeadThatDripsInWithoutEnd) {
  TestServer server(with(hasty()));
  RawClient client = server.client();
  const auto start = std::chrono::steady_clock::now();
  pollfd answered{client.fd(), POLLIN, 0};
  client.send("GET /p HTTP/1.1\r\nX: ");
  while (::poll(&answered, 1, 50) == 0) client.send("x");
  EXPECT_EQ(client.read().status, 408);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(5));
}

TEST(ServerLimits, CutsASlowBody) {
  TestServer server(with(hasty()));
  for (const char* framing :
       {"Content-Length: 10\r\n\r\n12345", "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"}) {
    RawClient client = server.client();
    client.send(post_head + framing);
    EXPECT_EQ(client.read().status, 408);
    EXPECT_TRUE(client.closed());
  }
  EXPECT_EQ(server.service.wait_completed(2)[0].path, "/p");
}

TEST(ServerLimits, CutsAClientThatDoesNotRead) {
  TestServer server(with(hasty()));
  server.service.handler = [](const http::Request&) {
    return http::Response(200, "image/png", std::string(30'000'000, 'x'));
  };
  RawClient client = server.client();
  client.send(get_request);
  EXPECT_EQ(server.service.wait_completed(1)[0].status, 200);
  EXPECT_LT(client.read_to_end().size(), 30'000'000u);
}

TEST(ServerLimits, DoesNotTimeAHandlerThatFollowsABlockedAnswer) {
  Gate gate;
  TestServer server(with(hasty()));
  server.service.handler = [&](const http::Request& request) -> http::Reply {
    if (request.path == "/slow") return gate.pass(201);
    return http::Response(200, "image/png", std::string(12'000'000, 'x'));
  };
  RawClient client = server.client();
  const std::string slow = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(slow + get_request + slow);
  gate.open();
  EXPECT_EQ(client.read().status, 201);
  EXPECT_EQ(client.read().body.size(), 12'000'000u);
  gate.wait_entered();
  RawClient idle = server.client();
  EXPECT_TRUE(idle.closed());
  gate.open();
  EXPECT_EQ(client.read().status, 201);
}

TEST(ServerLimits, ClosesAnIdleConnectionWithoutAWord) {
  TestServer server(with(hasty()));
  RawClient unused = server.client();
  RawClient used = server.client();
  used.send(get_request);
  EXPECT_EQ(used.read().status, 200);
  EXPECT_TRUE(used.closed());
  EXPECT_TRUE(unused.closed());
}

TEST(ServerLimits, DoesNotTimeAHandler) {
  Gate gate;
  TestServer server(with(hasty()));
  server.service.handler = [&](const http::Request&) -> http::Reply { return gate.pass(200); };
  RawClient patient = server.client();
  patient.send(get_request);
  gate.wait_entered();
  RawClient idle = server.client();  // when this one is closed, more than the limit has passed
  EXPECT_TRUE(idle.closed());
  gate.open();
  EXPECT_EQ(patient.read().status, 200);
}

TEST(ServerLimits, RefusesConnectionsBeyondTheLimitOfAnEndpoint) {
  Limits limits;
  limits.connections = 3;
  TestServer server(with(limits));
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(server.client());
    clients.back().send(get_request);
    EXPECT_EQ(clients.back().read().status, 200);
  }
  EXPECT_TRUE(server.client().closed());
  EXPECT_EQ(server.server.stats().refused, 1u);
  FakeService health;
  const std::string other = server.server.listen({"127.0.0.1:0", {}, false}, health);
  RawClient checker(other);
  checker.send(get_request);
  EXPECT_EQ(checker.read().status, 200) << "a flood of one endpoint leaves the other alone";
  clients[0].send("GET /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(clients[0].read().status, 200);
  EXPECT_TRUE(clients[0].closed());
  RawClient next = server.client();
  next.send(get_request);
  EXPECT_EQ(next.read().status, 200);
}

TEST(ServerLimits, RefusesConnectionsBeyondTheLimitOfAnAddress) {
  Limits limits;
  limits.connections_per_address = 2;
  TestServer server(with(limits));
  std::vector<RawClient> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(server.client());
    clients.back().send(get_request);
    EXPECT_EQ(clients.back().read().status, 200);
  }
  EXPECT_TRUE(server.client().closed());
  EXPECT_EQ(server.server.stats().refused, 1u);
}

/// spec/reliability.md 0.8: a loop that ends or spins at the first EMFILE is a total outage.
TEST(ServerLimits, AcceptsAgainAfterRunningOutOfDescriptors) {
  TestServer server;
  RawClient before = server.client();
  before.send(get_request);
  EXPECT_EQ(before.read().status, 200);
  std::vector<RawClient> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(server.client());
  waiting[0].send(get_request);
  EXPECT_EQ(waiting[0].read().status, 200);

  rlimit saved{};
  getrlimit(RLIMIT_NOFILE, &saved);
  RawClient late = server.client();
  late.send(get_request);
  EXPECT_EQ(late.read().status, 200);
  std::vector<Fd> spare;
  spare.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit tight = saved;
  tight.rlim_cur = static_cast<rlim_t>(spare[0].get()) + 1;
  setrlimit(RLIMIT_NOFILE, &tight);
  while (true) {  // take what is left below the limit
    Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!fd) break;
    spare.push_back(std::move(fd));
  }
  spare.erase(spare.begin());
  RawClient starved = server.client();  // takes the only free descriptor
  starved.send(get_request);
  pollfd answered{starved.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&answered, 1, 300), 0) << "there was no descriptor to accept it with";
  before.send(get_request);
  EXPECT_EQ(before.read().status, 200) << "others are served meanwhile";
  setrlimit(RLIMIT_NOFILE, &saved);
  EXPECT_EQ(starved.read().status, 200);
}

}  // namespace
}  // namespace rollcall::net
