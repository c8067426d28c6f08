#include "gateway/net/outgoing_message.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace rollcall::net {
namespace {

constexpr std::size_t most_body = 1000;

/// Feeds the answer byte by byte and then the end.
Result<http::FetchResponse> read_answer(std::string_view bytes, bool head_only = false) {
  AnswerParser parser(head_only, most_body);
  for (const char& byte : bytes) {
    TRY(const bool whole, parser.put({&byte, 1}));
    if (whole) return parser.take();
  }
  CHECK_OK(parser.put_end());
  return parser.take();
}

// RFC 9112 §6.3
TEST(AnswerParser, ReadsEveryKindOfBody) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(read_answer(head + "Content-Length: 3\r\n\r\nabc")->body, "abc");
  EXPECT_EQ(read_answer(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: "
                               "1\r\n\r\n")
                ->body,
            "abc");
  EXPECT_EQ(read_answer(head + "\r\nabc")->body, "abc");
  EXPECT_EQ(read_answer("HTTP/1.0 200 OK\r\n\r\nabc")->body, "abc");
  EXPECT_EQ(read_answer(head + "Content-Length: 3\r\n\r\n", true)->body, "");
  EXPECT_EQ(read_answer("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
}

// Beast 1.81 aborts when it sees "0\r\n" first and one byte more later.
TEST(AnswerParser, TakesAnEmptyChunkedBodyInPieces) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string wire : {"0\r\n\r\n", "0\r\nA: b\r\n\r\n"}) {
    for (std::size_t first = 0; first < wire.size(); ++first) {
      AnswerParser parser(false, most_body);
      const auto early = parser.put(head + wire.substr(0, first));
      ASSERT_TRUE(early && !*early);
      for (std::size_t at = first; at + 1 < wire.size(); ++at) {
        const auto more = parser.put(wire.substr(at, 1));
        ASSERT_TRUE(more && !*more);
      }
      const auto last = parser.put(wire.substr(wire.size() - 1));
      EXPECT_TRUE(last && *last && parser.keeps_connection());
    }
  }
}

// RFC 9110 §15.2
TEST(AnswerParser, PassesOverInterimAnswers) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const auto answer = read_answer("HTTP/1.1 100 Continue\r\n\r\n" + interim +
                                  "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\nA: b\r\n\r\nx");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->field("a"), "b");
  EXPECT_FALSE(answer->field("Link"));
  std::string endless;
  for (int i = 0; i < 17; ++i) endless += interim;
  EXPECT_FALSE(read_answer(endless + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
}

TEST(AnswerParser, KeepsTheConnectionOnlyBehindAWholeAnswer) {
  const auto keeps = [](std::string_view bytes) {
    AnswerParser parser(false, most_body);
    const auto whole = parser.put(bytes);
    return whole && *whole && parser.keeps_connection();
  };
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"));
}

struct Malformed {
  const char* name;
  std::string bytes;
};

class AnswerParserRefuses : public testing::TestWithParam<Malformed> {};

TEST_P(AnswerParserRefuses, It) {
  const auto answer = read_answer(GetParam().bytes);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault(), Fault::unavailable);
}

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Table, AnswerParserRefuses,
    testing::Values(
        Malformed{"Nothing", ""}, Malformed{"NoHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        Malformed{"Http2", "HTTP/2 200\r\n\r\n"},
        Malformed{"NoStatus", "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"},
        Malformed{"HalfAHead", "HTTP/1.1 200 OK\r\nConte"},
        Malformed{"HalfABody", ok + "Content-Length: 5\r\n\r\nabc"},
        Malformed{"NegativeLength", ok + "Content-Length: -1\r\n\r\n"},
        Malformed{"TwoLengths", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        Malformed{"LengthAndChunks",
                  ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Malformed{"FieldWithoutColon", ok + "nonsense\r\n\r\n"},
        Malformed{"SpaceBeforeColon", ok + "Content-Length : 0\r\n\r\n"},
        Malformed{"SwitchedProtocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n"},
        Malformed{"LongBody", ok + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x')},
        Malformed{"LongBodyWithoutLength", ok + "\r\n" + std::string(1001, 'x')},
        Malformed{"LongBodyInChunks",
                  chunked + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"},
        Malformed{"HalfAChunk", chunked + "5\r\nabc"}, Malformed{"NoChunkSize", chunked + "x\r\n"},
        Malformed{"HugeChunkSize", chunked + "fffffffffffffffff\r\n"},
        Malformed{"NoLastChunk", chunked + "1\r\na\r\n"},
        Malformed{"LongHead", ok + "A: " + std::string(70'000, 'x') + "\r\n\r\n"},
        Malformed{"LongChunkExtension", chunked + "1;" + std::string(70'000, 'x') + "\r\na\r\n"},
        Malformed{"LongTrailers", chunked + "0\r\nA: " + std::string(70'000, 'x') + "\r\n\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST(WriteRequest, HasHostAndLengthAndNoFieldOfTwoLines) {
  EXPECT_EQ(write_request("POST", "/t", "a.example:1", {{"A", "b"}}, "xy"),
            "POST /t HTTP/1.1\r\nHost: a.example:1\r\nA: b\r\nContent-Length: 2\r\n\r\nxy");
  EXPECT_EQ(write_request("GET", "/", "a", {{"host", "b"}}, ""),
            "GET / HTTP/1.1\r\nhost: b\r\n\r\n");
  EXPECT_EQ(write_request("PUT", "/", "a", {}, ""),
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THROW(write_request("GET", "/", "a", {{"A", "b\r\nC: d"}}, ""), std::invalid_argument);
  EXPECT_THROW(write_request("GET", "/", "a", {{"A\n", "b"}}, ""), std::invalid_argument);
}

}  // namespace
}  // namespace rollcall::net
