#include "gateway/directory/ip_gate.h"

#include <algorithm>
#include <utility>

namespace rollcall {

IpGate::IpGate(const IpRules& rules)
    : enabled_(rules.enabled), admits_others_(rules.allow.empty()) {
  const auto take = [&](const std::vector<std::string>& ranges, bool allows) {
    for (const std::string& text : ranges) {
      if (const auto range = IpRange::parse(text)) rules_.push_back({*range, allows});
    }
  };
  take(rules.allow, true);
  take(rules.deny, false);
  std::ranges::sort(rules_, [](const Rule& a, const Rule& b) {
    if (a.range.prefix() != b.range.prefix()) return a.range.prefix() > b.range.prefix();
    return !a.allows && b.allows;
  });
}

bool IpGate::admits(std::string_view address) const {
  if (!enabled_) return true;
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return false;
  const auto rule =
      std::ranges::find_if(rules_, [&](const Rule& at) { return at.range.contains(*parsed); });
  return rule == rules_.end() ? admits_others_ : rule->allows;
}

}  // namespace rollcall
