#include "gateway/app/target.h"

#include "gateway/app/command.h"
#include "gateway/app/config.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace rollcall::app {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text = "the configuration has errors";
  for (const std::string& line : lines) text += "\n" + line;
  return text;
}

}  // namespace

void add_target_options(CLI::App& command, TargetOptions& options) {
  auto* config = command.add_option("--config", options.config, "The server's configuration")
                     ->type_name("FILE");
  auto* data =
      command.add_option("--data-dir", options.data_dir, "The data of a demo")->type_name("DIR");
  auto* url = command.add_option("--url", options.url, "Another machine's admin URL (…/api/v1)")
                  ->type_name("URL");
  command.add_option("--token", options.token, "Operator token for --url; safer: $ROLLCALL_TOKEN")
      ->envname("ROLLCALL_TOKEN")
      ->type_name("TOKEN");
  config->excludes(data)->excludes(url);
  data->excludes(url);
}

Target resolve_target(const TargetOptions& options) {
  Target target;
  if (!options.url.empty()) {
    if (options.token.empty()) throw UsageError("--url needs --token or $ROLLCALL_TOKEN");
    target.remote = Target::Remote{options.url, Secret(options.token)};
  } else if (!options.config.empty()) {
    const ConfigReading reading = read_config(options.config, process_environment());
    if (!reading.problems.empty()) throw UsageError(joined(reading.problems));
    target.local = instance_of(reading.config);
  } else if (!options.data_dir.empty()) {
    target.local = demo_instance(options.data_dir);
  } else {
    throw UsageError("name the gateway: --config FILE, --data-dir DIR, or --url URL --token TOKEN");
  }
  return target;
}

}  // namespace rollcall::app
