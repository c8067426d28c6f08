#pragma once

#include "gateway/base/json.h"
#include "gateway/simulate/expectation.h"

#include <chrono>
#include <string>
#include <vector>

namespace rollcall::simulate {

/// One played step and its verdict.
struct Record {
  std::string section;
  std::string name;
  std::string method;
  /// Readable, not percent-encoded.
  std::string target;
  std::string request_body;
  /// 0 when nothing was sent or no answer arrived.
  int status = 0;
  std::string response_body;
  std::chrono::milliseconds took{0};
  std::vector<Failure> failures;

  bool passed() const { return failures.empty(); }
};

/// One line, and one more for each failure; with `verbose` also both bodies. Ends in a line feed.
std::string to_text(const Record& record, bool verbose);
json::Value to_json(const Record& record, bool verbose);

struct Summary {
  int passed = 0;
  int failed = 0;

  void count(const Record& record) { ++(record.passed() ? passed : failed); }
  std::string line() const;
};

}  // namespace rollcall::simulate
