#include "gateway/net/outgoing_client.h"

#include "tests/gateway/net/outgoing_server.h"
#include "tests/support/await.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <stdexcept>
#include <thread>

namespace rollcall::net {
namespace {

using Answer = Result<http::FetchResponse>;
using test::run;

class OutgoingClientTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { static_cast<void>(::signal(SIGPIPE, SIG_IGN)); }

  /// Each fetch runs on a loop of its own, as if on another I/O thread.
  Answer get(const std::string& url) { return run(client.fetch(get_plain(url))); }

  OutgoingClient client{loopback_allowed()};
};

void expect_unreachable(const Answer& answer, std::string_view why) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault(), Fault::unavailable);
  EXPECT_EQ(answer.error().code(), "idp_unreachable");
  EXPECT_NE(answer.error().why().find(why), std::string::npos) << answer.error().why();
  EXPECT_EQ(answer.error().detail().find(why), std::string::npos) << "not for the client";
}

TEST_F(OutgoingClientTest, SendsWhatItIsToldAndNothingMore) {
  std::string seen;
  ScriptServer server([&](ScriptPeer& peer, int) {
    seen = peer.read_request();
    peer.send("HTTP/1.1 201 Created\r\nETag: \"1\"\r\nContent-Length: 2\r\n\r\nok");
    peer.wait_closed();
  });
  auto request = get_plain(server.url("127.0.0.1", "/token?a=b%20c"));
  request.method = http::Method::post;
  request.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "grant_type=x";
  const auto answer = run(client.fetch(request));
  ASSERT_TRUE(answer) << answer.error().why();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "ok");
  EXPECT_EQ(answer->field("etag"), "\"1\"");
  EXPECT_EQ(seen,
            "POST /token?a=b%20c HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                "12\r\n\r\ngrant_type=x");
}

TEST_F(OutgoingClientTest, KeepsTheConnectionForTheNextRequest) {
  ScriptServer server(always("x"));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get(server.url()));
  EXPECT_EQ(server.connections, 1);
  EXPECT_EQ(server.requests, 5);
}

TEST_F(OutgoingClientTest, DoesNotShareAConnectionBetweenHosts) {
  ScriptServer server(always("x"));
  ASSERT_TRUE(get(server.url("127.0.0.1")));
  ASSERT_TRUE(get(server.url("localhost")));
  EXPECT_EQ(server.connections, 2);
}

TEST_F(OutgoingClientTest, SharesConnectionsBetweenThreads) {
  constexpr int each = 200;
  ScriptServer server(always("x"));
  const auto many = [&](int& good) {
    for (int i = 0; i < each; ++i) good += get(server.url()) ? 1 : 0;
  };
  int first = 0, second = 0;
  std::thread other([&] { many(first); });
  many(second);
  other.join();
  EXPECT_EQ(first + second, 2 * each);
  EXPECT_LE(server.connections, 2);
}

TEST(OutgoingClientPool, LetsGoOfConnectionsThatWereIdleTooLong) {
  ScriptServer server(always("x"));
  OutgoingOptions options = loopback_allowed();
  options.keep = std::chrono::milliseconds(0);
  OutgoingClient client(options);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(run(client.fetch(get_plain(server.url()))));
  EXPECT_EQ(server.connections, 3);
}

Awaitable<> fetch_into(OutgoingClient& client, http::FetchRequest request, int& good) {
  const auto answer = co_await client.fetch(std::move(request));
  good += answer ? 1 : 0;
}

TEST_F(OutgoingClientTest, KeepsAtMostThirtyTwoConnectionsToAnOrigin) {
  ScriptServer server([&](ScriptPeer& peer, int) {
    while (!peer.read_request().empty()) {
      // All 34 are on their way at once, so that each needs a connection.
      while (server.requests < 34 && peer.pause(1)) {
      }
      peer.send(answer_with("x"));
    }
  });
  boost::asio::io_context loop(1);
  int good = 0;
  const auto all = [&] {
    for (int i = 0; i < 34; ++i) {
      boost::asio::co_spawn(loop, fetch_into(client, get_plain(server.url()), good),
                            [](std::exception_ptr) {});
    }
    loop.restart();
    loop.run();
  };
  all();
  EXPECT_EQ(server.connections, 34);
  server.requests = 0;
  all();
  EXPECT_EQ(good, 68);
  EXPECT_EQ(server.connections, 36);
}

