#include "gateway/net/dns_text.h"
#include "gateway/net/fd.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

namespace rollcall::net {
namespace {

using Texts = std::vector<std::string>;

constexpr char no_error = 0;
constexpr char server_failure = 2;
constexpr char no_such_name = 3;

std::string two_bytes(std::size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

/// One record of the answer section; its name is that of the question (RFC 1035 §4.1.4).
std::string record(unsigned type, const std::string& data) {
  return "\xc0\x0c" + two_bytes(type) + two_bytes(1) + std::string(4, '\0') +
         two_bytes(data.size()) + data;
}

std::string txt(std::initializer_list<std::string> strings) {
  std::string data;
  for (const std::string& text : strings) data += static_cast<char>(text.size()) + text;
  return record(16, data);
}

/// A name server on the loopback that gives every question the same answer.
class TestNameServer {
 public:
  using Answer = std::function<std::string(std::string_view question)>;

  explicit TestNameServer(Answer answer, const char* address = "127.0.0.1")
      : answer_(std::move(answer)), text_(address) {
    const bool v6 = text_.find(':') != text_.npos;
    socket_ = Fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage where{};
    socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    where.ss_family = v6 ? AF_INET6 : AF_INET;
    if (v6) reinterpret_cast<sockaddr_in6&>(where).sin6_addr = in6addr_loopback;
    if (!v6) reinterpret_cast<sockaddr_in&>(where).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* name = reinterpret_cast<sockaddr*>(&where);
    bound = ::bind(socket_.get(), name, size) == 0;
    ::getsockname(socket_.get(), name, &size);
    port_ = ntohs(reinterpret_cast<sockaddr_in&>(where).sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TestNameServer() {
    ended_ = true;
    thread_.join();
  }

  /// An answer: this status and these records behind the question.
  static Answer always(char status, std::initializer_list<std::string> records) {
    return [status, all = Texts(records)](std::string_view query) {
      // The question: a name, ended by an empty label, type and class.
      const std::size_t end = query.find('\0', 12) + 5;
      std::string reply(query.substr(0, 2));
      reply += "\x81";
      reply += static_cast<char>(0x80 | status);
      reply += two_bytes(1) + two_bytes(all.size()) + two_bytes(0) + two_bytes(0);
      reply += query.substr(12, end - 12);
      for (const std::string& one : all) reply += one;
      return reply;
    };
  }

  std::string address() const {
    const bool v6 = text_.find(':') != text_.npos;
    return (v6 ? "[" + text_ + "]:" : text_ + ":") + std::to_string(port_);
  }

  std::atomic<int> questions{0};
  bool bound = false;

 private:
  void serve() {
    std::array<char, 4096> query;
    while (!ended_) {
      pollfd waiting{socket_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) != 1) continue;
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      auto* name = reinterpret_cast<sockaddr*>(&from);
      const ssize_t got = ::recvfrom(socket_.get(), query.data(), query.size(), 0, name, &size);
      if (got < 17) continue;
      questions.fetch_add(1);
      const std::string reply = answer_({query.data(), static_cast<std::size_t>(got)});
      ::sendto(socket_.get(), reply.data(), reply.size(), 0, name, size);
    }
  }

  Answer answer_;
  std::string text_;
  Fd socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

// RFC 1035 §3.3.14, RFC 7208 §3.3
TEST(DnsText, PutsTheStringsOfOneTextTogether) {
  const std::string alias = record(5, std::string("\x01x\0", 3));
  TestNameServer server(TestNameServer::always(
      no_error, {alias, txt({"rollcall-verify=", "abc", "", std::string(255, 'x')}), txt({"v=1"}),
                 txt({""})}));
  SystemDnsText dns(server.address());
  const auto texts = dns.text_records("_rollcall.example.com");
  ASSERT_TRUE(texts) << texts.error().why();
  EXPECT_EQ(*texts, (Texts{"rollcall-verify=abc" + std::string(255, 'x'), "v=1", ""}));
  EXPECT_EQ(server.questions, 1);
}

TEST(DnsText, AsksAServerOfIpv6) {
  TestNameServer server(TestNameServer::always(no_error, {txt({"six"})}), "::1");
  if (!server.bound) GTEST_SKIP() << "this machine has no IPv6";
  SystemDnsText dns(server.address());
  const auto texts = dns.text_records("example.com");
  ASSERT_TRUE(texts) << texts.error().why();
  EXPECT_EQ(*texts, Texts{"six"});
}

TEST(DnsText, OfANameThatDoesNotExistAreNone) {
  for (const char status : {no_such_name, no_error}) {
    TestNameServer server(TestNameServer::always(status, {}));
    SystemDnsText dns(server.address());
    const auto texts = dns.text_records("example.com");
    ASSERT_TRUE(texts) << texts.error().why();
    EXPECT_TRUE(texts->empty());
  }
}

TEST(DnsText, OfANameThatCannotExistAreNoneWithoutAQuestion) {
  TestNameServer server(TestNameServer::always(no_error, {txt({"x"})}));
  SystemDnsText dns(server.address());
  for (const char* name : {"", ".", "a b.example", "b\xc3\xbc.example", "a..example", "10.0.0.1"}) {
    const auto texts = dns.text_records(name);
    ASSERT_TRUE(texts);
    EXPECT_TRUE(texts->empty()) << name;
  }
  EXPECT_EQ(server.questions, 0);
}

TEST(DnsText, FailsWhenTheServerDoes) {
  const auto question = [](std::string_view query) { return std::string(query.substr(0, 14)); };
  for (const TestNameServer::Answer& answer :
       {TestNameServer::always(server_failure, {}), TestNameServer::Answer(question)}) {
    TestNameServer server(answer);
    SystemDnsText dns(server.address());
    const auto begin = std::chrono::steady_clock::now();
    const auto texts = dns.text_records("example.com");
    ASSERT_FALSE(texts);
    EXPECT_EQ(texts.error().fault(), Fault::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
  }
}

TEST(DnsText, IsAskedOfAnAddressAndAPort) {
  for (const char* server : {"127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:x", "dns:53",
                             "127.0.0.1:65536", "[::1]", ":53"}) {
    EXPECT_THROW(SystemDnsText{server}, std::invalid_argument) << server;
  }
}

}  // namespace
}  // namespace rollcall::net
