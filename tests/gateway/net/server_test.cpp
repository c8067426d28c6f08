#include "gateway/net/server.h"

#include "tests/gateway/net/net_support.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <zlib.h>

#include <stdexcept>
#include <thread>

namespace rollcall::net {
namespace {

std::string request(std::string_view path, std::string_view fields = "",
                    std::string_view method = "GET") {
  return std::string(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: a\r\n") +
         std::string(fields) + "\r\n";
}

http::Handler answer_with(http::Response response) {
  return [response](const http::Request&) { return response; };
}

TEST(Server, AnswersManyRequestsOnOneConnection) {
  TestServer server;
  RawClient client = server.client();
  for (int i = 0; i < 100; ++i) {
    client.send(request("/" + std::to_string(i)));
    EXPECT_EQ(client.read().body, "{\"path\":\"/" + std::to_string(i) + "\"}");
  }
  EXPECT_EQ(server.server.stats().accepted, 1u);
  EXPECT_EQ(server.server.stats().connections, 1u);
}

TEST(Server, SaysWhenAndWhatItAnswers) {
  TestServer server;
  RawClient client = server.client();
  client.send(request("/p"));
  const RawResponse response = client.read();
  EXPECT_EQ(response.head.substr(0, 17), "HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(response.field("Content-Type"), "application/json");
  EXPECT_EQ(response.field("Date").size(), 29u);
  EXPECT_TRUE(response.field("Date").ends_with(" GMT"));
  EXPECT_EQ(response.field("Server"), "");
}

TEST(Server, KeepsTheCallersRequestIdAndInventsOneForABadOne) {
  TestServer server;
  RawClient client = server.client();
  client.send(request("/p", "X-Request-Id: trace-1.a_B\r\n"));
  EXPECT_EQ(client.read().field("X-Request-Id"), "trace-1.a_B");
  for (const std::string& bad : {std::string("a b"), std::string(129, 'x'), std::string("<b>")}) {
    client.send(request("/p", "X-Request-Id: " + bad + "\r\n"));
    const std::string id = client.read().field("X-Request-Id");
    EXPECT_GE(id.size(), 16u);
    EXPECT_NE(id, bad);
  }
  const auto completed = server.service.wait_completed(4);
  EXPECT_NE(completed[1].id, completed[2].id);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  RawClient client = server.client();
  std::string all;
  for (int i = 0; i < 500; ++i) all += request("/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(client.read().body, "{\"path\":\"/" + std::to_string(i) + "\"}");
  }
}

TEST(Server, KeepsTheOrderWhenPipelinedHandlersTakeTime) {
  Gate gate;
  TestServer server;
  server.service.handler = [&](const http::Request& r) -> http::Reply {
    if (r.path == "/slow") return gate.pass(202);
    return http::Response(200, "text/plain", std::string(r.path));
  };
  RawClient client = server.client();
  client.send(request("/1") + request("/slow") + request("/2") + request("/slow") + request("/3"));
  EXPECT_EQ(client.read().body, "/1") << "what is ready does not wait for what is not";
  gate.open();
  EXPECT_EQ(client.read().status, 202);
  EXPECT_EQ(client.read().body, "/2");
  gate.open();
  EXPECT_EQ(client.read().status, 202);
  EXPECT_EQ(client.read().body, "/3");
  EXPECT_EQ(server.service.wait_completed(5)[3].path, "/slow");
}

Awaitable<http::Response> at_once() {
  http::Response response(200, "text/plain", "at once");
  co_return response;
}

TEST(Server, TakesACoroutineThatEndsAtOnce) {
  TestServer server;
  server.service.handler = [](const http::Request&) -> http::Reply { return at_once(); };
  RawClient client = server.client();
  client.send(request("/1") + request("/2"));
  EXPECT_EQ(client.read().body, "at once");
  EXPECT_EQ(client.read().body, "at once");
  EXPECT_EQ(server.server.stats().requests_in_progress, 0u);
}

TEST(Server, ReadsABodyThatComesInPieces) {
  TestServer server;
  server.service.handler = [](const http::Request& r) {
    const std::string fields = std::string(r.path) + "?" + std::string(r.query) + " " +
                               std::string(r.field("X-A").value_or("")) + " ";
    return http::Response(200, "text/plain", fields + std::string(r.body));
  };
  RawClient client = server.client();
  const std::string body(200'000, 'b');
  const std::string head = request("/p?q=1", "X-A: v\r\nContent-Length: 200000\r\n", "POST");
  client.send(head.substr(0, 30));
  client.send(head.substr(30));
  client.send(body.substr(0, 1));
  client.send(body.substr(1) + request("/next"));
  EXPECT_EQ(client.read().body, "/p?q=1 v " + body);
  EXPECT_EQ(client.read().body, "/next?  ");
}

TEST(Server, ReadsChunksHoweverTheyAreCut) {
  TestServer server;
  server.service.handler = [](const http::Request& r) {
    return http::Response(200, "text/plain", std::string(r.body));
  };
  const std::string bytes = request("/p", "Transfer-Encoding: chunked\r\n", "POST") +
                            "3;x=\"y\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n" +
                            request("/next");
  for (std::size_t cut = 1; cut < bytes.size(); cut += 3) {
    RawClient client = server.client();
    client.send(bytes.substr(0, cut));
    client.send(bytes.substr(cut));
    ASSERT_EQ(client.read().body, "abc0123456789") << cut;
    ASSERT_EQ(client.read().status, 200) << cut;
  }
}

TEST(Server, InvitesTheBodyThatAClientHoldsBack) {  // RFC 9110 §10.1.1
  TestServer server;
  RawClient client = server.client();
  client.send(request("/first") +
              request("/p", "Content-Length: 2\r\nExpect: 100-continue\r\n", "POST"));
  EXPECT_EQ(client.read().status, 200);
  EXPECT_EQ(client.read().status, 100);
  client.send("{}");
  EXPECT_EQ(client.read().status, 200);
}

TEST(Server, RefusesABodyBeforeItIsSent) {
  TestServer server;
  server.service.most_body = 10;
  RawClient client = server.client();
  client.send(request("/p", "Content-Length: 11\r\nExpect: 100-continue\r\n", "POST"));
  EXPECT_EQ(client.read().status, 413);
  EXPECT_TRUE(client.closed());
}

TEST(Server, SendsTheHeadOfGetForHead) {
  TestServer server;
  RawClient client = server.client();
  client.send(request("/p", "", "HEAD") + request("/p"));
  const RawResponse head = client.read(true);
  EXPECT_EQ(head.field("Content-Length"), "13");
  EXPECT_EQ(client.read().body.size(), 13u) << "no body was between them";
}

TEST(Server, SendsNoLengthWhereThereIsNoBody) {  // RFC 9110 §8.6
  for (const int status : {204, 304}) {
    TestServer server;
    server.service.handler = answer_with(http::Response(status));
    RawClient client = server.client();
    client.send(request("/p"));
    EXPECT_EQ(client.read().field("Content-Length"), "");
    client.send(request("/p"));
    EXPECT_EQ(client.read().status, status);
  }
}

TEST(Server, ClosesWhenTheClientOrTheHandlerWantsIt) {
  TestServer server;
  RawClient client = server.client();
  client.send(request("/p", "Connection: x, Close\r\n") + request("/never"));
  EXPECT_EQ(client.read().field("Connection"), "close");
  EXPECT_TRUE(client.closed());

  http::Response last(200);
  last.close = true;
  TestServer other;
  other.service.handler = answer_with(last);
  RawClient second = other.client();
  second.send(request("/p"));
  EXPECT_EQ(second.read().field("Connection"), "close");
  EXPECT_TRUE(second.closed());
}

TEST(Server, KeepsAnHttp10ConnectionOnlyWhenAsked) {
  TestServer server;
  RawClient client = server.client();
  client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read().field("Connection"), "keep-alive");
  client.send("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.read().field("Connection"), "close");
  EXPECT_TRUE(client.closed());
}

TEST(Server, AnswersAClientThatHasShutDownItsSide) {
  Gate gate;
  TestServer server;
  server.service.handler = [&](const http::Request&) -> http::Reply { return gate.pass(201); };
  RawClient client = server.client();
  client.send(request("/p"));
  client.shut_down();
  gate.open();
  EXPECT_EQ(client.read().status, 201);
  EXPECT_TRUE(client.closed());
}

Awaitable<http::Response> throw_later() {
  throw std::runtime_error("from a coroutine");
  co_return http::Response();
}

TEST(Server, Answers500ToAnExceptionAndGoesOn) {
  TestServer server;
  server.service.handler = [](const http::Request& r) -> http::Reply {
    if (r.path == "/throws") throw std::runtime_error("from a handler");
    if (r.path == "/later") return throw_later();
    return http::Response(200);
  };
  RawClient client = server.client();
  for (const char* path : {"/throws", "/later"}) {
    client.send(request(path));
    const RawResponse response = client.read();
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("from a"), std::string::npos) << "the cause goes to the log only";
  }
  client.send(request("/p"));
  EXPECT_EQ(client.read().status, 200);
}

TEST(Server, WritesNoFieldThatWouldEndItsLine) {
  TestServer server;
  server.service.handler =
      answer_with(http::Response(200).with("Location", "/\r\nSet-Cookie: a=b"));
  RawClient client = server.client();
  client.send(request("/p"));
  const RawResponse response = client.read();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.field("Set-Cookie"), "");
}

TEST(Server, LetsAHandlerEndAfterItsClientHasGone) {
  Gate gate;
  TestServer server;
  server.service.handler = [&](const http::Request&) -> http::Reply { return gate.pass(200); };
  {
    RawClient client = server.client();
    client.send(request("/p"));
    gate.wait_entered();
    const linger reset{1, 0};
    ::setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  EXPECT_EQ(server.server.stats().requests_in_progress, 1u);
  gate.open();
  EXPECT_EQ(server.service.wait_completed(1)[0].status, 200);
}

TEST(Server, EndsAHandlerThatStillWaitsWhenItIsDestroyed) {
  Gate gate;
  auto server = std::make_unique<TestServer>();
  server->service.handler = [&](const http::Request&) -> http::Reply { return gate.pass(200); };
  RawClient client = server->client();
  client.send(request("/p"));
  gate.wait_entered();
  server.reset();
  EXPECT_TRUE(client.closed());
}

TEST(Server, SendsALargeAnswerToASlowReader) {
  const std::string body(20'000'000, 'x');
  TestServer server;
  server.service.handler = answer_with(http::Response(200, "text/plain", body));
  RawClient client = server.client();
  client.send(request("/p") + request("/q"));
  EXPECT_EQ(client.read().body, body);
  EXPECT_EQ(client.read().body, body);
  const auto completed = server.service.wait_completed(2);
  EXPECT_EQ(completed[0].path + completed[1].path, "/p/q");
}

std::string gunzip(const std::string& packed) {
  z_stream state{};
  if (inflateInit2(&state, 15 + 16) != Z_OK) throw std::runtime_error("inflateInit2");
  std::string out(10'000'000, '\0');
  std::string in = packed;
  state.next_in = reinterpret_cast<Bytef*>(in.data());
  state.avail_in = static_cast<uInt>(in.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&state, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - state.avail_out);
  inflateEnd(&state);
  return out;
}

TEST(Server, CompressesLargeTextForThoseWhoTakeGzip) {
  for (const std::size_t size : {5'000u, 30'000u, 3'000'000u}) {
    std::string body;
    for (std::size_t i = 0; body.size() < size; ++i)
      body += "{\"id\":" + std::to_string(i * 7919) + "}";
    TestServer server;
    server.service.handler = answer_with(http::Response(200, "application/scim+json", body));
    RawClient client = server.client();
    client.send(request("/p", "Accept-Encoding: br, gzip;q=0.8\r\n") + request("/q"));
    const RawResponse packed = client.read();
    EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.field("Vary"), "Accept-Encoding");
    EXPECT_LT(packed.body.size(), size / 2);
    EXPECT_EQ(gunzip(packed.body), body);
    const RawResponse plain = client.read();
    EXPECT_EQ(plain.field("Content-Encoding"), "");
    EXPECT_EQ(plain.field("Vary"), "Accept-Encoding");
    EXPECT_EQ(plain.body, body);
  }
}

TEST(Server, CompressesNeitherSmallAnswersNorImages) {
  TestServer server;
  server.service.handler = [](const http::Request& r) {
    if (r.path == "/image") return http::Response(200, "image/png", std::string(50'000, 'x'));
    return http::Response(200, "application/json", std::string(4'095, 'x'));
  };
  RawClient client = server.client();
  for (const char* path : {"/image", "/small"}) {
    client.send(request(path, "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(client.read().field("Content-Encoding"), "");
  }
}

TEST(Server, SharesOnePortAmongItsThreads) {
  ServerOptions options;
  options.threads = 4;
  TestServer server(options);
  std::vector<std::thread> clients;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        RawClient client = server.client();
        client.send(request("/p"));
        answered += client.read().status == 200;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, 160);
  EXPECT_EQ(server.server.stats().accepted, 160u);
}

}  // namespace
}  // namespace rollcall::net
