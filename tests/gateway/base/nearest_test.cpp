#include "gateway/base/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 5> known{"listen", "operations", "log", "threads", "store"};

std::string suggested(std::string_view word) {
  return std::string(nearest(word, known).value_or("-"));
}

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(suggested("lsiten"), "listen");         // neighbours swapped
  EXPECT_EQ(suggested("listens"), "listen");        // one too many
  EXPECT_EQ(suggested("opertions"), "operations");  // one missing
  EXPECT_EQ(suggested("thraeds"), "threads");
  EXPECT_EQ(suggested("STORE"), "store");  // case counts for nothing
  EXPECT_EQ(suggested("lag"), "log");
}

TEST(Nearest, SuggestsNothingFarFetched) {
  EXPECT_EQ(suggested("database"), "-");
  EXPECT_EQ(suggested("xyz"), "-");
  EXPECT_EQ(suggested(""), "-");
  EXPECT_EQ(suggested(std::string(100'000, 'l')), "-");
}

TEST(Nearest, TakesTheFirstOfEquals) {
  constexpr std::array<std::string_view, 2> twins{"cat", "car"};
  EXPECT_EQ(nearest("cab", twins), "cat");
}

}  // namespace
}  // namespace rollcall
