#include "tests/gateway/simulate/server.h"

#include <algorithm>
#include <iterator>

namespace rollcall::test {

Incoming FaultyServer::forward(const Outgoing& outgoing) {
  const auto answer =
      idp_.send_bare(outgoing.method, "/scim/v2" + outgoing.target, outgoing.body, outgoing.fields);
  Incoming incoming;
  incoming.status = answer.response.status;
  incoming.body = answer.response.body;
  for (const auto& [name, value] : answer.response.fields)
    incoming.fields.emplace_back(name, value);
  if (!answer.response.content_type.empty()) {
    incoming.fields.emplace_back("Content-Type", answer.response.content_type);
  }
  return incoming;
}

std::vector<Record> FaultyServer::play(void (*scenario)(const simulate::Run&)) {
  std::vector<Record> records;
  const Forward forward = [this](const Outgoing& outgoing) { return this->forward(outgoing); };
  simulate::Run run;
  run.transport = [&](const Outgoing& outgoing) -> Result<Incoming> {
    return fault_ ? fault_(outgoing, forward) : forward(outgoing);
  };
  run.authorization = "Bearer " + idp_.token;
  run.random = [calls = std::uint8_t{0}]() mutable {
    UuidBytes bytes{};
    bytes.fill(++calls);
    return bytes;
  };
  run.observer = [&records](const Record& record) { records.push_back(record); };
  scenario(run);
  return records;
}

std::vector<Record> failed(const std::vector<Record>& records) {
  std::vector<Record> failures;
  std::ranges::copy_if(records, std::back_inserter(failures),
                       [](const Record& record) { return !record.passed(); });
  return failures;
}

std::string in_words(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : failed(records)) text += to_text(record, false);
  return text.empty() ? "no step failed" : text;
}

}  // namespace rollcall::test
