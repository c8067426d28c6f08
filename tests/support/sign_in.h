#pragma once

#include "gateway/crypto/key_ring.h"
#include "gateway/http/dns_text.h"
#include "tests/support/directory.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

/// A key ring of one key.
inline KeyRing key_ring() { return must(KeyRing::parse(Secret(std::string(32, 's')))); }

/// Answers what a test put there; names that are not there have no records.
class ScriptedDns final : public http::DnsText {
 public:
  Result<std::vector<std::string>> text_records(std::string_view name) override {
    if (fails) return Error(Fault::unavailable, "No server answered.");
    const auto found = records.find(std::string(name));
    return found == records.end() ? std::vector<std::string>{} : found->second;
  }

  std::map<std::string, std::vector<std::string>> records;
  bool fails = false;
};

}  // namespace rollcall::test
