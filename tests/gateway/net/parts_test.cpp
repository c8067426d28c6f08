// The small parts that need no socket.
#include "gateway/base/ip_address.h"
#include "gateway/net/address_counter.h"
#include "gateway/net/gzip.h"
#include "gateway/net/request_head.h"
#include "gateway/net/response_writer.h"
#include "gateway/net/timer_wheel.h"

#include <gtest/gtest.h>

#include <vector>

namespace rollcall::net {
namespace {

using std::chrono::milliseconds;

struct Alarm final : Timed {
  void expired() override { ++rung; }
  int rung = 0;
};

TEST(TimerWheel, FiresNeverEarlyAndAtMostOneTickLate) {
  const TimerWheel::Clock::time_point start{};
  for (const int after : {0, 1, 249, 250, 251, 10'000, 75'000, 127'999, 128'000, 500'000}) {
    TimerWheel wheel(start);
    Alarm alarm;
    wheel.arm(alarm, start + milliseconds(100), milliseconds(after));
    const int due = 100 + after;
    int at = 0;
    for (; alarm.rung == 0 && at < due + 1000; at += 125) wheel.advance(start + milliseconds(at));
    at -= 125;
    EXPECT_GE(at, due);
    EXPECT_LE(at, due + 375) << "a tick, and the step of this loop";
    EXPECT_FALSE(wheel.armed());
  }
}

TEST(TimerWheel, ForgetsWhatIsDisarmedRearmedOrDestroyed) {
  const TimerWheel::Clock::time_point start{};
  TimerWheel wheel(start);
  Alarm disarmed, rearmed;
  {
    Alarm destroyed;
    wheel.arm(destroyed, start, milliseconds(1000));
  }
  wheel.arm(disarmed, start, milliseconds(1000));
  wheel.arm(rearmed, start, milliseconds(1000));
  wheel.disarm(disarmed);
  wheel.arm(rearmed, start, milliseconds(5000));
  wheel.advance(start + milliseconds(2000));
  EXPECT_EQ(disarmed.rung + rearmed.rung, 0);
  wheel.advance(start + milliseconds(6000));
  EXPECT_EQ(rearmed.rung, 1);
}

TEST(TimerWheel, CatchesUpAfterALongPause) {
  const TimerWheel::Clock::time_point start{};
  TimerWheel wheel(start);
  std::vector<Alarm> alarms(600);
  for (std::size_t i = 0; i < alarms.size(); ++i) {
    wheel.arm(alarms[i], start, milliseconds(250 * i));
  }
  wheel.advance(start + std::chrono::hours(1));
  for (const Alarm& alarm : alarms) EXPECT_EQ(alarm.rung, 1);
}

TEST(TimerWheel, LetsAnAlarmDisarmAnotherOfTheSameTick) {
  const TimerWheel::Clock::time_point start{};
  TimerWheel wheel(start);
  Alarm victim;
  struct Killer final : Timed {
    explicit Killer(TimerWheel& w, Alarm& v) : wheel_(w), victim_(v) {}
    void expired() override { wheel_.disarm(victim_); }
    TimerWheel& wheel_;
    Alarm& victim_;
  } killer(wheel, victim);
  wheel.arm(killer, start, milliseconds(10));
  wheel.arm(victim, start, milliseconds(10));
  wheel.advance(start + milliseconds(1000));
  EXPECT_EQ(victim.rung, 0);
}

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "::1"}) {
    ASSERT_TRUE(IpAddress::parse(text)) << text;
    EXPECT_EQ(IpAddress::parse(text)->text(), text);
  }
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1")->text(), "192.0.2.1");
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "1.2.3.4:80", "[::1]", "fe80::1%eth0", "a",
                          "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111"}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
}

TEST(AddressCounter, CountsAnIpv6NetworkAsOneClient) {
  AddressCounter counter(1);
  auto first = counter.take(*IpAddress::parse("2001:db8::1"));
  EXPECT_TRUE(first);
  EXPECT_FALSE(counter.take(*IpAddress::parse("2001:db8::ffff:1")));
  EXPECT_TRUE(counter.take(*IpAddress::parse("2001:db8:0:1::1")));
  first.reset();
  EXPECT_TRUE(counter.take(*IpAddress::parse("2001:db8::2")));
}

TEST(Gzip, IsTakenOnlyByThoseWhoSaySo) {  // RFC 9110 §12.5.3
  for (const char* yes : {"gzip", "GZIP", "br, gzip", "gzip;q=0.001", "*", "identity, *;q=0.5",
                          "*;q=0, gzip", "gzip ; q=1"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "*, gzip;q=0", "xgzip"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

TEST(Gzip, IsForText) {
  for (const char* yes : {"text/html; charset=utf-8", "application/scim+json", "image/svg+xml"}) {
    EXPECT_TRUE(is_compressible(yes)) << yes;
  }
  for (const char* no : {"", "image/png", "application/octet-stream", "font/woff2; x=json"}) {
    EXPECT_FALSE(is_compressible(no)) << no;
  }
}

TEST(ResponseWriter, FindsWhatWouldEndALine) {
  EXPECT_TRUE(has_clean_fields(http::Response(200).with("Location", "/caf\xc3\xa9\t?x=1")));
  for (const std::string bad : {"a\rb", "a\nb", "\x01", "\x7f"}) {
    EXPECT_FALSE(has_clean_fields(http::Response(200).with("Location", bad)));
  }
}

// Beast 1.81 aborts when it sees "0\r\n" first and one byte more later.
TEST(ChunkedBody, MayArriveInAnyPieces) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string wire : {"0\r\n\r\n", "0\r\nA: b\r\n\r\n", "1\r\nx\r\n0\r\n\r\n",
                                 "1;a\r\nx\r\n2\r\nyz\r\n00\r\nA: b\r\n\r\n"}) {
    for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
      ChunkedBody chunks(head, {1000, 10}, 1000);
      std::string body;
      std::size_t used = 0;
      for (std::size_t here = piece; !chunks.done(); here += piece) {
        const std::string_view arrived = std::string_view(wire).substr(used, here - used);
        const auto fed = chunks.feed(arrived, body);
        ASSERT_TRUE(fed) << wire << " in pieces of " << piece;
        used += *fed;
        ASSERT_LT(here, wire.size() + piece) << wire << " in pieces of " << piece;
      }
      EXPECT_EQ(used, wire.size());
      EXPECT_EQ(body, wire.starts_with('0') ? "" : wire.starts_with("1;") ? "xyz" : "x");
    }
  }
}

}  // namespace
}  // namespace rollcall::net
