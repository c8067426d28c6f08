#include "gateway/app/command.h"
#include "gateway/app/run.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct ServeOptions {
  std::string config;
  std::string ready_file;
};

int serve(const ServeOptions& options, const CommandContext& context) {
  const Environment environment = process_environment();
  const ConfigReading reading = read_config(options.config, environment);
  for (const std::string& line : reading.problems) context.err << line << '\n';
  if (!reading.problems.empty()) return exit_code::usage;
  for (const std::string& line : reading.warnings) context.err << "warning: " << line << '\n';

  RunOptions run;
  if (!options.ready_file.empty()) run.ready_file = options.ready_file;
  run.reload = [&] { return read_config(options.config, environment); };
  return run_gateway(reading.config, instance_of(reading.config), run, context);
}

}  // namespace

void add_serve(CLI::App& parent, CommandContext& context) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App& command =
      add_command(parent, context, "serve",
                  "Runs the gateway until SIGTERM or SIGINT, which drain it; SIGHUP reloads the "
                  "certificates and the log level.",
                  [options, &context] { return serve(*options, context); });
  command.add_option("--config", options->config, "The configuration")
      ->required()
      ->type_name("FILE");
  command
      .add_option("--ready-file", options->ready_file,
                  "Written once the gateway accepts: where it is, and tokens that work (mode 0600)")
      ->type_name("FILE");
}

}  // namespace rollcall::app
