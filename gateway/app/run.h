#pragma once

#include "gateway/app/command.h"
#include "gateway/app/config.h"
#include "gateway/app/instance.h"
#include "gateway/base/json.h"
#include "gateway/directory/directory.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace rollcall::app {

/// In what `serve` and `demo` differ.
struct RunOptions {
  std::optional<std::filesystem::path> ready_file;
  bool operations_may_move = false;
  /// With the store open and nothing listening yet.
  std::function<void(Directory&)> prepare;
  /// With the listeners accepting and the ready file, if any, written.
  std::function<void(const json::Object& ready)> started;
  /// The configuration as it is now, for SIGHUP; none where there is no file.
  std::function<ConfigReading()> reload;
};

/// Runs the server on this thread until a signal ends it; gives the exit code. Throws what Gateway
/// throws.
int run_gateway(const Config& config, const Instance& instance, const RunOptions& options,
                const CommandContext& context);

}  // namespace rollcall::app