TEST_F(OutgoingClientTest, SendsAgainWhenAKeptConnectionWasClosed) {
  ScriptServer server([](ScriptPeer& peer, int connection) {
    peer.read_request();
    peer.send(answer_with("x"));
    if (connection == 1) peer.read_request();  // and closes without a word
    if (connection > 1) peer.wait_closed();
  });
  ASSERT_TRUE(get(server.url()));
  EXPECT_TRUE(get(server.url()));
  EXPECT_EQ(server.connections, 2);
  EXPECT_EQ(server.requests, 3);
}

TEST_F(OutgoingClientTest, SendsOnlyOnceAgain) {
  ScriptServer server([](ScriptPeer& peer, int connection) {
    peer.read_request();
    if (connection == 1) peer.send(answer_with("x"));
    if (connection == 1) peer.read_request();
  });
  ASSERT_TRUE(get(server.url()));
  expect_unreachable(get(server.url()), "closed the connection");
  EXPECT_EQ(server.connections, 2);
}

TEST_F(OutgoingClientTest, DoesNotSendAgainOnAFreshConnection) {
  ScriptServer server([](ScriptPeer& peer, int) { peer.read_request(); });
  expect_unreachable(get(server.url()), "closed the connection");
  EXPECT_EQ(server.requests, 1);
}

TEST_F(OutgoingClientTest, DoesNotSendAgainOnceAnAnswerBegan) {
  ScriptServer server([](ScriptPeer& peer, int) {
    peer.read_request();
    peer.send(answer_with("x"));
    peer.read_request();
    peer.send("HTTP/1.1 2");
  });
  ASSERT_TRUE(get(server.url()));
  expect_unreachable(get(server.url()), "in the middle");
  EXPECT_EQ(server.connections, 1);
}

TEST_F(OutgoingClientTest, DoesNotTakeAKeptConnectionOnWhichBytesCameUnasked) {
  ScriptServer server([](ScriptPeer& peer, int connection) {
    peer.read_request();
    peer.send(answer_with(connection == 1 ? "first" : "second"));
    if (connection == 1) peer.send(answer_with("poison"));
    peer.wait_closed();
  });
  ASSERT_TRUE(get(server.url()));
  const auto answer = get(server.url());
  ASSERT_TRUE(answer) << answer.error().why();
  EXPECT_EQ(answer->body, "second");
}

TEST_F(OutgoingClientTest, ReadsALargeAnswerAndOneToHead) {
  const std::string large(900'000, 'x');
  ScriptServer server([&](ScriptPeer& peer, int) {
    while (true) {
      const std::string request = peer.read_request();
      if (request.empty()) return;
      const std::string answer = answer_with(large);
      peer.send(request.starts_with("HEAD") ? answer.substr(0, answer.size() - large.size())
                                            : answer);
    }
  });
  auto head = get_plain(server.url());
  head.method = http::Method::head;
  ASSERT_TRUE(run(client.fetch(head)));
  const auto answer = get(server.url());
  ASSERT_TRUE(answer) << answer.error().why();
  EXPECT_EQ(answer->body, large);
  EXPECT_EQ(server.connections, 1);
}

TEST_F(OutgoingClientTest, TakesAnAnswerThatComesBeforeTheRequestIsThrough) {
  ScriptServer server([](ScriptPeer& peer, int) {
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    peer.wait_closed();
  });
  auto request = get_plain(server.url());
  request.method = http::Method::post;
  request.body.assign(1000, 'x');
  const auto answer = run(client.fetch(request));
  ASSERT_TRUE(answer) << answer.error().why();
  EXPECT_EQ(answer->status, 413);
}

// design.md 7, spec/oidc.md 1.5
TEST_F(OutgoingClientTest, HandsARedirectOverInsteadOfFollowingIt) {
  ScriptServer other(always("internal"));
  ScriptServer server([&](ScriptPeer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: " + other.url() + "\r\nContent-Length: 0\r\n\r\n");
    peer.wait_closed();
  });
  const auto answer = get(server.url());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->field("Location"), other.url());
  EXPECT_EQ(other.connections, 0);
}

