#pragma once

#include "gateway/base/ip_address.h"
#include "gateway/directory/policy.h"

#include <string_view>
#include <vector>

namespace rollcall {

/// Which client addresses may use an organization (F60): the most specific range that holds the
/// address decides, of equal ones the denying; an address in none passes unless there is an allow
/// list. Immutable; any thread.
class IpGate {
 public:
  /// Lets everything pass.
  IpGate() = default;
  explicit IpGate(const IpRules& rules);

  /// False also for text that is no address, once there are rules.
  bool admits(std::string_view address) const;

 private:
  struct Rule {
    IpRange range;
    bool allows;
  };

  std::vector<Rule> rules_;  // the most specific first, of equal ones the denying
  bool enabled_ = false;
  bool admits_others_ = true;
};

}  // namespace rollcall
