#pragma once

#include "gateway/base/result.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::simulate {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// One request as the IdP puts it on the wire; `target` is relative to the SCIM base URL.
struct Outgoing {
  std::string method;
  std::string target;
  Fields fields;
  std::string body;
};

struct Incoming {
  int status = 0;
  Fields fields;
  std::string body;
  std::chrono::milliseconds took{0};

  /// The first field of this name (any case).
  std::optional<std::string_view> field(std::string_view name) const;
};

/// Sends a request and waits for its answer. An error means that no answer arrived.
using Transport = std::function<Result<Incoming>(const Outgoing&)>;

}  // namespace rollcall::simulate