TEST_F(OutgoingClientTest, RefusesAnswersThatAreTooLargeOrNotHttp) {
  struct Case {
    std::string answer;
    const char* why;
  };
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const Case& bad :
       {Case{answer_with(std::string(2000, 'x')), "body limit"},
        Case{ok + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x'),
             "body limit"},
        Case{ok + "A: " + std::string(70'000, 'x') + "\r\n\r\n", "limit"},
        Case{"220 smtp.example ESMTP\r\n", "not valid HTTP"},
        Case{ok + "Content-Length: 9\r\n\r\nshort", "in the middle"},
        Case{ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "encoded"}}) {
    ScriptServer server([&](ScriptPeer& peer, int) {
      peer.read_request();
      peer.send(bad.answer);
    });
    auto request = get_plain(server.url());
    request.most_body = 1000;
    expect_unreachable(run(client.fetch(request)), bad.why);
  }
}

TEST_F(OutgoingClientTest, RefusesFieldsThatItMustNotSend) {
  ScriptServer server(always("x"));
  using Field = std::pair<std::string, std::string>;
  for (const Field& field :
       {Field{"Authorization", "Bearer a\r\nX: y"}, Field{"A", "b\nc"},
        Field{"A", std::string("b\0c", 3)}, Field{"A b", "c"}, Field{"A:", "c"}, Field{"", "c"},
        Field{"A\r\nB", "c"}, Field{"host", "b"}, Field{"Content-Length", "1"},
        Field{"Transfer-Encoding", "chunked"}, Field{"Accept-Encoding", "gzip"}}) {
    auto request = get_plain(server.url());
    request.fields = {field};
    expect_unreachable(run(client.fetch(request)), "header field");
  }
  EXPECT_EQ(server.connections, 0);
}

// spec/oidc.md 1.5: https only, http for loopback that was flagged
TEST_F(OutgoingClientTest, SpeaksPlainHttpOnlyWhenToldAndOnlyToThisMachine) {
  ScriptServer server(always("x"));
  auto unflagged = get_plain(server.url());
  unflagged.plain_loopback = false;
  expect_unreachable(run(client.fetch(unflagged)), "not https");
  OutgoingClient strict{OutgoingOptions()};
  expect_unreachable(run(strict.fetch(get_plain(server.url()))), "allowed loopback");
  OutgoingOptions options;
  options.allow = {"0.0.0.0/0"};
  OutgoingClient generous(options);
  expect_unreachable(run(generous.fetch(get_plain("http://192.0.2.1/"))), "allowed loopback");
  EXPECT_EQ(server.connections, 0);
}

TEST_F(OutgoingClientTest, RefusesUrlsOfASecondReadingWithoutSayingThem) {
  for (const char* url : {"https://user:hunter2@a.example/", "https://a.example/#x", "gopher://a/",
                          "https://2130706433/", "https://a.example:0/"}) {
    const auto answer = get(url);
    expect_unreachable(answer, "The URL");
    EXPECT_EQ(answer.error().why().find("hunter2"), std::string::npos);
  }
}

TEST(OutgoingClientOptions, ThatCannotBeUsedAreRefused) {
  OutgoingOptions options;
  options.ca_file = "/nowhere/ca.pem";
  EXPECT_THROW(OutgoingClient{options}, std::runtime_error);
}

}  // namespace
}  // namespace rollcall::net
