#include "gateway/net/outgoing_client.h"
#include "tests/gateway/net/outgoing_server.h"
#include "tests/support/await.h"

#include <arpa/inet.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <future>

namespace rollcall::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::run;
using Clock = std::chrono::steady_clock;
using Addresses = std::vector<IpAddress>;

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

class OutgoingTime : public testing::Test {
 protected:
  static void SetUpTestSuite() { static_cast<void>(::signal(SIGPIPE, SIG_IGN)); }

  /// The error of a fetch with 300 ms, which must not take much longer.
  static std::string why_late(OutgoingClient& client, http::FetchRequest request) {
    request.deadline = milliseconds(300);
    const auto begin = Clock::now();
    const auto answer = run(client.fetch(std::move(request)));
    const auto took = Clock::now() - begin;
    EXPECT_GE(took, milliseconds(299));
    EXPECT_LT(took, seconds(5));
    EXPECT_FALSE(answer);
    return answer ? "" : answer.error().why();
  }
};

TEST_F(OutgoingTime, EndsAnAnswerThatDrips) {
  ScriptServer server([](ScriptPeer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (peer.pause(5) && peer.send("x")) {
    }
  });
  OutgoingClient client(loopback_allowed());
  const std::string why = why_late(client, get_plain(server.url()));
  EXPECT_NE(why.find("in time"), std::string::npos) << why;
}

TEST_F(OutgoingTime, EndsAnAnswerThatNeverPauses) {
  ScriptServer server([](ScriptPeer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    // Long extensions: bytes without end, but hardly any body.
    const std::string chunk = "1;" + std::string(60'000, 'x') + "\r\ny\r\n";
    while (peer.send(chunk)) {
    }
  });
  OutgoingClient client(loopback_allowed());
  auto request = get_plain(server.url());
  request.most_body = std::size_t{1} << 40;
  const std::string why = why_late(client, std::move(request));
  EXPECT_NE(why.find("in time"), std::string::npos) << why;
}

TEST_F(OutgoingTime, EndsARequestThatIsNotTaken) {
  ScriptServer server([](ScriptPeer& peer, int) { peer.wait_closed(); });
  OutgoingClient client(loopback_allowed());
  auto request = get_plain(server.url());
  request.method = http::Method::post;
  request.body.assign(std::size_t{8} << 20, 'x');
  const std::string why = why_late(client, std::move(request));
  EXPECT_NE(why.find("in time"), std::string::npos) << why;
}

TEST_F(OutgoingTime, EndsATlsHandshakeThatDoesNotGetOn) {
  ScriptServer server([](ScriptPeer& peer, int) { peer.wait_closed(); });
  OutgoingClient client(loopback_allowed());
  const std::string why =
      why_late(client, get_plain("https://127.0.0.1:" + std::to_string(server.port()) + "/"));
  EXPECT_NE(why.find("in time"), std::string::npos) << why;
}

/// A listener whose queue is full: the kernel leaves further connections without an answer.
class SilentListener {
 public:
  SilentListener() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    where_.sin_family = AF_INET;
    where_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where_;
    ::bind(listener_.get(), name(), size);
    ::listen(listener_.get(), 0);
    ::getsockname(listener_.get(), name(), &size);
    for (int i = 0; i < 4; ++i) {
      queued_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      ::connect(queued_.back().get(), name(), sizeof where_);
    }
  }
  std::uint16_t port() const { return ntohs(where_.sin_port); }

 private:
  sockaddr* name() { return reinterpret_cast<sockaddr*>(&where_); }

  Fd listener_;
  sockaddr_in where_{};
  std::vector<Fd> queued_;
};

TEST_F(OutgoingTime, EndsAConnectionThatIsNotMade) {
  const SilentListener silent;
  OutgoingClient client(loopback_allowed());
  const std::string why =
      why_late(client, get_plain("http://127.0.0.1:" + std::to_string(silent.port()) + "/"));
  EXPECT_NE(why.find("No connection: Connection timed out"), std::string::npos) << why;
}

TEST_F(OutgoingTime, LeavesSomeForTheNextAddressWhenOneIsSilent) {
  const SilentListener silent;
  ScriptServer server(always("x"), silent.port(), "127.0.0.2");
  OutgoingOptions options = loopback_allowed();
  options.resolver = [](const std::string&) { return Addresses{ip("127.0.0.1"), ip("127.0.0.2")}; };
  OutgoingClient client(options);
  auto request = get_plain(server.url("idp.example"));
  request.deadline = seconds(1);
  EXPECT_TRUE(run(client.fetch(request)));
}

TEST_F(OutgoingTime, EndsWhileTheNameIsStillBeingResolved) {
  auto release = std::make_shared<std::promise<void>>();
  OutgoingOptions options = loopback_allowed();
  options.resolver = [released = release->get_future().share()](const std::string&) {
    released.wait();
    return Addresses{ip("127.0.0.1")};
  };
  OutgoingClient client(options);
  const std::string why = why_late(client, get_plain("http://idp.example:1/"));
  EXPECT_NE(why.find("not resolved in time"), std::string::npos) << why;
  release->set_value();
}

Awaitable<> keep_answer(OutgoingClient& client, http::FetchRequest request,
                        std::optional<Result<http::FetchResponse>>& answer) {
  auto got = co_await client.fetch(std::move(request));
  answer.emplace(std::move(got));
}

