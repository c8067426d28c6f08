#include "gateway/app/command.h"
#include "gateway/app/config.h"
#include "gateway/app/settings.h"
#include "gateway/base/json.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct CheckOptions {
  std::string config;
  OutputFormat output = OutputFormat::text;
};

json::Array lines(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

void print_json(std::ostream& out, ConfigReading& reading) {
  json::Object document{{"ok", reading.problems.empty()},
                        {"problems", lines(reading.problems)},
                        {"warnings", lines(reading.warnings)}};
  if (reading.problems.empty()) {
    json::Object values;
    for (const Setting& setting : settings()) {
      values.append(std::string(setting.name), show(setting, reading.config));
    }
    document.append("values", std::move(values));
  }
  out << json::write(json::Value(std::move(document))) << '\n';
}

void print_text(const CommandContext& context, ConfigReading& reading) {
  for (const std::string& line : reading.problems) context.err << line << '\n';
  for (const std::string& line : reading.warnings) context.err << "warning: " << line << '\n';
  if (!reading.problems.empty()) return;
  context.out << "ok\n";
  for (const Setting& setting : settings()) {
    context.out << setting.name << ": " << json::write(show(setting, reading.config)) << '\n';
  }
}

int check(const CheckOptions& options, const CommandContext& context) {
  ConfigReading reading = read_config(options.config, process_environment());
  if (options.output == OutputFormat::json) {
    print_json(context.out, reading);
  } else {
    print_text(context, reading);
  }
  return reading.problems.empty() ? exit_code::ok : exit_code::usage;
}

}  // namespace

void add_check_config(CLI::App& parent, CommandContext& context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App& command =
      add_command(parent, context, "check-config",
                  "Reads the configuration as serve would and prints every error, or the values in "
                  "effect without their secrets.",
                  [options, &context] { return check(*options, context); });
  command.add_option("--config,config", options->config, "The configuration")
      ->required()
      ->type_name("FILE");
  add_output_option(command, options->output);
}

}  // namespace rollcall::app
