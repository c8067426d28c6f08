#pragma once

#include "gateway/base/id.h"
#include "gateway/simulate/session.h"

#include <functional>
#include <string>

namespace rollcall::simulate {

struct Run {
  Transport transport;
  /// The value of the Authorization field: "Bearer …".
  std::string authorization;
  /// Makes the names of a run its own, so that runs can be repeated and overlap; gives another
  /// value at each call.
  std::function<UuidBytes()> random;
  std::function<void(const Record&)> observer;
};

/// Each plays the IdP's whole sequence and removes what it created. Throws Unreachable when the
/// first request has no answer. Any directory, empty or not.
void play_okta(const Run& run);
void play_entra(const Run& run);

}  // namespace rollcall::simulate
