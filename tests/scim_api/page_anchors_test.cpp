#include "scim/page_anchors.h"

#include <gtest/gtest.h>

namespace rollcall::scim {
namespace {

const Timestamp start = *parse_timestamp("2026-11-21T12:00:00Z");

TEST(PageAnchors, RemembersPerListingAndStartIndex) {
  PageAnchors anchors;
  anchors.remember("User/1", 101, 4711, start);
  EXPECT_EQ(anchors.find("User/1", 101, start), 4711);
  EXPECT_EQ(anchors.find("User/1", 201, start), std::nullopt);
  EXPECT_EQ(anchors.find("User/2", 101, start), std::nullopt);
}

TEST(PageAnchors, TheLatestPageCounts) {
  PageAnchors anchors;
  anchors.remember("User/1", 101, 4711, start);
  anchors.remember("User/1", 101, 4712, start);
  EXPECT_EQ(anchors.find("User/1", 101, start), 4712);
}

TEST(PageAnchors, ForgetsWhatIsOld) {
  PageAnchors anchors;
  anchors.remember("User/1", 101, 4711, start);
  EXPECT_EQ(anchors.find("User/1", 101, start + std::chrono::minutes(3)), std::nullopt);
}

TEST(PageAnchors, IsBounded) {
  PageAnchors anchors;
  for (std::int64_t i = 0; i < 10'000; ++i) anchors.remember("User/1", i, i, start);
  EXPECT_EQ(anchors.find("User/1", 0, start), std::nullopt);
  EXPECT_EQ(anchors.find("User/1", 9'999, start), 9'999);
}

}  // namespace
}  // namespace rollcall::scim
