#include "gateway/net/http_guard.h"

#include "gateway/net/request_head.h"
#include "tests/gateway/net/net_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rollcall::net {
namespace {

/// Raw requests and the status that answers them, after which the connection is closed when refused
/// (RFC 9112 §11.2; the shapes that Beast 1.81 lets through are among them).
struct Shape {
  const char* name;
  std::string bytes;
  int status;
};

std::string get(std::string_view fields, std::string_view target = "/p",
                std::string_view method = "GET") {
  return std::string(method).append(" ").append(target).append(" HTTP/1.1\r\n").append(fields) +
         "\r\n";
}

std::string post(std::string_view fields, std::string_view body) {
  return get("Host: a\r\n" + std::string(fields), "/p", "POST").append(body);
}

std::vector<Shape> shapes() {
  using namespace std::string_literals;
  const std::string smuggled = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
  return {
      {"Plain", get("Host: a\r\n"), 200},
      {"HostWithPort", get("Host: a.example:8080\r\n"), 200},
      {"HostIsIpv6", get("Host: [::1]:80\r\n"), 200},
      {"ContentLength", post("Content-Length: 5\r\n", "hello"), 200},
      {"Chunked", post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200},
      {"ChunkedInCapitals", post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), 200},
      {"ChunkExtension", post("Transfer-Encoding: chunked\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n"),
       200},
      {"TrailerIsDropped",
       post("Transfer-Encoding: chunked\r\n", "0\r\nAuthorization: Bearer x\r\n\r\n"), 200},
      {"AbsoluteFormOfThisHost", get("Host: a\r\n", "http://a/p"), 200},
      {"OptionsOfTheServer", get("Host: a\r\n", "*", "OPTIONS"), 204},
      {"Http10WithoutHost", "GET /p HTTP/1.0\r\n\r\n", 200},
      {"QuotesInQuery", get("Host: a\r\n", "/p?filter=a%20eq%20\"b\""), 200},

      {"NoHost", get(""), 400},
      {"TwoHosts", get("Host: a\r\nHost: a\r\n"), 400},
      {"EmptyHost", get("Host:\r\n"), 400},
      {"HostWithUser", get("Host: u@a\r\n"), 400},
      {"HostWithPath", get("Host: a/b\r\n"), 400},
      {"HostWithSpace", get("Host: a b\r\n"), 400},
      {"HostWithBadPort", get("Host: a:8x\r\n"), 400},
      {"HostList", get("Host: a, b\r\n"), 400},
      {"HostWithBrokenBracket", get("Host: [::1\r\n"), 400},
      {"Http10WithTwoHosts", "GET /p HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},

      {"LengthAndChunked", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       400},
      {"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"),
       400},
      {"GzipAndLength",
       post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello" + smuggled), 400},
      {"TransferEncodingGzip", post("Transfer-Encoding: gzip\r\n", smuggled), 400},
      {"TransferEncodingXchunked", post("Transfer-Encoding: xchunked\r\n", smuggled), 400},
      {"ChunkedIdentity", post("Transfer-Encoding: chunked, identity\r\n", smuggled), 400},
      {"IdentityChunked", post("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"), 400},
      {"GzipChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400},
      {"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
      {"TwoTransferEncodings",
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", smuggled), 400},
      {"EmptyTransferEncoding", post("Transfer-Encoding:\r\n", smuggled), 400},
      {"QuotedChunked", post("Transfer-Encoding: \"chunked\"\r\n", smuggled), 400},
      {"VerticalTabChunked",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n",
            smuggled),
       400},
      {"Http10Chunked",
       "POST /p HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"TwoLengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400},
      {"LengthList", post("Content-Length: 5, 5\r\n", "hello"), 400},
      {"LengthWithPlus", post("Content-Length: +5\r\n", "hello"), 400},
      {"NegativeLength", post("Content-Length: -5\r\n", "hello"), 400},
      {"HexLength", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"EmptyLength", post("Content-Length:\r\n", "hello"), 400},
      {"HugeLength", post("Content-Length: 99999999999999999999\r\n", ""), 400},
      {"LengthOfManyGigabytes", post("Content-Length: 99999999999\r\n", ""), 413},

      {"ObsFold", get("Host: a\r\nX-A: b\r\n c\r\n"), 400},
      {"FoldedTransferEncoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
      {"FoldedEmptyValue", get("Host: a\r\nX-A:\r\n \r\n"), 400},
      {"BareLineFeedBetweenFields", get("Host: a\nX: b\r\n"), 400},
      {"SpaceBeforeColon", post("Content-Length : 5\r\n", "hello"), 400},
      {"SpaceBeforeFirstField", "GET /p HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"UnderscoreInName", get("Host: a\r\nX_Forwarded_User: root\r\n"), 400},
      {"ControlInName", get("Host: a\r\nX\x01: b\r\n"), 400},
      {"ColonlessField", get("Host: a\r\nnonsense\r\n"), 400},
      {"BareLineFeeds", "GET /p HTTP/1.1\nHost: a\n\n\r\n\r\n", 501},
      {"BareCarriageReturnInValue", get("Host: a\r\nX: b\rContent-Length: 5\r\n"), 400},
      {"NulInValue", get("Host: a\r\nX: b\0c\r\n"s), 400},

      {"FragmentInTarget", get("Host: a\r\n", "/pub#/../admin"), 400},
      {"EightBitTarget", get("Host: a\r\n", "/caf\xc3\xa9"), 400},
      {"ControlInTarget", get("Host: a\r\n", "/a\x01"), 400},
      {"DeleteInTarget", get("Host: a\r\n", "/a\x7f"), 400},
      {"TabInRequestLine", "GET\t/p HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"TwoSpacesInRequestLine", "GET  /p HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"AbsoluteFormOfAnotherHost", get("Host: a\r\n", "http://b/p"), 400},
      {"AbsoluteFormOfAnotherScheme", get("Host: a\r\n", "file://a/p"), 400},
      {"AbsoluteFormWithUser", get("Host: a\r\n", "http://u@a/p"), 400},
      {"TargetWithoutSlash", get("Host: a\r\n", "p"), 400},
      {"AsteriskOfGet", get("Host: a\r\n", "*"), 400},

      {"Trace", get("Host: a\r\n", "/p", "TRACE"), 501},
      {"Connect", get("Host: a\r\n", "a:443", "CONNECT"), 501},
      {"UnknownMethod", get("Host: a\r\n", "/p", "BREW"), 501},
      {"LowerCaseMethod", get("Host: a\r\n", "/p", "get"), 501},
      {"Http09", "GET /p\r\n\r\n", 400},
      {"Http12", "GET /p HTTP/1.2\r\nHost: a\r\n\r\n", 501},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501},
      {"LongVersion", "GET /p HTTP/1.10\r\nHost: a\r\n\r\n", 501},
      {"LowerCaseVersion", "GET /p http/1.1\r\nHost: a\r\n\r\n", 501},
      {"TlsHello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, 400},

      {"ChunkSizeTooLarge",
       post("Transfer-Encoding: chunked\r\n", "10000000000000000\r\nhello\r\n0\r\n\r\n"), 400},
      {"ChunkSizeWithPrefix", post("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"),
       400},
      {"ChunkSizeNegative", post("Transfer-Encoding: chunked\r\n", "-1\r\nhello\r\n0\r\n\r\n"),
       400},
      {"ChunkWithoutEnd", post("Transfer-Encoding: chunked\r\n", "5\r\nhelloX0\r\n\r\n"), 400},
      {"ChunkSizeMissing", post("Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n"), 400},
      {"ChunkLineFeedOnly", post("Transfer-Encoding: chunked\r\n", "5\nhello\n0\n\n\r\n\r\n"), 400},
      {"LengthInTrailer", post("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\n"),
       400},
  };
}

class RequestShape : public testing::TestWithParam<Shape> {};

TEST_P(RequestShape, IsAnsweredAndRefusedOnesEndTheConnection) {
  TestServer server;
  RawClient client = server.client();
  client.send(GetParam().bytes);
  EXPECT_EQ(client.read().status, GetParam().status);
  const bool http10 = GetParam().bytes.find("HTTP/1.0") != std::string::npos;
  if (GetParam().status < 400 && !http10) {
    // The connection goes on behind the message.
    client.send(get("Host: a\r\n", "/next"));
    EXPECT_EQ(client.read().body, R"({"path":"/next"})");
  } else {
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(server.service.wait_completed(1).size(), 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(HttpGuard, RequestShape, testing::ValuesIn(shapes()),
                         [](const auto& tested) { return tested.param.name; });

/// The guard reads a head the same way wherever the bytes were cut.
TEST_P(RequestShape, ReadsTheSameByteByByte) {
  const HeadLimits limits{8192, 100};
  RequestHead head;
  const std::string& bytes = GetParam().bytes;
  const auto whole = parse_head(bytes, limits, head);
  if (!whole) return;
  for (std::size_t size = 1; size < *whole; ++size) {
    RequestHead part;
    const auto used = parse_head(std::string_view(bytes).substr(0, size), limits, part);
    ASSERT_TRUE(used) << size;
    ASSERT_EQ(*used, 0u) << size;
  }
}

}  // namespace
}  // namespace rollcall::net
