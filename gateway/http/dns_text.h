#pragma once

#include "gateway/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::http {

/// TXT records of the DNS, by which the owner of a domain proves that it is theirs.
class DnsText {
 public:
  virtual ~DnsText() = default;
  /// The texts of `name`, each put together from its strings; none if the name or the type does not
  /// exist. `unavailable` when no server answered in time. Blocks, 5 seconds at most; any thread
  /// that may.
  virtual Result<std::vector<std::string>> text_records(std::string_view name) = 0;
};

}  // namespace rollcall::http
