#include "gateway/simulate/record.h"

#include <iomanip>
#include <sstream>

namespace rollcall::simulate {

std::string to_text(const Record& record, bool verbose) {
  constexpr int target_width = 56;
  std::ostringstream out;
  const std::string status = record.status ? std::to_string(record.status) : "-";
  out << std::left << std::setw(4) << (record.passed() ? "ok" : "FAIL") << ' ' << std::setw(3)
      << status << std::right << std::setw(6) << record.took.count() << " ms  " << std::left
      << std::setw(6) << record.method << ' ' << std::setw(target_width) << record.target << "  "
      << record.name << '\n';
  for (const Failure& failure : record.failures) {
    out << "     expected " << failure.expected << "; got " << failure.got << "  ["
        << failure.source << "]\n";
  }
  if (verbose && !record.request_body.empty()) out << "     > " << record.request_body << '\n';
  if (verbose && !record.response_body.empty()) out << "     < " << record.response_body << '\n';
  return out.str();
}

json::Value to_json(const Record& record, bool verbose) {
  json::Array failures;
  for (const Failure& failure : record.failures) {
    failures.emplace_back(json::Object{
        {"expected", failure.expected}, {"got", failure.got}, {"source", failure.source}});
  }
  json::Object step{
      {"section", record.section}, {"name", record.name},
      {"method", record.method},   {"target", record.target},
      {"status", record.status},   {"ms", static_cast<std::int64_t>(record.took.count())},
      {"passed", record.passed()}, {"failures", std::move(failures)}};
  if (verbose) {
    step.set("request", record.request_body);
    step.set("response", record.response_body);
  }
  return step;
}

std::string Summary::line() const {
  return std::to_string(passed + failed) + " steps, " + std::to_string(passed) + " passed, " +
         std::to_string(failed) + " failed";
}

}  // namespace rollcall::simulate
