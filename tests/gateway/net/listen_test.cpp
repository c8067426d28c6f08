#include "gateway/net/server.h"
#include "tests/gateway/net/net_support.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace rollcall::net {
namespace {

const std::string get_request = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(Listen, RefusesAnAddressThatIsInUse) {
  ServerOptions options;
  options.threads = 2;
  TestServer first(options);
  try {
    TestServer second(options, {first.address, {}, false});
    FAIL() << "it shared the port";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(),
              "Cannot listen on " + first.address + ": another process listens there.");
  }
}

TEST(Listen, RefusesWhatIsNoAddress) {
  for (const char* bad : {"", "8080", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                          "::1:80", "[::1]", "[127.0.0.1]:80", "unix:", "127.0.0.1:80x"}) {
    TestServer server;
    EXPECT_THROW(server.server.listen({bad, {}, false}, server.service), std::runtime_error) << bad;
  }
}

TEST(Listen, TakesAPortAgainAtOnce) {
  std::string address;
  {
    TestServer first;
    address = first.address;
    RawClient client = first.client();
    client.send(get_request);
    EXPECT_EQ(client.read().status, 200);
  }
  TestServer second(TestServer::one_thread(), {address, {}, false});
  RawClient client = second.client();
  client.send(get_request);
  EXPECT_EQ(client.read().status, 200);
}

TEST(Listen, ListensOnIpv6) {
  TestServer server(TestServer::one_thread(), {"[::1]:0", {}, false});
  EXPECT_TRUE(server.address.starts_with("[::1]:")) << server.address;
}

class UnixSocket : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("rollcall-" + std::to_string(::getpid()) + ".sock");
  const std::string address_ = "unix:" + path_.string();
};

TEST_F(UnixSocket, ServesTheOperatorAndOnlyHim) {
  {
    TestServer server(TestServer::one_thread(), {address_, {}, false});
    server.service.handler = [](const http::Request& request) {
      return http::Response(200, "text/plain",
                            std::string(request.client_address) + (request.local ? " local" : ""));
    };
    struct stat file{};
    ASSERT_EQ(::stat(path_.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777u, 0600u);
    RawClient client = server.client();
    client.send(get_request);
    EXPECT_EQ(client.read().body, "unix local");
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UnixSocket, IsTakenOverFromADeadProcessButNotFromALivingOne) {
  {
    const Fd dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un file{};
    file.sun_family = AF_UNIX;
    path_.string().copy(file.sun_path, sizeof file.sun_path - 1);
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&file), sizeof file), 0);
  }
  TestServer server(TestServer::one_thread(), {address_, {}, false});
  EXPECT_THROW(TestServer(TestServer::one_thread(), {address_, {}, false}), std::runtime_error);
  RawClient client = server.client();
  client.send(get_request);
  EXPECT_EQ(client.read().status, 200);
}

TEST_F(UnixSocket, IsNotPutInPlaceOfAnotherFile) {
  Fd(::open(path_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  EXPECT_THROW(TestServer(TestServer::one_thread(), {address_, {}, false}), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

TEST(Drain, EndsIdleConnectionsAtOnce) {
  TestServer server;
  RawClient used = server.client();
  used.send(get_request);
  EXPECT_EQ(used.read().status, 200);
  EXPECT_TRUE(server.server.drain(std::chrono::seconds(10)));
  EXPECT_TRUE(used.closed());
  EXPECT_THROW(server.client(), std::runtime_error);
}

TEST(Drain, AnswersWhatHasBegun) {
  Gate gate;
  TestServer server;
  server.service.handler = [&](const http::Request& request) -> http::Reply {
    if (request.path == "/slow") return gate.pass(200);
    return http::Response(201);
  };
  RawClient running = server.client();
  running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + get_request);
  gate.wait_entered();
  RawClient half = server.client();
  half.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Le");
  RawClient fresh = server.client();
  std::thread drain([&] { EXPECT_TRUE(server.server.drain(std::chrono::seconds(20))); });
  while (true) {  // until it no longer accepts
    try {
      server.client();
    } catch (const std::runtime_error&) {
      break;
    }
  }
  fresh.send(get_request);
  const RawResponse first = fresh.read();
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.field("Connection"), "close");
  half.send("ngth: 2\r\n\r\n{}");
  EXPECT_EQ(half.read().status, 201);
  gate.open();
  EXPECT_EQ(running.read().status, 200);
  const RawResponse last = running.read();
  EXPECT_EQ(last.status, 201) << "the request that was already there is answered too";
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_TRUE(running.closed());
  drain.join();
}

TEST(Drain, CutsWhatOutlastsTheLimit) {
  Gate gate;
  TestServer server;
  server.service.handler = [&](const http::Request&) -> http::Reply { return gate.pass(200); };
  RawClient client = server.client();
  client.send(get_request);
  gate.wait_entered();
  EXPECT_FALSE(server.server.drain(std::chrono::milliseconds(50)));
  EXPECT_TRUE(client.closed());
  gate.open();
  EXPECT_EQ(server.service.wait_completed(1)[0].path, "/p");
}

/// No accepted request is cut: a client whose kept connection ends between requests finds the next
/// one.
TEST(Drain, LosesNoRequestUnderLoad) {
  ServerOptions options;
  options.threads = 2;
  auto old = std::make_unique<TestServer>(options);
  const std::string address = old->address;
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0, cut = 0;
  const auto load = [&] {
    std::optional<RawClient> client;
    while (!stop) {
      try {
        if (!client) client.emplace(address);
      } catch (const std::runtime_error&) {
        continue;  // between the two servers nobody listens
      }
      client->send(get_request);
      const RawResponse response = client->read();
      if (response.status == 200) ++answered;
      if (response.status == 0 && !response.head.empty()) ++cut;
      if (response.status != 200 || response.field("Connection") == "close") client.reset();
    }
  };
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) clients.emplace_back(load);
  old->service.wait_completed(200);
  EXPECT_TRUE(old->server.drain(std::chrono::seconds(20)));
  const std::size_t before = old->service.wait_completed(200).size();
  old.reset();
  {
    TestServer next(options, {address, {}, false});
    next.service.wait_completed(200);
    stop = true;
    for (std::thread& client : clients) client.join();
    // Whatever a server has answered has reached its client.
    const std::size_t rest = static_cast<std::size_t>(answered) - before;
    EXPECT_EQ(next.service.wait_completed(rest).size(), rest);
  }
  EXPECT_EQ(cut, 0);
}

}  // namespace
}  // namespace rollcall::net
