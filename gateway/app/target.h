#pragma once

#include "gateway/app/instance.h"
#include "gateway/base/secret.h"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace rollcall::app {

/// Which gateway `apply`, `export` and `admin` work on, as given on the command line.
struct TargetOptions {
  std::string config;
  std::string data_dir;
  std::string url;
  std::string token;
};

/// --config FILE, --data-dir DIR, --url ADMIN_URL --token TOKEN ($ROLLCALL_TOKEN when absent).
void add_target_options(CLI::App& command, TargetOptions& options);

/// Exactly one of both.
struct Target {
  struct Remote {
    std::string url;  // ends in /api/v1
    Secret token;
  };
  std::optional<Remote> remote;
  /// Reached over `socket` when a server runs, else by opening `store` with audit_key(*local).
  std::optional<Instance> local;
};

/// Throws UsageError: none or several given, a token missing, errors in the configuration.
Target resolve_target(const TargetOptions& options);

}  // namespace rollcall::app
