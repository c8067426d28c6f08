#pragma once

#include "gateway/base/ip_address.h"
#include "gateway/base/result.h"
#include "gateway/http/async.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rollcall::net {

/// The addresses of a name, best first; none if it has none or cannot be resolved, and nobody is
/// told which: that would tell names of our network from others. Blocks.
using Resolver = std::function<std::vector<IpAddress>(const std::string& name)>;

/// By /etc/hosts and the DNS, as the system is set up.
std::vector<IpAddress> resolve_by_system(const std::string& name);

/// Resolves names beside the I/O threads. A resolver can't be given a deadline, so each name that
/// is being looked up has a thread of its own, which nobody waits for; at most 64 names at a time,
/// and whoever asks for the same one meanwhile gets the same answer. Any thread.
class OutgoingLookups {
 public:
  /// The resolver is called on several threads at once, and may be when this has ended.
  explicit OutgoingLookups(Resolver resolver);

  /// As the resolver has it; none if it threw. `unavailable` when the time is over.
  Awaitable<Result<std::vector<IpAddress>>> find(std::string name,
                                                 std::chrono::steady_clock::time_point deadline);

 private:
  struct Lookup;
  struct State;
  Result<std::shared_ptr<Lookup>> start(const std::string& name);

  std::shared_ptr<State> state_;
};

}  // namespace rollcall::net
