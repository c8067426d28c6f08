#include "gateway/directory/ip_gate.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

struct Case {
  const char* name;
  IpRules rules;
  std::string_view address;
  bool admitted;
};

// F60
TEST(IpGate, LetsTheMostSpecificRangeDecide) {
  const IpRules nested{.enabled = true,
                       .allow = {"10.0.0.0/8", "10.1.2.3/32"},
                       .deny = {"10.1.0.0/16", "2001:db8::/32"}};
  const IpRules denied{.enabled = true, .allow = {}, .deny = {"10.1.0.0/16", "2001:db8::/32"}};
  const IpRules allowed6{.enabled = true, .allow = {"2001:db8::/32"}, .deny = {}};
  IpRules off = denied;
  off.enabled = false;
  const Case cases[] = {
      {"in the allowed range", nested, "10.2.0.1", true},
      {"in the denied part of it", nested, "10.1.9.9", false},
      {"in the allowed part of that", nested, "10.1.2.3", true},
      {"in no range beside an allow list", nested, "192.0.2.1", false},
      {"in the denied range of IPv6", nested, "2001:db8::1", false},
      {"in no range without an allow list", denied, "192.0.2.1", true},
      {"denied", denied, "10.1.2.3", false},
      {"denied in its mapped form", denied, "::ffff:10.1.2.3", false},
      {"allowed of IPv6", allowed6, "2001:db8:1::1", true},
      {"IPv4 beside an allow list of IPv6", allowed6, "10.1.2.3", false},
      {"no address at all", denied, "unix", false},
      {"rules that are off", off, "10.1.2.3", true},
      {"the same range on both lists",
       {.enabled = true, .allow = {"10.0.0.0/8"}, .deny = {"10.0.0.0/8"}},
       "10.1.1.1",
       false},
  };
  for (const Case& tested : cases) {
    EXPECT_EQ(IpGate(tested.rules).admits(tested.address), tested.admitted) << tested.name;
  }
  EXPECT_TRUE(IpGate().admits("anything"));
}

}  // namespace
}  // namespace rollcall
