#pragma once

#include "gateway/simulate/scenarios.h"
#include "tests/scim_api/idp.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

using simulate::Incoming;
using simulate::Outgoing;
using simulate::Record;

/// Rollcall's own SCIM API behind a fault that a test injects between it and the simulator.
class FaultyServer {
 public:
  using Forward = std::function<Incoming(const Outgoing&)>;
  /// Answers a request, with or without the help of the well-behaved server behind `forward`.
  using Fault = std::function<Incoming(const Outgoing&, const Forward&)>;

  explicit FaultyServer(Fault fault = nullptr) : fault_(std::move(fault)) {}

  /// Plays a scenario and gives its steps.
  std::vector<Record> play(void (*scenario)(const simulate::Run&));
  Incoming forward(const Outgoing& outgoing);

 private:
  Idp idp_;
  Fault fault_;
};

std::vector<Record> failed(const std::vector<Record>& records);
/// One line a failed step, to show in a test's message.
std::string in_words(const std::vector<Record>& records);

}  // namespace rollcall::test
