#include "gateway/base/timestamp.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

std::string utc(std::string_view text) {
  const auto instant = parse_timestamp(text);
  return instant ? format_timestamp(*instant) : "";
}

TEST(Timestamp, ReadsEveryFormOfAnInstant) {  // RFC 3339, xsd:dateTime
  const struct {
    const char* text;
    const char* utc;
  } cases[] = {
      {"2026-11-21T22:46:50Z", "2026-11-21T22:46:50.000Z"},
      {"2026-11-21t22:46:50z", "2026-11-21T22:46:50.000Z"},
      {"2026-11-21T22:46:50", "2026-11-21T22:46:50.000Z"},
      {"2026-11-21T22:46:50.1Z", "2026-11-21T22:46:50.100Z"},
      {"2015-10-10T14:38:21.8617979-07:00", "2015-10-10T21:38:21.861Z"},
      {"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
      {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"},
      {"2026-01-01T00:00:00.123456789012345678901234567890Z", "2026-01-01T00:00:00.123Z"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(utc(text), want) << text;
}

TEST(Timestamp, RefusesWhatIsNoInstant) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-21",
                           "2026-11-21 22:46:50Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-11-31T00:00:00Z",
                           "2026-11-21T24:00:00Z",
                           "2026-11-21T22:60:00Z",
                           "2026-11-21T22:46:60Z",
                           "2026-11-21T22:46:50.Z",
                           "2026-11-21T22:46:50+1:00",
                           "2026-11-21T22:46:50+0100",
                           "2026-11-21T22:46:50+15:00",
                           "2026-11-21T22:46:50+01:60",
                           "2026-11-21T22:46:50Zx",
                           "2026-11-21T22:46:50Z ",
                           "-2026-11-21T22:46:50Z",
                           "20261121T224650Z",
                           "yesterday"}) {
    EXPECT_EQ(utc(text), "") << text;
  }
}

}  // namespace
}  // namespace rollcall