/// Runs a fetch that is cancelled once `when` is ready.
std::string why_cancelled(OutgoingClient& client, http::FetchRequest request,
                          std::future<void> when) {
  boost::asio::io_context loop(1);
  boost::asio::cancellation_signal cancel;
  std::optional<Result<http::FetchResponse>> answer;
  const auto begin = Clock::now();
  boost::asio::co_spawn(
      loop, keep_answer(client, std::move(request), answer),
      boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  std::thread other([&] {
    when.wait();
    boost::asio::post(loop, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  });
  loop.run();
  other.join();
  EXPECT_LT(Clock::now() - begin, seconds(5)) << "the deadline is 10 s";
  if (!answer || *answer) return "";
  return answer->error().why();
}

TEST_F(OutgoingTime, IsOverAtOnceWhenCancelledWhileWaitingForTheAnswer) {
  std::promise<void> arrived;
  ScriptServer server([&](ScriptPeer& peer, int) {
    peer.read_request();
    arrived.set_value();
    peer.wait_closed();
  });
  OutgoingClient client(loopback_allowed());
  const std::string why = why_cancelled(client, get_plain(server.url()), arrived.get_future());
  EXPECT_NE(why.find("cancelled"), std::string::npos) << why;
  EXPECT_EQ(server.connections, 1);
}

TEST_F(OutgoingTime, IsOverAtOnceWhenCancelledWhileResolvingOrConnecting) {
  auto release = std::make_shared<std::promise<void>>();
  auto asked = std::make_shared<std::promise<void>>();
  OutgoingOptions options = loopback_allowed();
  options.resolver = [released = release->get_future().share(), asked](const std::string&) {
    asked->set_value();
    released.wait();
    return Addresses();
  };
  OutgoingClient client(options);
  std::string why = why_cancelled(client, get_plain("http://idp.example:1/"), asked->get_future());
  EXPECT_NE(why.find("cancelled"), std::string::npos) << why;
  release->set_value();

  const SilentListener silent;
  std::promise<void> at_once;
  at_once.set_value();
  why = why_cancelled(client, get_plain("http://127.0.0.1:" + std::to_string(silent.port()) + "/"),
                      at_once.get_future());
  EXPECT_NE(why.find("cancelled"), std::string::npos) << why;
}

// spec/oidc.md 1.5, DNS rebinding
TEST_F(OutgoingTime, ANameThatChangesItsAddressDoesNotGetBehindThePolicy) {
  const auto closing = [](ScriptPeer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  };
  ScriptServer outside(closing);
  ScriptServer inside(closing, outside.port(), "127.0.0.2");
  auto calls = std::make_shared<std::atomic<int>>(0);
  OutgoingOptions options;
  options.allow = {"127.0.0.1"};
  options.resolver = [calls](const std::string&) {
    return Addresses{calls->fetch_add(1) == 0 ? ip("127.0.0.1") : ip("127.0.0.2")};
  };
  OutgoingClient client(options);
  EXPECT_TRUE(run(client.fetch(get_plain(outside.url("rebind.example")))));
  EXPECT_EQ(*calls, 1) << "the address that was checked is the one that is connected to";
  const auto second = run(client.fetch(get_plain(outside.url("rebind.example"))));
  ASSERT_FALSE(second);
  EXPECT_EQ(outside.connections, 1);
  EXPECT_EQ(inside.connections, 0);
}

TEST_F(OutgoingTime, OfSeveralAddressesOnlyPermittedOnesAreTriedUntilOneAnswers) {
  ScriptServer refused(always("inside"), 0, "127.0.0.2");
  ScriptServer server(always("outside"), refused.port(), "127.0.0.1");
  OutgoingOptions options;
  options.allow = {"127.0.0.1", "127.0.0.3"};
  options.resolver = [](const std::string& name) {
    EXPECT_EQ(name, "idp.example");
    // not allowed, nobody there, ours
    return Addresses{ip("127.0.0.2"), ip("127.0.0.3"), ip("127.0.0.1")};
  };
  OutgoingClient client(options);
  const auto answer = run(client.fetch(get_plain(server.url("IDP.example"))));
  ASSERT_TRUE(answer) << answer.error().why();
  EXPECT_EQ(answer->body, "outside");
  EXPECT_EQ(refused.connections, 0);
}

// Whoever may name an issuer reads why it failed: that must not list the names of our network.
TEST_F(OutgoingTime, ANameThatIsNotThereIsToldLikeOneThatIsRefused) {
  const auto why = [](const std::string& scheme, const Resolver& resolver) {
    OutgoingOptions options;
    options.allow = {"127.0.0.1"};
    options.resolver = resolver;
    OutgoingClient client(options);
    const auto answer = run(client.fetch(get_plain(scheme + "no-such-name.invalid/")));
    EXPECT_EQ(answer ? "" : answer.error().code(), "idp_unreachable");
    return answer ? "" : answer.error().why();
  };
  for (const std::string scheme : {"https://", "http://"}) {
    const std::string refused =
        why(scheme, [](const std::string&) { return Addresses{ip("10.0.0.1"), ip("127.0.0.2")}; });
    EXPECT_NE(refused.find("no address of it that may be reached"), std::string::npos) << refused;
    EXPECT_EQ(why(scheme, [](const std::string&) { return Addresses(); }), refused);
    EXPECT_EQ(why(scheme,
                  [](const std::string&) -> Addresses {
                    throw std::runtime_error("the name server refused");
                  }),
              refused);
    EXPECT_EQ(why(scheme, &resolve_by_system), refused);
  }
}

}  // namespace
}  // namespace rollcall::net
